import { timingSafeEqual } from 'node:crypto';
import { findApiKey, hashApiKey, touchApiKey } from '@isthmus/ledger';
import pTimeout from 'p-timeout';
import type { ApiDependencies } from '../dependencies.js';
import { LEDGER_PATIENCE_MS } from './ledger-patience.js';
import type { Principal } from './principal.js';

/** So long may a revoked key still work, in each process. */
const REMEMBERED_MS = 5_000;
const MOST_REMEMBERED = 1_000;

interface Remembered {
  readonly principal: Principal | undefined;
  readonly untilMs: number;
}

/** Tells whether an API key is right. Looks each key up at most once in five seconds. */
export class KeyChecker {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly deps: Pick<ApiDependencies, 'database' | 'clock' | 'log'>) {}

  /** Who the key belongs to; undefined = a wrong key. */
  async check(key: string): Promise<Principal | undefined> {
    const hash = hashApiKey(key);
    const nowMs = this.deps.clock.now().getTime();
    const known = this.remembered.get(hash);
    if (known && known.untilMs > nowMs && known.untilMs <= nowMs + REMEMBERED_MS) return known.principal;
    const principal = await this.look(hash);
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    this.remembered.set(hash, { principal, untilMs: nowMs + REMEMBERED_MS });
    return principal;
  }

  /** Forgets what was looked up: a key was made or revoked. */
  forget(): void {
    this.remembered.clear();
  }

  private async look(hash: string): Promise<Principal | undefined> {
    const found = await pTimeout(findApiKey(this.deps.database, hash), { milliseconds: LEDGER_PATIENCE_MS });
    // The index found it; the comparison in constant time is what grants.
    if (!found || !timingSafeEqual(Buffer.from(found.hash), Buffer.from(hash))) return undefined;
    touchApiKey(this.deps.database, found.id, this.deps.clock.now()).catch((error: unknown) =>
      this.deps.log.warn({ code: 'api-key.touch', error }, 'the last use of an API key was not noted'),
    );
    return { id: found.id, name: found.name, actor: `api:${found.name}` };
  }
}
