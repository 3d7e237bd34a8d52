import type { WriteResult } from '../contract.js';
import type { Failure, FailureKind } from '../failure.js';

const ABOUT_A_RECORD: ReadonlySet<FailureKind> = new Set(['invalid', 'conflict', 'gone', 'missing-reference']);

/** True for a refusal that is about one record: the other ones may be fine. */
export function isAboutRecord(failure: Failure): boolean {
  return ABOUT_A_RECORD.has(failure.kind);
}

/** Results of items that were never sent because of a failure before them: those surely had no effect. */
export function notSent(count: number, failure: Failure): WriteResult[] {
  const reason: Failure = failure.kind === 'unknown' ? { ...failure, kind: 'transient' } : failure;
  return Array.from({ length: count }, () => ({ ok: false, failure: reason }));
}
