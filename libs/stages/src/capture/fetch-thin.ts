import type { Failure, Fetched } from '@isthmus/connector-kit';
import { FailureError } from '@isthmus/connector-kit';
import { nextStep } from '@isthmus/decide';
import { claimFetches, LANE, settleFetches } from '@isthmus/ledger';
import type { FetchOutcome, PendingFetch } from '@isthmus/ledger';
import { leastLaneOf } from '../topology/lane-turns.js';
import type { StageContext } from '../topology/stage-context.js';
import { waitForMapping } from '../topology/broken-mapping.js';
import { brokenStreamOf } from '../topology/topology.js';
import type { BrokenStream, LiveConnection, StreamBinding } from '../topology/topology.js';

const BATCH = 200;
const LEASE_SECONDS = 60;
/** A thing that cannot be fetched after this many tries becomes a dead letter. */
const MOST_TRIES = 12;

/** Fetches what thin changes of a connection point at; several changes of one native object are one call. */
export async function fetchBatch(context: StageContext, connectionId: string): Promise<{ more: boolean }> {
  const connection = context.topology.current().connections.get(connectionId);
  if (!connection) return { more: false };
  const claim = { now: context.clock.now(), limit: BATCH, leaseSeconds: LEASE_SECONDS };
  const leastLane = leastLaneOf(context, `fetch ${connectionId}`);
  const inTurn = await claimFetches(context.database, connectionId, { ...claim, leastLane });
  const isOther = inTurn.length === 0 && leastLane !== LANE.live;
  const pending = isOther ? await claimFetches(context.database, connectionId, claim) : inTurn;
  const entities = new Set<string>();
  for (const [stream, group] of byStream(pending)) {
    const binding = connection.streams.get(stream);
    const outcomes = binding?.stream.fetch
      ? await fetchGroup(context, connection, binding, group)
      : group.map((fetch) => unfetchable(fetch, brokenStreamOf(context.topology.current(), connectionId, stream)));
    await settleFetches(context.database, outcomes);
    if (binding) entities.add(binding.entity);
    context.observer.count(
      'fetch',
      { connection: connectionId, entity: binding?.entity ?? 'none', outcome: 'fetched' },
      outcomes.length,
    );
  }
  for (const entity of entities) context.hint({ kind: 'merge', key: entity });
  const count = pending.reduce((sum, fetch) => sum + fetch.changeIds.length, 0);
  return { more: count >= BATCH || (count > 0 && leastLane !== LANE.live) };
}

function byStream(pending: readonly PendingFetch[]): Map<string, PendingFetch[]> {
  const groups = new Map<string, PendingFetch[]>();
  for (const fetch of pending) groups.set(fetch.stream, [...(groups.get(fetch.stream) ?? []), fetch]);
  return groups;
}

async function fetchGroup(
  context: StageContext,
  connection: LiveConnection,
  binding: StreamBinding,
  group: readonly PendingFetch[],
): Promise<FetchOutcome[]> {
  const size = binding.stream.fetchBatchSize ?? 1;
  const chunks: PendingFetch[][] = [];
  for (let from = 0; from < group.length; from += size) chunks.push(group.slice(from, from + size));
  const concurrency = 6;
  const outcomes: FetchOutcome[] = [];
  for (let from = 0; from < chunks.length; from += concurrency) {
    const done = await Promise.all(
      chunks.slice(from, from + concurrency).map((chunk) => fetchChunk(context, connection, binding, chunk)),
    );
    outcomes.push(...done.flat());
  }
  return outcomes;
}

async function fetchChunk(
  context: StageContext,
  connection: LiveConnection,
  binding: StreamBinding,
  chunk: readonly PendingFetch[],
): Promise<FetchOutcome[]> {
  try {
    const ids = chunk.map((fetch) => fetch.nativeId);
    const found = await binding.stream.fetch?.(connection.context, ids);
    const byId = new Map(found?.map((item) => [item.id, item]));
    return chunk.map((fetch) => outcomeOf(context, binding, fetch, byId.get(fetch.nativeId)));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (error.failure.kind === 'auth') await context.pauseConnection(connection.id, error.failure);
    return chunk.map((fetch) => failed(context, fetch, error.failure));
  }
}

function outcomeOf(
  context: StageContext,
  binding: StreamBinding,
  fetch: PendingFetch,
  found: Fetched | undefined,
): FetchOutcome {
  if (!found || 'gone' in found) return { changeIds: fetch.changeIds, state: 'pending', kind: 'delete' };
  if ('failure' in found) return failed(context, fetch, found.failure);
  const sourceAt = binding.stream.modifiedAt?.(found.row);
  return {
    changeIds: fetch.changeIds,
    state: 'pending',
    raw: JSON.stringify(found.row),
    ...(sourceAt !== undefined && { sourceAt }),
  };
}

function failed(context: StageContext, fetch: PendingFetch, failure: Failure): FetchOutcome {
  const now = context.clock.now().getTime();
  const step = nextStep({
    kind: failure.kind,
    retryAfterMs: failure.retryAfterMs,
    failedBefore: fetch.attempts - 1,
    behindMs: 0,
    random: context.random(),
  });
  if (step.do === 'gone') return { changeIds: fetch.changeIds, state: 'pending', kind: 'delete' };
  if (step.do === 'dead-letter' || fetch.attempts >= MOST_TRIES)
    return { changeIds: fetch.changeIds, state: 'dead', reason: failure };
  const afterMs = 'afterMs' in step ? step.afterMs : 0;
  return { changeIds: fetch.changeIds, state: 'fetch', dueAt: new Date(now + afterMs), reason: failure };
}

function unfetchable(fetch: PendingFetch, broken: BrokenStream | undefined): FetchOutcome {
  if (broken) return { changeIds: fetch.changeIds, ...waitForMapping(broken) };
  const message = {
    en: 'The stream is in no flow, or its rows cannot be fetched by id.',
    zh: '该数据流不在任何同步流程中，或不支持按编号读取。',
  };
  return { changeIds: fetch.changeIds, state: 'ignored', reason: { code: 'change.not-fetchable', message } };
}
