import { LANE } from '@isthmus/ledger';
import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection } from '../topology/topology.js';
import { outcomeOf } from './outcomes.js';

const LOOK_AGAIN_MS = 250;

/**
 * Splits off what this process would map with a mapping that is in use no more: somebody published or rolled back, and the configuration
 * is not read again yet. Mapped so, a write that the publication or its undo asked for would come out as nothing to write and be lost.
 * The claim read which publication is in use after the topology was made, so where they differ the topology is the older one.
 */
export function splitByMapping(
  context: StageContext,
  connection: LiveConnection,
  claimed: readonly ClaimedReplica[],
): { current: readonly ClaimedReplica[]; early: readonly ReplicaOutcome[] } {
  const isOutdated = ({ stream, publication }: ClaimedReplica): boolean => {
    const binding = connection.streams.get(stream);
    return binding !== undefined && (binding.publication ?? null) !== publication;
  };
  const outdated = claimed.filter(isOutdated);
  if (outdated.length === 0) return { current: claimed, early: [] };
  const dueAt = new Date(context.clock.now().getTime() + LOOK_AGAIN_MS);
  return {
    current: claimed.filter((replica) => !isOutdated(replica)),
    early: outdated.map((replica) =>
      outcomeOf(replica, {
        state: 'pending',
        dueAt,
        lane: replica.remap ? LANE.backfill : LANE.live,
        failure: OUTDATED,
      }),
    ),
  };
}

const OUTDATED = {
  kind: 'transient',
  code: 'delivery.mapping-outdated',
  message: {
    en: 'Waits until the process that delivers it has read the mapping that is in use now.',
    zh: '等待投递进程读取当前生效的映射。',
  },
};
