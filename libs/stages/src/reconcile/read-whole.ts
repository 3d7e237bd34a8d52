import { FailureError } from '@isthmus/connector-kit';
import type { Cursor, Failure, Row } from '@isthmus/connector-kit';
import { retryDelayMs } from '@isthmus/decide';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';

/** Tries of one page in a row before a read counts as failed. */
const MOST_TRIES = 6;
const PASSES: ReadonlySet<Failure['kind']> = new Set(['transient', 'rate-limited', 'unknown']);

/**
 * Reads everything that a stream holds, page by page, beside the reading of changes: no cursor moves. A page that fails for now is asked for
 * again.
 *
 * @param onPage gets each page, and when it was asked for
 * @returns undefined when the end was reached; else why not: then nothing may be concluded from what was not seen
 * @throws what `onPage` throws, and the abort reason when the signal was aborted
 */
export async function readWhole(
  context: StageContext,
  connection: LiveConnection,
  binding: StreamBinding,
  onPage: (rows: readonly Row[], askedAt: Date) => Promise<void>,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  let cursor: Cursor | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      let askedAt = context.clock.now();
      for await (const page of binding.stream.read?.(connection.context, { cursor, full: true }) ?? []) {
        signal.throwIfAborted();
        await onPage(page.rows, askedAt);
        cursor = page.cursor;
        tries = 1;
        askedAt = context.clock.now();
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      const { failure } = error;
      if (failure.kind === 'auth') await context.pauseConnection(connection.id, failure);
      if (!PASSES.has(failure.kind) || tries >= MOST_TRIES) return failure;
      const waitMs = retryDelayMs(tries, context.random(), undefined, Math.min(failure.retryAfterMs ?? 0, 3_600_000));
      await connection.context.clock.sleep(waitMs, signal);
    }
  }
}
