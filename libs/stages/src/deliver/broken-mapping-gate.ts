import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import { deliveryWaitsForMapping } from '../topology/broken-mapping.js';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection } from '../topology/topology.js';
import { outcomeOf } from './outcomes.js';

const LOOK_AGAIN_MS = 10_000;

/** Splits off what cannot be written because the mapping of its stream is broken: it stays owed, and is looked at again every ten seconds. */
export function splitByBrokenMapping(
  context: StageContext,
  { broken }: LiveConnection,
  claimed: readonly ClaimedReplica[],
): { readonly usable: readonly ClaimedReplica[]; readonly waiting: readonly ReplicaOutcome[] } {
  if (!broken || broken.size === 0) return { usable: claimed, waiting: [] };
  const dueAt = new Date(context.clock.now().getTime() + LOOK_AGAIN_MS);
  return {
    usable: claimed.filter(({ stream }) => !broken.has(stream)),
    waiting: claimed.flatMap((replica) => {
      const stream = broken.get(replica.stream);
      return stream ? [outcomeOf(replica, { state: 'pending', dueAt, failure: deliveryWaitsForMapping(stream) })] : [];
    }),
  };
}
