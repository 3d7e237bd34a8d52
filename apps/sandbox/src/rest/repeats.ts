import { createHash } from 'node:crypto';
import type { Table } from '../store/table.js';
import { RestError } from './errors.js';

/** An answer as it was given. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Kept extends Answer {
  readonly hash: string;
}

const MAX_KEYS = 200_000;

/** Answers by Idempotency-Key: the same key gets the same answer, with another body it is refused. */
export class Repeats {
  constructor(
    private readonly table: Table<Kept>,
    private readonly now: () => number,
  ) {}

  /** Runs the work once per key. Refusals are not kept, so that the caller may correct and repeat. */
  once(key: string | undefined, path: string, rawBody: string, run: () => Answer): Answer {
    if (key === undefined || key === '') return run();
    const id = `${path} ${key}`;
    const hash = createHash('sha256').update(rawBody).digest('base64url');
    const known = this.table.get(id);
    if (known !== undefined) {
      if (known.hash === hash) return known;
      throw new RestError(422, 'idempotency_key_reused', 'this Idempotency-Key was used with another body');
    }
    const answer = run();
    this.table.put(id, { ...answer, hash }, this.now());
    if (this.table.size > MAX_KEYS)
      for (const entry of this.table.slice(0, MAX_KEYS / 2)) this.table.remove(entry.id, this.now());
    return answer;
  }
}
