import type { PendingChange } from '@isthmus/ledger';
import { isGone } from './merge-delete.js';
import type { MappedChange, MergeSession, WorkingReplica } from './merge-session.js';
import { completes } from './wait-for-reference.js';
import { wantRow } from './want-row.js';

/** Settles what tells nothing newer than what is known of its object, or may not. True = it must not be merged. */
export function settleLate(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  replica: WorkingReplica,
): boolean {
  if (isStale(session, replica, change) && !comesBack(replica, change)) {
    settleStale(session, change, mapped, replica);
    return true;
  }
  if (!isOfOneTime(replica, change) || mapped.binding.stream.fetch === undefined) return false;
  settleOfOneTime(session, change, replica);
  return true;
}

/**
 * A row that was read is the newest there is; a message may be a late one of a clock that goes a little fast. Of two that cannot be told
 * apart, the next read decides.
 */
const LATE_MS = 300_000;

/** Source time of the newest that is known of an object. */
function knownTime({ saved, stored }: WorkingReplica): Date | null {
  return saved?.modifiedAt ?? stored.modifiedAt;
}

/**
 * Older than what we know, by the source's own clock. A known time that lies in the future, with a clock that now tells the right time,
 * was told by a clock that has been set right since: it must not keep all later edits out until that future comes.
 */
function isStale(session: MergeSession, replica: WorkingReplica, change: PendingChange): boolean {
  const known = knownTime(replica);
  if (known === null || change.sourceAt === null || change.sourceAt.getTime() >= known.getTime()) return false;
  const skewMs = session.flow.policies.clockSkewMs ?? 0;
  const believedMs = change.receivedAt.getTime() + (change.origin === 'webhook' ? Math.max(skewMs, LATE_MS) : skewMs);
  return known.getTime() <= believedMs || change.sourceAt.getTime() > believedMs;
}

/** A message of the very time of what we know, and another content: clocks that tell seconds cannot say which of the two came first. */
function isOfOneTime(replica: WorkingReplica, change: PendingChange): boolean {
  const known = knownTime(replica);
  return (
    change.origin === 'webhook' &&
    !change.wasFetched &&
    !completes(change) &&
    !isGone(replica) &&
    known !== null &&
    change.sourceAt?.getTime() === known.getTime()
  );
}

function settleOfOneTime(session: MergeSession, change: PendingChange, { stored }: WorkingReplica): void {
  wantRow(session, change, change.stream, change.nativeId);
  const message = {
    en: 'Of the same time as what is already merged; the row was read again to see which is newer.',
    zh: '与已合并的数据时间相同，已重新读取该行以确认哪一个更新。',
  };
  session.settle(change, { state: 'stale', recordId: stored.recordId, reason: { code: 'change.stale', message } });
}

/** What the guards let pass although it was deleted there is no late message, whatever its time. */
function comesBack(replica: WorkingReplica, change: PendingChange): boolean {
  return isGone(replica) || change.reason?.['restore'] === true;
}

/**
 * Older than what we know. If what we know came from our own write, the row may still hold a person's edit that we have not seen:
 * then the thing is read again, as it is now.
 */
function settleStale(
  session: MergeSession,
  change: PendingChange,
  mapped: MappedChange,
  replica: WorkingReplica,
): void {
  const readAgain =
    replica.stored.deliveredAt !== null && mapped.binding.stream.fetch !== undefined && change.origin !== 'reference';
  if (readAgain) wantRow(session, change, change.stream, change.nativeId);
  const message = readAgain
    ? { en: 'Older than our own last write; the row was read again.', zh: '早于我方最近一次写入，已重新读取该行。' }
    : { en: 'Older than what is already merged.', zh: '早于已合并的数据。' };
  session.settle(change, {
    state: 'stale',
    recordId: replica.stored.recordId,
    reason: { code: 'change.stale', message },
  });
}
