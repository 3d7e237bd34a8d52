import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import { outcomeOf } from './outcomes.js';

/**
 * Splits off what belongs to a flow whose first sync a person has to confirm: nothing of it is written anywhere meanwhile, not even an
 * update. It waits as blocked and not as due, so that it costs one claim per version and not one per look.
 */
export function splitByConfirmation(
  context: StageContext,
  claimed: readonly ClaimedReplica[],
): { confirmed: readonly ClaimedReplica[]; held: readonly ReplicaOutcome[] } {
  const { flows } = context.topology.current();
  const waits = (replica: ClaimedReplica): boolean => flows.get(replica.entity)?.awaitsConfirmation === true;
  if (!claimed.some(waits)) return { confirmed: claimed, held: [] };
  return {
    confirmed: claimed.filter((replica) => !waits(replica)),
    held: claimed
      .filter(waits)
      .map((replica) => outcomeOf(replica, { state: 'blocked', failure: UNCONFIRMED, lane: 0 })),
  };
}

const UNCONFIRMED = {
  kind: 'transient',
  code: 'delivery.unconfirmed',
  message: {
    en: 'Waits until a person has looked at the matching report of the first sync and confirmed it.',
    zh: '等待人工查看首次同步的匹配报告并确认。',
  },
};
