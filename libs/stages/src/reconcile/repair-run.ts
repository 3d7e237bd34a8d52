import {
  endRepair,
  insertChanges,
  LANE,
  markReplicasGone,
  plannedDifferences,
  planWrites,
  recreateReplicas,
  settleDifferences,
} from '@isthmus/ledger';
import type { NewChange, PlannedDifference, PlannedWrite, Sql } from '@isthmus/ledger';
import { rowHash } from '../topology/row-hash.js';
import type { StageContext } from '../topology/stage-context.js';

const PAGE = 200;

/** What a repair did with the differences of its plan. */
export interface RepairCounts {
  /** Set on its way: merged, written, made anew or handed to the delete policy. */
  applied: number;
  /** Left alone because a side has changed since the plan was made. */
  stale: number;
  /** Left for a person: a repair that nobody asked for does not do this. */
  skipped: number;
}

/**
 * Puts right exactly what a run's plan says, page by page: what a far side says goes through the merge as any change, with all policies; what
 * a copy lacks is written. A difference whose sides have changed since is left to the next comparison.
 *
 * @param options `automatic`: nobody asked: rewriting what a changed mapping explains, and deletions without `detectDeletes`, are left out
 */
export async function repairRun(
  context: StageContext,
  runId: string,
  options: { readonly automatic: boolean; readonly signal: AbortSignal },
): Promise<RepairCounts> {
  const counts: RepairCounts = { applied: 0, stale: 0, skipped: 0 };
  const hints = new Set<string>();
  let state: 'done' | 'failed' = 'failed';
  try {
    for (let after = '0'; ;) {
      options.signal.throwIfAborted();
      const page = await context.database.transaction((sql) =>
        repairPage(sql, context, runId, after, options.automatic),
      );
      for (const { difference, outcome } of page) {
        counts[outcome] += 1;
        if (outcome === 'applied') hints.add(`merge ${difference.entity}`).add(`deliver ${difference.connectionId}`);
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.difference.seq;
    }
    state = 'done';
  } finally {
    await endRepair(context.database, runId, { state, counts, now: context.clock.now() });
    for (const hint of hints) {
      const [kind, key] = hint.split(' ') as ['merge' | 'deliver', string];
      context.hint({ kind, key });
    }
  }
  return counts;
}

interface Repaired {
  readonly difference: PlannedDifference;
  readonly outcome: keyof RepairCounts;
}

async function repairPage(
  sql: Sql,
  context: StageContext,
  runId: string,
  after: string,
  automatic: boolean,
): Promise<Repaired[]> {
  const page = await plannedDifferences(sql, runId, after, PAGE);
  const repaired = page.map((difference) => ({ difference, outcome: outcomeOf(context, difference, automatic) }));
  const due = repaired.filter(({ outcome }) => outcome === 'applied').map(({ difference }) => difference);
  const now = context.clock.now();
  await insertChanges(sql, now, due.flatMap(changeOf));
  await planWrites(sql, { now, lane: LANE.reconcile }, due.flatMap(writeOf));
  await createAgain(sql, now, due);
  await settleDifferences(
    sql,
    runId,
    repaired.map(({ difference, outcome }) => ({ seq: difference.seq, state: outcome })),
  );
  return repaired;
}

function outcomeOf(context: StageContext, difference: PlannedDifference, automatic: boolean): keyof RepairCounts {
  if (!difference.isFresh) return 'stale';
  if (!automatic) return 'applied';
  const detects = context.topology.current().flows.get(difference.entity)?.deleteRules.detect ?? false;
  const rewrites = difference.cause === 'mapping' && difference.action === 'write';
  return rewrites || (difference.action === 'delete' && !detects) ? 'skipped' : 'applied';
}

function changeOf(difference: PlannedDifference): NewChange[] {
  const { connectionId, stream, entity, nativeId, action, row, rowAt } = difference;
  if (action !== 'merge' && action !== 'delete') return [];
  const common = { connectionId, stream, entity, nativeId, lane: LANE.reconcile, eventKey: undefined };
  const origin = 'reconcile' as const;
  if (action === 'delete') return [{ ...common, origin, kind: 'delete', raw: undefined, sourceAt: undefined }];
  return [{ ...common, origin, kind: 'upsert', raw: row ?? undefined, sourceAt: rowAt?.toISOString() }];
}

function writeOf(difference: PlannedDifference): PlannedWrite[] {
  const { recordId, connectionId, recordVersion, action, row, rowAt, baseHash } = difference;
  if (recordId === null || (action !== 'write' && action !== 'put-back' && action !== 'remove')) return [];
  // The write is worked out against what the far side holds now, not against what it was believed to hold.
  const base =
    action === 'put-back' && row !== null ? { text: row, hash: rowHash(row), at: rowAt, before: baseHash } : undefined;
  return [{ recordId, connectionId, version: recordVersion ?? 0, row: base }];
}

async function createAgain(sql: Sql, now: Date, due: readonly PlannedDifference[]): Promise<void> {
  const lost = due.flatMap((difference) =>
    difference.action === 'create' && difference.recordId !== null
      ? [{ ...difference, recordId: difference.recordId }]
      : [],
  );
  await markReplicasGone(sql, now, lost);
  await recreateReplicas(
    sql,
    now,
    lost.map((row) => ({ ...row, version: row.recordVersion ?? 0, lane: LANE.reconcile })),
  );
}
