import {
  buryReplaced,
  changeIdentityKeys,
  hasWaitingChanges,
  insertBeforeImages,
  insertChanges,
  insertConflicts,
  insertRecords,
  LANE,
  lockMerge,
  markReplicasGone,
  markTargetReplicas,
  readMergeRun,
  recreateReplicas,
  releaseWaitingChanges,
  saveSourceReplicas,
  selectPendingChanges,
  settleChanges,
  updateRecords,
  writeMergeRun,
} from '@isthmus/ledger';
import type { MergeRun, PendingChange, Sql } from '@isthmus/ledger';
import { leastLaneOf } from '../topology/lane-turns.js';
import type { StageContext } from '../topology/stage-context.js';
import type { EntityFlow } from '../topology/topology.js';
import { Breather } from '../topology/breather.js';
import { brakeDeletes } from './delete-brake.js';
import { guardErased, saveErased } from './guard-erased.js';
import { loadSession } from './load-session.js';
import type { MergeSession } from './merge-session.js';
import { mergeChange } from './merge-change.js';
import { closeMootConflicts } from './note-conflicts.js';
import { planTargets } from './plan-targets.js';

const LARGEST_BATCH = 500;
const MOST_CRASHES = 5;

/** What a batch did, for hints after the commit. */
export interface Merged {
  readonly more: boolean;
  readonly deliverTo: ReadonlySet<string>;
  readonly mergeAlso: ReadonlySet<string>;
  readonly fetchFrom: ReadonlySet<string>;
}

const NOTHING: Merged = { more: false, deliverTo: new Set(), mergeAlso: new Set(), fetchFrom: new Set() };

/**
 * Merges one batch of an entity's changes: map, match, three-way merge, plan deliveries, all in one transaction that holds the entity's
 * merge lock. A batch in which the process died, or that the database refused, is tried again in halves until the change at fault stands
 * alone; after five deaths it becomes a dead letter and the others go on.
 */
export async function mergeBatch(
  context: StageContext,
  entity: string,
  failpoint?: (changes: readonly PendingChange[]) => void,
): Promise<{ more: boolean }> {
  const flow = context.topology.current().flows.get(entity);
  if (!flow || flow.isPaused) return { more: false };
  const leastLane = leastLaneOf(context, `merge ${entity}`);
  const merged = await context.database.transaction(async (sql) => {
    await lockMerge(sql, entity);
    const run = resume(await readMergeRun(sql, entity));
    // A batch that looks for a poison change keeps to one order.
    const turn = run.isOpen ? LANE.live : leastLane;
    const inTurn = await selectPendingChanges(sql, entity, run.batchLimit, turn);
    const others = inTurn.length === 0 && turn !== LANE.live;
    const changes = others ? await selectPendingChanges(sql, entity, run.batchLimit) : inTurn;
    if (changes.length === 0) return NOTHING;
    if (run.crashes >= MOST_CRASHES) return buryPoison(sql, context, entity, changes[0] as PendingChange);
    // Outside this transaction: it must still be there when this process dies.
    const batchLimit = Math.min(run.batchLimit, changes.length);
    await writeMergeRun(context.database, entity, { ...run, isOpen: true, batchLimit });
    failpoint?.(changes);
    const result = await mergeChanges(sql, context, flow, changes);
    await writeMergeRun(sql, entity, {
      isOpen: false,
      batchLimit: Math.min(run.batchLimit * 2, LARGEST_BATCH),
      crashes: 0,
    });
    return { ...result, more: changes.length >= run.batchLimit || turn !== LANE.live };
  });
  announce(context, merged);
  return { more: merged.more };
}

/** An open run whose lock we got has no living owner. */
function resume(stored: MergeRun | undefined): MergeRun {
  if (!stored) return { isOpen: false, batchLimit: LARGEST_BATCH, crashes: 0 };
  if (!stored.isOpen) return stored;
  const alone = stored.batchLimit === 1;
  return {
    isOpen: true,
    batchLimit: Math.max(1, Math.floor(stored.batchLimit / 2)),
    crashes: alone ? stored.crashes + 1 : 0,
  };
}

async function buryPoison(sql: Sql, context: StageContext, entity: string, change: PendingChange): Promise<Merged> {
  const reason = {
    code: 'change.crash',
    message: {
      en: `Merging this change stopped the process ${MOST_CRASHES} times. It is kept whole; replay it after an update, or report it.`,
      zh: `合并此变更时进程已中断 ${MOST_CRASHES} 次，变更已完整保留；请升级后重放，或反馈给我们。`,
    },
  };
  const outcome = {
    id: change.id,
    receivedAt: change.receivedAt,
    recordId: null,
    recordVersion: null,
    mappingVersion: null,
    waitingOn: null,
  };
  await settleChanges(sql, context.clock.now(), [{ ...outcome, state: 'dead', reason }]);
  await writeMergeRun(sql, entity, { isOpen: false, batchLimit: 1, crashes: 0 });
  context.observer.warn({ code: 'change.crash', message: reason.message.en, details: { change: change.id } });
  return { ...NOTHING, more: true };
}

async function mergeChanges(
  sql: Sql,
  context: StageContext,
  flow: EntityFlow,
  changes: readonly PendingChange[],
): Promise<Omit<Merged, 'more'>> {
  const session = await loadSession(sql, context, flow, changes);
  await brakeDeletes(sql, context, session, changes);
  const breather = new Breather();
  for (const change of changes) {
    if (!guardErased(session, change)) mergeChange(session, change);
    await breather.pause();
  }
  const saved = await saveSession(sql, context, session);
  await saveErased(sql, session, changes);
  return saved;
}

/** Writes what a batch of changes came to, and says who has work now. */
export async function saveSession(
  sql: Sql,
  context: StageContext,
  session: MergeSession,
): Promise<Omit<Merged, 'more'>> {
  const now = session.now;
  const records = session.touchedRecords();
  await insertRecords(
    sql,
    records.filter((record) => record.isNew).map((record) => record.current),
  );
  await updateRecords(
    sql,
    records.filter((record) => !record.isNew).map((record) => record.current),
  );
  await insertBeforeImages(
    sql,
    records.flatMap((record) => record.beforeImages),
  );
  await changeIdentityKeys(sql, session.flow.definition.name, session.keyChanges());
  const sources = session.sourceReplicas();
  await buryReplaced(sql, now, session.replaced);
  await saveSourceReplicas(sql, now, sources);
  const targets = planTargets(session, records);
  await markTargetReplicas(sql, now, targets);
  await recreateReplicas(
    sql,
    now,
    targets.filter((target) => target.creates && session.revived.has(target.recordId)),
  );
  await markReplicasGone(sql, now, session.gone);
  await closeMootConflicts(sql, session);
  await insertConflicts(sql, now, session.conflicts);
  await settleChanges(sql, now, session.outcomes);
  await insertChanges(sql, now, session.referencesToFetch);
  const mergeAlso = (await hasWaitingChanges(sql))
    ? await releaseWaitingChanges(sql, session.newlyKnown)
    : new Set<string>();
  countOutcomes(context, session);
  const behind = sources.filter((source) => source.behind).map((source) => source.connectionId);
  return {
    deliverTo: new Set([...targets.map((target) => target.connectionId), ...behind]),
    mergeAlso,
    fetchFrom: new Set(session.referencesToFetch.map((change) => change.connectionId)),
  };
}

function countOutcomes(context: StageContext, session: MergeSession): void {
  const counts = new Map<string, number>();
  for (const outcome of session.outcomes) counts.set(outcome.state, (counts.get(outcome.state) ?? 0) + 1);
  for (const [outcome, amount] of counts)
    context.observer.count('merge', { entity: session.flow.definition.name, outcome }, amount);
}

/** Hints what a batch made due; after the commit. */
export function announce(context: StageContext, merged: Omit<Merged, 'more'>): void {
  for (const key of merged.deliverTo) context.hint({ kind: 'deliver', key });
  for (const key of merged.mergeAlso) context.hint({ kind: 'merge', key });
  for (const key of merged.fetchFrom) context.hint({ kind: 'fetch', key });
}
