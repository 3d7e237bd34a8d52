import type { DeletePolicy, PendingChange } from '@isthmus/ledger';
import { markStatus } from './mark-status.js';
import type { MergeSession, WorkingRecord, WorkingReplica } from './merge-session.js';
import { isDouble, nativeKeyText } from './merge-session.js';
import { wantRow } from './want-row.js';

/** A native object was deleted: the replica is gone, and the flow's policy says what that means for the record. */
export function mergeDelete(session: MergeSession, change: PendingChange): void {
  const replica = session.replicas.get(nativeKeyText(change));
  if (!replica) return session.settle(change, { state: 'ignored', reason: UNKNOWN });
  const { recordId } = replica.stored;
  const record = session.records.get(recordId);
  if (!record || (isGone(replica) && change.origin !== FOUND_BY_WRITE))
    return session.settle(change, { state: 'unchanged', recordId });
  if (mayBeOld(session, change, replica)) {
    wantRow(session, change, change.stream, change.nativeId);
    return session.settle(change, { state: 'stale', recordId, reason: OLDER });
  }
  if (isDouble(replica)) {
    bury(session, change, replica);
    return session.settle(change, { state: 'merged', recordId, reason: DOUBLE_DELETED });
  }
  const policy = policyOf(session, change);
  const brake = session.brakes.get(change.connectionId);
  if (brake !== undefined && change.reason?.['decided'] === undefined)
    return session.settle(change, { state: 'review', recordId, reason: { ...HELD, brake } });
  if (policy === 'review') return session.settle(change, { state: 'review', recordId, reason: DELETED_THERE });
  bury(session, change, replica);
  follow(session, change, record, policy);
}

/** What the deletion of one copy means for the record. */
function follow(session: MergeSession, change: PendingChange, record: WorkingRecord, policy: DeletePolicy): void {
  const { status } = record.current;
  const wanted = policy === 'archive' ? 'archived' : 'deleted';
  if (policy !== 'ignore' && status !== wanted && status !== 'deleted' && status !== 'merged') {
    markStatus(session, change, record, wanted);
    record.saidBy.set(change.connectionId, record.current.version);
  }
  session.settle(change, {
    state: 'merged',
    recordId: record.current.id,
    recordVersion: record.current.version,
    reason: { code: `change.delete-${policy}`, ...decisionOf(change) },
  });
}

// Of two copies in one system one was deleted there: just what merging the records was about, and the record lives on in the other.
const DOUBLE_DELETED = {
  code: 'change.delete-double',
  message: {
    en: 'One of two copies that merged records had in this system was deleted there; the record keeps the other.',
    zh: '合并后的记录在该系统中有两份数据，其中一份已删除，记录保留另一份。',
  },
};

/** A write of ours was answered with "it is gone": nobody told, and delivery has noted it on the replica already. */
const FOUND_BY_WRITE = 'delivery';

/** Whether the copy is deleted there, by what is stored or by an earlier change of this batch. */
export function isGone(replica: WorkingReplica): boolean {
  return replica.saved === undefined && (replica.stored.state === 'gone' || replica.goneSince !== undefined);
}

/** Whether a deletion has an effect that nobody has decided yet: only such ones count for the brake. */
export function isOpenDelete(session: MergeSession, change: PendingChange): boolean {
  if (change.kind !== 'delete' || change.reason?.['decided'] !== undefined) return false;
  const replica = session.replicas.get(nativeKeyText(change));
  if (!replica || isDouble(replica) || (isGone(replica) && change.origin !== FOUND_BY_WRITE)) return false;
  const status = session.records.get(replica.stored.recordId)?.current.status;
  return status === 'active' || status === 'archived';
}

function bury(session: MergeSession, change: PendingChange, replica: WorkingReplica): void {
  const goneSince = change.sourceAt ?? change.receivedAt;
  replica.goneSince = goneSince;
  delete replica.saved;
  session.gone.push({
    connectionId: change.connectionId,
    stream: change.stream,
    nativeId: change.nativeId,
    goneSince,
  });
}

/** A deletion from before the newest row that is known, such as one that a re-creation overtook, is believed after another look only. */
function mayBeOld(session: MergeSession, change: PendingChange, replica: WorkingReplica): boolean {
  const known = replica.saved?.modifiedAt ?? replica.stored.modifiedAt;
  if (change.sourceAt === null || known === null || change.sourceAt.getTime() >= known.getTime()) return false;
  // Read just now, and not there.
  if (change.reason?.['decided'] !== undefined || WAS_READ.has(change.origin)) return false;
  const binding = session.topology.connections.get(change.connectionId)?.streams.get(change.stream);
  return binding?.stream.fetch !== undefined;
}

const WAS_READ: ReadonlySet<string> = new Set(['reference', 'reconcile', 'backfill', 'poll', 'delivery']);

/** A person's decision about this deletion first; a released mass deletion in a flow that asks about each one was decided as a whole. */
function policyOf(session: MergeSession, change: PendingChange): DeletePolicy {
  const decided = change.reason?.['decided'];
  const { deletes } = session.flow;
  if (decided === 'propagate' || decided === 'archive') return decided;
  return decided === 'policy' && deletes === 'review' ? 'propagate' : deletes;
}

function decisionOf(change: PendingChange): { by?: unknown } {
  return change.reason?.['by'] === undefined ? {} : { by: change.reason['by'] };
}

const UNKNOWN = {
  code: 'change.unknown-object',
  message: { en: 'A deletion of something the hub never knew.', zh: '删除的对象从未同步到中台。' },
};

const OLDER = {
  code: 'change.stale',
  message: {
    en: 'A deletion from before the newest row that is known; the object was read again.',
    zh: '删除时间早于已知的最新数据，已重新读取该对象。',
  },
};

const HELD = {
  code: 'change.delete-brake',
  message: {
    en: 'One of very many deletions in a short time. Release or reject them all with one decision.',
    zh: '短时间内大量删除之一，请统一放行或拒绝。',
  },
};

const DELETED_THERE = {
  code: 'change.deleted-there',
  message: {
    en: 'Deleted in this system. Decide whether the record is kept.',
    zh: '该系统中已删除，请决定是否保留记录。',
  },
};
