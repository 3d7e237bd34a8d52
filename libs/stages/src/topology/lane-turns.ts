import { LANE } from '@isthmus/ledger';
import type { StageContext } from './stage-context.js';

/** Of so many batches, one goes to the less urgent lanes first. */
const EVERY = 4;
const turns = new WeakMap<StageContext, Map<string, number>>();

/**
 * The least urgent lane that a batch may take from. Three batches of four take the most urgent work first; the fourth leaves the live lane
 * out, and in turn also retries and backfills, so that no lane starves however much comes in the ones before it.
 */
export function leastLaneOf(context: StageContext, work: string): number {
  const known = turns.get(context) ?? new Map<string, number>();
  turns.set(context, known);
  const turn = known.get(work) ?? 0;
  known.set(work, turn + 1);
  if (turn % EVERY !== EVERY - 1) return LANE.live;
  return LANE.retry + (Math.floor(turn / EVERY) % (LANE.reconcile - LANE.live));
}
