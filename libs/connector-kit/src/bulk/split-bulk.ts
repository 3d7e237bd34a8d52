import type { WriteResult } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Failure } from '../failure.js';
import { isAboutRecord, notSent } from './about-record.js';

/**
 * Writes a bulk to an all-or-nothing end point. When the whole bulk is refused because of a record, it is halved until the poison
 * stands alone (FAULTS F22): 200 items with one poison cost at most 2 × log2(200) + 1 calls.
 *
 * Throws what `write` throws for the whole bulk. Once halves have been written, a later call that fails for another reason
 * (system down, rate limit) fails its own items and all that were not sent yet; what is written stays reported as written.
 */
export async function splitBulk<Item>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<readonly WriteResult[]>,
): Promise<readonly WriteResult[]> {
  try {
    return await write(items);
  } catch (error) {
    if (!(error instanceof FailureError) || !isAboutRecord(error.failure)) throw error;
    if (items.length === 1) return [{ ok: false, failure: error.failure }];
  }
  const middle = Math.ceil(items.length / 2);
  const front = await settleHalf(items.slice(0, middle), write);
  if (front.stopped) return [...front.results, ...notSent(items.length - middle, front.stopped)];
  return [...front.results, ...(await settleHalf(items.slice(middle), write)).results];
}

interface Half {
  readonly results: readonly WriteResult[];
  /** Why nothing more should be sent. */
  readonly stopped?: Failure;
}

async function settleHalf<Item>(
  items: readonly Item[],
  write: (items: readonly Item[]) => Promise<readonly WriteResult[]>,
): Promise<Half> {
  try {
    const results = await splitBulk(items, write);
    const stopped = results
      .map((result) => (result.ok ? undefined : result.failure))
      .find((failure) => failure && !isAboutRecord(failure));
    return stopped ? { results, stopped } : { results };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const { failure } = error;
    return { results: items.map(() => ({ ok: false, failure })), stopped: failure };
  }
}
