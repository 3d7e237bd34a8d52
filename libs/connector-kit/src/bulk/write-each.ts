import type { WriteResult } from '../contract.js';
import { FailureError } from '../failure.js';
import { isAboutRecord, notSent } from './about-record.js';

/**
 * Writes items one after the other where a far side has no bulk. A refusal of one record is its result and the next one follows;
 * any other failure (system down, rate limit, credentials) ends the round: what was not sent yet is reported as not sent.
 */
export async function writeEach<Item>(
  items: readonly Item[],
  write: (item: Item) => Promise<WriteResult>,
): Promise<readonly WriteResult[]> {
  const results: WriteResult[] = [];
  for (const item of items) {
    const result = await write(item).catch(asResult);
    results.push(result);
    if (!result.ok && !isAboutRecord(result.failure))
      return [...results, ...notSent(items.length - results.length, result.failure)];
  }
  return results;
}

function asResult(error: unknown): WriteResult {
  if (error instanceof FailureError) return { ok: false, failure: error.failure };
  throw error;
}
