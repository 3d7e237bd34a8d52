import type { Failure } from '@isthmus/connector-kit';
import { driftScore } from '@isthmus/decide';
import type { DriftCause } from '@isthmus/decide';
import {
  beginRepair,
  countDifferences,
  finishReconcileRun,
  keepReconcileRun,
  markEditedOnBoth,
  saveStreamDrift,
} from '@isthmus/ledger';
import type { DifferenceCount } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf } from '../topology/topology.js';
import type { Topology } from '../topology/topology.js';
import { compareStream, noCounts } from './compare-stream.js';
import type { StreamCounts } from './look-at-rows.js';
import { repairRun } from './repair-run.js';

const ALIVE_MS = 5_000;

/** A stream of a connection. */
export interface StreamPlace {
  readonly connectionId: string;
  readonly stream: string;
}

/** What a stored run is to compare. */
export interface ReconcileOrder {
  readonly runId: string;
  readonly streams: readonly StreamPlace[];
  /** True = differences are put right at once, as far as the plan says how. */
  readonly repair: boolean;
  /** True = nobody asked for it: repairs are the careful ones. */
  readonly automatic: boolean;
  readonly signal: AbortSignal;
}

/** What a run counted. */
export interface ReconcileCounts {
  readonly rows: number;
  readonly compared: number;
  readonly inStep: number;
  readonly held: number;
  readonly unmanaged: number;
  readonly differences: number;
  readonly causes: { readonly [cause: string]: number };
  readonly actions: { readonly [action: string]: number };
  readonly streams: readonly (StreamPlace & StreamCounts & { readonly score: number })[];
}

/** Streams of a flow that can be read in full, those that are read first. */
export function comparableStreams(topology: Topology, entity: string): StreamPlace[] {
  return [...topology.connections.values()]
    .flatMap((connection) => [...connection.streams.values()])
    .filter((binding) => binding.entity === entity && binding.stream.read !== undefined)
    .sort((a, b) => Number(b.reads) - Number(a.reads))
    .map((binding) => ({ connectionId: binding.connectionId, stream: binding.name }));
}

/**
 * Compares streams in full and stores what differs, why, and what would put it right; with `repair` does that as well.
 * A far side that cannot be read to its end fails the run: its plan is no plan then, and nothing is repaired.
 */
export async function runReconcile(context: StageContext, order: ReconcileOrder): Promise<void> {
  const parts: { place: StreamPlace; counts: StreamCounts }[] = [];
  let failure: Failure | undefined;
  let aliveAt = 0;
  const keepAlive = async (): Promise<void> => {
    if (performance.now() - aliveAt < ALIVE_MS) return;
    aliveAt = performance.now();
    await keepReconcileRun(context.database, order.runId, totals(parts, []));
  };
  try {
    for (const place of order.streams) {
      const counts = noCounts();
      parts.push({ place, counts });
      failure = (await compareOne(context, order, place, counts, keepAlive)) ?? failure;
    }
    await markEditedOnBoth(context.database, order.runId);
  } catch (error) {
    const message = { en: `The comparison failed: ${String(error)}`, zh: `对账失败：${String(error)}` };
    await finish(context, order, parts, { kind: 'unknown', code: 'reconcile.defect', message });
    throw error;
  }
  await finish(context, order, parts, failure);
  if (order.repair && !failure && (await beginRepair(context.database, order.runId)))
    await repairRun(context, order.runId, order);
}

async function compareOne(
  context: StageContext,
  order: ReconcileOrder,
  place: StreamPlace,
  counts: StreamCounts,
  onPage: () => Promise<void>,
): Promise<Failure | undefined> {
  const topology = context.topology.current();
  const connection = topology.connections.get(place.connectionId);
  const binding = bindingOf(topology, place.connectionId, place.stream);
  const flow = binding && topology.flows.get(binding.entity);
  if (!connection || !binding || !flow) return undefined;
  const { runId, signal } = order;
  return compareStream(context, { runId, connection, binding, flow, counts, signal, onPage });
}

async function finish(
  context: StageContext,
  order: ReconcileOrder,
  parts: readonly { place: StreamPlace; counts: StreamCounts }[],
  failure: Failure | undefined,
): Promise<void> {
  const { database, clock } = context;
  const found = await countDifferences(database, order.runId);
  const now = clock.now();
  const state = failure ? 'failed' : 'done';
  await finishReconcileRun(database, order.runId, { state, counts: totals(parts, found), failure, now });
  if (failure) return;
  for (const { place, counts } of parts) {
    const entity = bindingOf(context.topology.current(), place.connectionId, place.stream)?.entity ?? '';
    const flowId = context.topology.current().flows.get(entity)?.flowId;
    if (flowId === undefined) continue;
    const causes = causesOf(found, place);
    const score = driftScore(counts.compared, causes);
    const { compared } = counts;
    await saveStreamDrift(database, { ...place, flowId, runId: order.runId, comparedAt: now, compared, causes, score });
  }
}

function causesOf(found: readonly DifferenceCount[], place?: StreamPlace): { [cause in DriftCause]?: number } {
  const causes: { [cause: string]: number } = {};
  for (const row of found) {
    if (place && (row.connectionId !== place.connectionId || row.stream !== place.stream)) continue;
    causes[row.cause] = (causes[row.cause] ?? 0) + row.count;
  }
  return causes;
}

function totals(
  parts: readonly { place: StreamPlace; counts: StreamCounts }[],
  found: readonly DifferenceCount[],
): ReconcileCounts {
  const sum = (name: 'rows' | 'compared' | 'inStep' | 'held' | 'unmanaged'): number =>
    parts.reduce((total, { counts }) => total + counts[name], 0);
  const actions: { [action: string]: number } = {};
  for (const row of found) actions[row.action] = (actions[row.action] ?? 0) + row.count;
  return {
    rows: sum('rows'),
    compared: sum('compared'),
    inStep: sum('inStep'),
    held: sum('held'),
    unmanaged: sum('unmanaged'),
    differences: found.reduce((total, row) => total + row.count, 0),
    causes: causesOf(found),
    actions,
    streams: parts.map(({ place, counts }) => ({
      ...place,
      ...counts,
      score: driftScore(counts.compared, causesOf(found, place)),
    })),
  };
}
