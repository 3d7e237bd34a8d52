import type { PendingChange } from '@isthmus/ledger';
import type { MappedChange, MergeSession } from './merge-session.js';
import { wantRow } from './want-row.js';

/** A change that was merged without references that nothing was known of, and now brings nothing but them. */
export function completes(change: PendingChange): boolean {
  return change.reason?.['completes'] === true;
}

/**
 * Has a change wait until what it refers to is known, and fetches that.
 *
 * @param merged where the rest of it was merged already, to break a ring of references
 */
export function waitForReference(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  merged?: { readonly recordId: string; readonly recordVersion: number },
): void {
  const [first] = mapped.missing;
  if (!first) return;
  for (const missing of mapped.missing) wantRow(session, change, missing.stream, missing.id);
  const message = {
    en: `Waits for ${first.stream} ${first.id} of the same connection, which the hub has not seen yet.`,
    zh: `等待同一连接的 ${first.stream} ${first.id}，中台尚未收到。`,
  };
  session.settle(change, {
    state: 'waiting',
    ...merged,
    waitingOn: `${first.stream}|${first.id}`,
    reason: { code: 'change.waiting-reference', message, ...((merged || completes(change)) && { completes: true }) },
  });
}
