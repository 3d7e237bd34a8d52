import { insertChanges, LANE } from '@isthmus/ledger';
import type { ClaimedReplica, NewChange } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection } from '../topology/topology.js';
import type { Delivered } from './results.js';

/**
 * An update that is answered with "it is gone" tells of a deletion that nobody else told of: it becomes a change, so that the flow's delete
 * policy and its brake apply. Stored before the outcome: doubled is harmless, lost is not.
 */
export async function tellGone(
  context: StageContext,
  connection: LiveConnection,
  claimed: readonly ClaimedReplica[],
  delivered: readonly Delivered[],
): Promise<void> {
  const gone = new Set(
    delivered.flatMap(({ outcome }) =>
      outcome.state === 'gone' && (outcome.failure as { kind?: string } | null)?.kind === 'gone'
        ? [outcome.recordId]
        : [],
    ),
  );
  if (gone.size === 0) return;
  const changes = claimed.flatMap((replica): NewChange[] => {
    const { recordId, recordStatus, nativeId, stream, entity } = replica;
    if (!gone.has(recordId) || nativeId === null || recordStatus === 'deleted') return [];
    return [
      {
        connectionId: connection.id,
        stream,
        entity,
        nativeId,
        kind: 'delete',
        origin: 'delivery',
        lane: LANE.live,
        raw: undefined,
        eventKey: undefined,
        sourceAt: undefined,
      },
    ];
  });
  await insertChanges(context.database, context.clock.now(), changes);
  for (const { entity } of changes) context.hint({ kind: 'merge', key: entity });
}
