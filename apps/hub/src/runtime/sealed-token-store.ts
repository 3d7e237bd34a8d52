import type { StoredToken, TokenStore } from '@isthmus/connector-kit';
import { readToken, replaceToken } from '@isthmus/ledger';
import type { Database, SealedToken } from '@isthmus/ledger';
import type { Clock, SecretBox } from '@isthmus/platform';

/** Tokens of one connection, sealed in the ledger and shared by all processes: one refresh for all of them, kept over a restart. */
export class SealedTokenStore implements TokenStore {
  private readonly known = new Map<string, StoredToken>();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly connectionId: string,
    private readonly clock: Clock,
  ) {}

  async get(name: string): Promise<StoredToken | undefined> {
    const known = this.known.get(name);
    if (known && this.isFresh(known)) return known;
    const stored = await readToken(this.database, this.connectionId, name);
    return this.remember(name, stored && this.open(name, stored));
  }

  async refresh(name: string, stale: string | undefined, refresh: () => Promise<StoredToken>): Promise<StoredToken> {
    let result: StoredToken | undefined;
    await replaceToken(this.database, this.connectionId, name, async (stored) => {
      const held = stored && this.open(name, stored);
      if (held && held.value !== stale && this.isFresh(held)) {
        result = held;
        return undefined;
      }
      result = await refresh();
      return { sealed: this.box.seal(result.value, this.place(name)), expiresAt: new Date(result.expiresAt) };
    });
    this.remember(name, result);
    return result as StoredToken;
  }

  private remember(name: string, token: StoredToken | undefined): StoredToken | undefined {
    if (!token || !this.isFresh(token)) return undefined;
    this.known.set(name, token);
    return token;
  }

  private open(name: string, stored: SealedToken): StoredToken {
    return { value: this.box.open(stored.sealed, this.place(name)), expiresAt: stored.expiresAt.toISOString() };
  }

  private isFresh(token: StoredToken): boolean {
    return Date.parse(token.expiresAt) > this.clock.now().getTime();
  }

  private place(name: string): string {
    return `connection:${this.connectionId}:token:${name}`;
  }
}
