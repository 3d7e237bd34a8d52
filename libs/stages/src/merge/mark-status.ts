import { withProvenance } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { PendingChange } from '@isthmus/ledger';
import type { MergeSession, WorkingRecord } from './merge-session.js';

/** Gives a record another status, as a version of its own that the change's connection made. */
export function markStatus(
  session: MergeSession,
  change: PendingChange,
  record: WorkingRecord,
  status: 'active' | 'archived' | 'deleted',
): void {
  const before = record.current;
  record.beforeImages.push(before);
  const source = {
    connectionId: change.connectionId,
    changeId: change.id,
    at: (change.sourceAt ?? change.receivedAt).toISOString(),
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
}
