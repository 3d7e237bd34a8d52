import { LANE } from '@isthmus/ledger';
import type { PendingChange } from '@isthmus/ledger';
import type { MergeSession } from './merge-session.js';

/** Has a row fetched, if its stream can be read by id. */
export function wantRow(session: MergeSession, change: PendingChange, stream: string, nativeId: string): void {
  const binding = session.topology.connections.get(change.connectionId)?.streams.get(stream);
  if (!binding?.stream.fetch) return;
  if (
    session.referencesToFetch.some(
      (row) => row.nativeId === nativeId && row.stream === stream && row.connectionId === change.connectionId,
    )
  )
    return;
  session.referencesToFetch.push({
    connectionId: change.connectionId,
    stream,
    entity: binding.entity,
    nativeId,
    kind: 'upsert',
    origin: 'reference',
    lane: LANE.live,
    raw: undefined,
    eventKey: undefined,
    sourceAt: undefined,
  });
}
