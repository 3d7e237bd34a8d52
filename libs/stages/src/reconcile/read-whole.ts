import { FailureError } from '@isthmus/connector-kit';
import type { Cursor, Failure, Page, Row } from '@isthmus/connector-kit';
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
      const pages = binding.stream.read?.(connection.context, { cursor, full: true }) ?? [];
      for await (const { page, askedAt } of oneAhead(context, pages)) {
        signal.throwIfAborted();
        await onPage(page.rows, askedAt);
        cursor = page.cursor;
        tries = 1;
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

interface AskedPage {
  readonly page: Page;
  readonly askedAt: Date;
}

/** Asks for the next page while one is looked at: the far side and the ledger work at the same time, and never more than two pages are held. */
async function* oneAhead(
  context: StageContext,
  pages: AsyncIterable<Page> | readonly Page[],
): AsyncGenerator<AskedPage, void> {
  const iterator = (async function* (): AsyncGenerator<Page, void> {
    yield* pages;
  })();
  const ask = (): Promise<AskedPage | undefined> => {
    const askedAt = context.clock.now();
    const answer = iterator.next().then(({ value }) => (value ? { page: value, askedAt } : undefined));
    // A failure is thrown when its turn comes, after the page before it.
    answer.catch(() => undefined);
    return answer;
  };
  let next = ask();
  try {
    for (let asked = await next; asked; asked = await next) {
      next = ask();
      yield asked;
    }
  } finally {
    await next.catch(() => undefined);
    await iterator.return();
  }
}
