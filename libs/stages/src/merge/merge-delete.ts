import { withProvenance } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { PendingChange } from '@isthmus/ledger';
import type { MergeSession, WorkingRecord } from './merge-session.js';
import { nativeKeyText } from './merge-session.js';

/** A native object was deleted: the replica is gone, and the flow's policy says what that means for the record. */
export function mergeDelete(session: MergeSession, change: PendingChange): void {
  const replica = session.replicas.get(nativeKeyText(change));
  if (!replica) return session.settle(change, { state: 'ignored', reason: UNKNOWN });
  const record = session.records.get(replica.stored.recordId);
  if (!record || replica.stored.state === 'gone')
    return session.settle(change, { state: 'unchanged', recordId: replica.stored.recordId });
  const { deletes } = session.flow;
  if (deletes === 'review')
    return session.settle(change, { state: 'review', recordId: record.current.id, reason: DELETED_THERE });
  session.gone.push({ connectionId: change.connectionId, stream: change.stream, nativeId: change.nativeId });
  if (deletes !== 'ignore' && record.current.status === 'active')
    retire(session, change, record, deletes === 'archive' ? 'archived' : 'deleted');
  session.settle(change, {
    state: 'merged',
    recordId: record.current.id,
    recordVersion: record.current.version,
    reason: { code: `change.delete-${deletes}` },
  });
}

const UNKNOWN = {
  code: 'change.unknown-object',
  message: { en: 'A deletion of something the hub never knew.', zh: '删除的对象从未同步到中台。' },
};

const DELETED_THERE = {
  code: 'change.deleted-there',
  message: {
    en: 'Deleted in this system. Decide whether the record is kept.',
    zh: '该系统中已删除，请决定是否保留记录。',
  },
};

function retire(
  session: MergeSession,
  change: PendingChange,
  record: WorkingRecord,
  status: 'archived' | 'deleted',
): void {
  const before = record.current;
  record.beforeImages.push(before);
  const source = {
    connectionId: change.connectionId,
    changeId: change.id,
    at: session.now.toISOString(),
    mappingVersion: '',
  };
  record.current = {
    ...before,
    version: before.version + 1,
    status,
    provenance: withProvenance(
      before.provenance as unknown as CompactProvenance,
      ['/recordStatus'],
      source,
    ) as unknown as Record<string, unknown>,
    changeId: change.id,
    connectionId: change.connectionId,
    updatedAt: session.now,
  };
  record.touched = true;
  record.lane = Math.min(record.lane, change.lane);
  record.saidBy.set(change.connectionId, record.current.version);
}
