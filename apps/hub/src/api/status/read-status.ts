import type { ConnectionStatus, FlowStatus, Status, Verdict } from '@isthmus/api-contract';
import {
  listBrakes,
  listConnections,
  listCursors,
  listFlows,
  listHolds,
  listLearntRates,
  listStreamDrift,
  readBlockedGroups,
  readChangeBacklog,
  readConflictBacklog,
  readRecordLabels,
  readReplicaBacklog,
} from '@isthmus/ledger';
import type { ListedConnection, ListedFlow, ReplicaBacklog } from '@isthmus/ledger';
import type { ApiDependencies } from '../dependencies.js';
import { iso, isoOrNull } from '../http/exchange.js';
import { holdAnswer, maintenanceOf } from '../connections/hold-answer.js';
import { backlogWords } from './backlog-words.js';
import { flowDrift } from './drift-status.js';
import { rateOf } from './hold-reasons.js';
import { changesIn, secondsSince } from './readings.js';
import type { Readings } from './readings.js';
import { verdictReasons } from './verdict-reasons.js';

/** More connections than that are no single deployment; the list stops there. */
const MOST = 1_000;
const BLOCKED_GROUPS = 20;

/** Reads the state of the whole hub and judges it. */
export async function readStatus(deps: ApiDependencies): Promise<Status> {
  const { database, clock } = deps;
  const conflicts = await readConflictBacklog(database);
  const readings: Readings = {
    now: clock.now(),
    connections: await listConnections(database, {}, { limit: MOST }),
    flows: await listFlows(database, {}, { limit: MOST }),
    cursors: await listCursors(database),
    replicas: await readReplicaBacklog(database),
    changes: await readChangeBacklog(database),
    conflicts: new Map(conflicts.map(({ entity, count }) => [entity, count])),
    holds: await listHolds(database),
    rates: await listLearntRates(database),
    brakes: await listBrakes(database, { state: 'on' }, { limit: MOST }),
    drift: await listStreamDrift(database),
  };
  const queue = await queueStatus(deps);
  const groups = await readBlockedGroups(database, BLOCKED_GROUPS);
  const labels = await readRecordLabels(
    database,
    groups.map((group) => group.blockedOn),
  );
  const reasons = verdictReasons(readings, { queueHealthy: queue.healthy, faults: deps.configurationFaults() });
  const worst = (of: (reason: (typeof reasons)[number]) => boolean): Verdict => {
    const mine = reasons.filter(of);
    return mine.some((reason) => reason.verdict === 'failing') ? 'failing' : mine.length > 0 ? 'attention' : 'ok';
  };
  return {
    verdict: worst(() => true),
    at: iso(readings.now),
    version: deps.version,
    reasons,
    words: backlogWords(readings, groups, labels),
    connections: readings.connections.map((row) =>
      connectionStatus(
        readings,
        row,
        worst((reason) => reason.connectionId === row.id),
      ),
    ),
    flows: readings.flows.map((row) =>
      flowStatus(
        readings,
        row,
        worst((reason) => reason.flowId === row.id),
      ),
    ),
    queue,
  };
}

async function queueStatus({ queue }: ApiDependencies): Promise<Status['queue']> {
  if (!queue) return { healthy: true, kinds: {} };
  return { healthy: queue.healthy(), kinds: await queue.depth() };
}

function oldest(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce<Date | null>((least, at) => (at !== null && (least === null || at < least) ? at : least), null);
}

function ageOf(at: Date | null, now: Date): number | null {
  return at === null ? null : secondsSince(at, now);
}

const total = (rows: readonly ReplicaBacklog[], name: 'due' | 'retrying' | 'blocked' | 'dead'): number =>
  rows.reduce((sum, row) => sum + row[name], 0);

function connectionStatus(
  { now, replicas, changes, cursors, holds, rates }: Readings,
  row: ListedConnection,
  verdict: Verdict,
): ConnectionStatus {
  const behind = replicas.filter((backlog) => backlog.connectionId === row.id);
  const open = changes.filter((backlog) => backlog.connectionId === row.id);
  return {
    id: row.id,
    title: row.title,
    connector: row.connector,
    verdict,
    state: row.state,
    stateReason: row.stateReason,
    stateSince: iso(row.stateSince),
    lastWebhookAt: isoOrNull(row.webhookAt),
    lastSuccessAt: isoOrNull(row.successAt),
    backlog: {
      due: total(behind, 'due'),
      retrying: total(behind, 'retrying'),
      blocked: total(behind, 'blocked'),
      dead: total(behind, 'dead'),
    },
    oldestUnsyncedSeconds: ageOf(oldest(behind.map((backlog) => backlog.oldestAt)), now),
    nextRetryAt: isoOrNull(oldest(behind.map((backlog) => backlog.nextRetryAt))),
    changes: {
      fetching: changesIn(open, 'fetch'),
      waiting: changesIn(open, 'waiting'),
      review: changesIn(open, 'review'),
      rejected: changesIn(open, 'rejected'),
      dead: changesIn(open, 'dead'),
    },
    maintenanceUntil: isoOrNull(maintenanceOf(row, now)),
    holds: holds.filter((hold) => hold.connectionId === row.id).map(holdAnswer),
    rate: rateOf(rates, row.id),
    cursors: cursors
      .filter((cursor) => cursor.connectionId === row.id)
      .map(({ stream, purpose, state, finishedAt, failure }) => ({
        stream,
        purpose,
        state,
        lagSeconds: ageOf(finishedAt, now),
        failure,
      })),
  };
}

function flowStatus(
  { now, replicas, changes, conflicts, drift }: Readings,
  row: ListedFlow,
  verdict: Verdict,
): FlowStatus {
  const behind = replicas.filter((backlog) => backlog.entity === row.entity);
  const open = changes.filter((backlog) => backlog.entity === row.entity);
  return {
    id: row.id,
    entity: row.entity,
    verdict,
    state: row.state,
    changes: {
      pending: changesIn(open, 'pending') + changesIn(open, 'fetch'),
      waiting: changesIn(open, 'waiting'),
      review: changesIn(open, 'review'),
      rejected: changesIn(open, 'rejected'),
      dead: changesIn(open, 'dead'),
    },
    oldestChangeSeconds: ageOf(oldest(open.map((backlog) => backlog.oldestAt)), now),
    replicas: {
      pending: total(behind, 'due') + total(behind, 'retrying'),
      blocked: total(behind, 'blocked'),
      dead: total(behind, 'dead'),
    },
    oldestUnsyncedSeconds: ageOf(oldest(behind.map((backlog) => backlog.oldestAt)), now),
    openConflicts: conflicts.get(row.entity) ?? 0,
    drift: flowDrift(drift, row.id),
  };
}
