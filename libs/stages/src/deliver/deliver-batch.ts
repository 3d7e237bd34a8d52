import { randomUUID } from 'node:crypto';
import {
  claimReplicas,
  extendReplicaLeases,
  findOpenConflicts,
  findUnseenEdits,
  insertAttempts,
  LANE,
  releaseWaitingChanges,
  settleRemapDeliveries,
  touchSuccess,
  unblockReplicas,
} from '@isthmus/ledger';
import type { ClaimedReplica, ReplicaOutcome } from '@isthmus/ledger';
import { MOST_CLAIMS } from '@isthmus/decide';
import type { StageContext } from '../topology/stage-context.js';
import { leastLaneOf } from '../topology/lane-turns.js';
import type { LiveConnection } from '../topology/topology.js';
import { Attempts } from './attempts.js';
import { awaitsMerge, openConflict, outcomeOf } from './outcomes.js';
import { splitByConfirmation } from './confirmation-gate.js';
import { splitByFirstRead } from './first-read-gate.js';
import { prepareReplicas } from './prepare-replicas.js';
import { settleDelivered } from './settle-delivered.js';
import { tellGone } from './tell-gone.js';
import type { Delivered } from './results.js';
import { writeGroups } from './write-groups.js';

/** Work that a dead worker had in hand is taken up again within 30 s (FAULTS F02): the lease, and the look that finds it. */
const LEASE_SECONDS = 20;

/** How much one delivery batch takes. */
export interface DeliverOptions {
  /** Most replicas per batch. @default 200 */
  readonly batchSize?: number;
  /** How long a worker that died holds what it had claimed. @default 20 */
  readonly leaseSeconds?: number;
  readonly failpoint?: (point: 'claimed' | 'written', recordIds: readonly string[]) => void | Promise<void>;
}

/** Brings one batch of a connection's due replicas up to date: claim, prepare, write, settle. */
export async function deliverBatch(
  context: StageContext,
  connectionId: string,
  options: DeliverOptions = {},
): Promise<{ more: boolean }> {
  const connection = context.topology.current().connections.get(connectionId);
  if (!connection) return { more: false };
  const limit = connection.mayClaim(options.batchSize ?? 200);
  if (limit === 0) return { more: false };
  const release = mayTakeSuspects(context);
  try {
    const token = randomUUID();
    const leaseSeconds = options.leaseSeconds ?? LEASE_SECONDS;
    const now = context.clock.now();
    const suspects = release !== undefined;
    const heldEntities = connection.heldEntities ?? [];
    const claim = { now, limit, token, leaseSeconds, suspects, heldEntities };
    const claimed = await claimInTurn(context, connectionId, claim);
    if (claimed.length === 0) return { more: false };
    const areSuspects = claimed.some((replica) => replica.claims > 1);
    if (!areSuspects) release?.();
    const lease = keepLease(context, connectionId, { token, leaseSeconds }, claimed);
    try {
      const more = await deliverClaimed(context, connection, token, claimed, options);
      return { more: more || areSuspects || (claimed.length >= limit && limit > 1) };
    } finally {
      clearInterval(lease);
    }
  } finally {
    release?.();
  }
}

/** Takes the most urgent work, and in its turn what else would starve; a single probe is always the most urgent. */
async function claimInTurn(
  context: StageContext,
  connectionId: string,
  claim: Parameters<typeof claimReplicas>[2],
): Promise<ClaimedReplica[]> {
  const leastLane = claim.limit === 1 ? LANE.live : leastLaneOf(context, `deliver ${connectionId}`);
  const claimed = await claimReplicas(context.database, connectionId, { ...claim, leastLane });
  const isFull = claimed.length >= claim.limit || claimed.some((replica) => replica.claims > 1);
  if (leastLane === LANE.live || isFull) return claimed;
  const limit = claim.limit - claimed.length;
  return [...claimed, ...(await claimReplicas(context.database, connectionId, { ...claim, limit }))];
}

const suspecting = new WeakMap<StageContext, symbol>();

/**
 * A process has one batch of suspects in hand at a time: if it dies again, no innocent is counted along. Returns how to let go of that
 * right, undefined while another batch has it.
 */
function mayTakeSuspects(context: StageContext): (() => void) | undefined {
  if (suspecting.has(context)) return undefined;
  const mine = Symbol('batch');
  suspecting.set(context, mine);
  return () => {
    if (suspecting.get(context) === mine) suspecting.delete(context);
  };
}

function keepLease(
  context: StageContext,
  connectionId: string,
  { token, leaseSeconds }: { readonly token: string; readonly leaseSeconds: number },
  claimed: readonly ClaimedReplica[],
): NodeJS.Timeout {
  const recordIds = claimed.map((replica) => replica.recordId);
  const renew = (): void => {
    // A lease that cannot be renewed is lost; the fence in the settling statement keeps the late result out.
    extendReplicaLeases(context.database, connectionId, { token, recordIds, leaseSeconds }).catch(() => undefined);
  };
  return setInterval(renew, (leaseSeconds * 1_000) / 3).unref();
}

async function deliverClaimed(
  context: StageContext,
  connection: LiveConnection,
  token: string,
  claimed: readonly ClaimedReplica[],
  options: DeliverOptions,
): Promise<boolean> {
  const { healthy, crashed } = setCrashedApart(claimed);
  const held = await findOpenConflicts(
    context.database,
    connection.id,
    healthy.map((replica) => replica.recordId),
  );
  const decided = healthy.filter((replica) => !held.has(replica.recordId));
  const unseen = await findUnseenEdits(context.database, connection.id, context.clock.now(), decided);
  const free = decided.filter((replica) => !unseen.has(replica.recordId));
  const afterMerge = decided
    .filter((replica) => unseen.has(replica.recordId))
    .map((replica) => awaitsMerge(replica, context.clock.now()));
  const waiting = healthy.filter((replica) => held.has(replica.recordId)).map((replica) => openConflict(replica));
  const attempts = new Attempts();
  const { confirmed, held: unconfirmed } = splitByConfirmation(context, free);
  const { ready, early: unread } = await splitByFirstRead(context, connection, confirmed);
  const prepared = await prepareReplicas(context, connection, ready);
  await options.failpoint?.(
    'claimed',
    ready.map((replica) => replica.recordId),
  );
  const early = [...crashed, ...waiting, ...afterMerge, ...unconfirmed, ...unread, ...prepared.outcomes];
  if (early.length > 0)
    await settle(
      context,
      connection,
      token,
      early.map((outcome) => ({ outcome })),
    );
  const late = await writeGroups(context, connection, prepared.writes, attempts, async (delivered) => {
    await options.failpoint?.(
      'written',
      delivered.map(({ outcome }) => outcome.recordId),
    );
    await tellGone(context, connection, claimed, delivered);
    await settle(context, connection, token, delivered);
  });
  await insertAttempts(context.database, connection.id, attempts.take());
  const remapped = claimed.flatMap(({ recordId, remap }) => (remap ? [{ recordId, remap }] : []));
  await settleRemapDeliveries(context.database, connection.id, remapped);
  return late;
}

/** A replica that killed its worker again and again is taken out of the way of the others. */
function setCrashedApart(claimed: readonly ClaimedReplica[]): {
  healthy: ClaimedReplica[];
  crashed: ReplicaOutcome[];
} {
  const message = {
    en: `Delivering this record ended ${MOST_CLAIMS} times without a result: the process died, or failed inside (its log says how). It is kept; replay it after an update, or report it.`,
    zh: `投递该记录已有 ${MOST_CLAIMS} 次未得到结果：进程中断或内部出错（详见日志）。记录已保留；请升级后重放，或反馈给我们。`,
  };
  const failure = { kind: 'invalid' as const, code: 'delivery.crash', message };
  const crashed = claimed.filter((replica) => replica.claims > MOST_CLAIMS);
  return {
    healthy: claimed.filter((replica) => replica.claims <= MOST_CLAIMS),
    crashed: crashed.map((replica) => outcomeOf(replica, { state: 'dead', failure, attempts: replica.attempts + 1 })),
  };
}

async function settle(
  context: StageContext,
  connection: LiveConnection,
  token: string,
  delivered: readonly Delivered[],
): Promise<void> {
  const { database, clock } = context;
  const outcomes = delivered.map(({ outcome }) => outcome);
  const settled = await settleDelivered(context, connection, token, delivered);
  const done = new Set(settled.map((row) => row.recordId));
  const arrived = outcomes.filter((outcome) => done.has(outcome.recordId) && outcome.nativeId !== null);
  count(context, connection, outcomes);
  if (arrived.length === 0) return;
  if (arrived.some((outcome) => outcome.written)) await noteSuccess(context, connection.id);
  const { freed, changesWait } = await unblockReplicas(
    database,
    connection.id,
    clock.now(),
    arrived.map((outcome) => outcome.recordId),
  );
  if (freed > 0) context.hint({ kind: 'deliver', key: connection.id });
  if (changesWait) await releaseChanges(context, connection, arrived);
  if (settled.some((row) => row.state === 'pending')) context.hint({ kind: 'deliver', key: connection.id });
}

const notedAt = new WeakMap<StageContext, Map<string, number>>();

/** The status page shows when a connection last took something; exact to five seconds. */
async function noteSuccess(context: StageContext, connectionId: string): Promise<void> {
  const noted = notedAt.get(context) ?? new Map<string, number>();
  notedAt.set(context, noted);
  const now = context.clock.now();
  if (now.getTime() - (noted.get(connectionId) ?? 0) < 5_000) return;
  noted.set(connectionId, now.getTime());
  await touchSuccess(context.database, connectionId, now);
}

/** Changes that wait for something we just created there can go on. */
async function releaseChanges(
  context: StageContext,
  connection: LiveConnection,
  arrived: readonly ReplicaOutcome[],
): Promise<void> {
  const known = arrived.flatMap((outcome) =>
    [...connection.streams.keys()].map((stream) => ({
      connectionId: connection.id,
      stream,
      nativeId: outcome.nativeId ?? '',
    })),
  );
  // Rows that may have been our own create are known or strange by now.
  const created = [...connection.streams.keys()].map((stream) => ({
    connectionId: connection.id,
    stream: 'create',
    nativeId: stream,
  }));
  for (const entity of await releaseWaitingChanges(context.database, [...known, ...created]))
    context.hint({ kind: 'merge', key: entity });
}

function count(context: StageContext, connection: LiveConnection, outcomes: readonly ReplicaOutcome[]): void {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) {
    const name = outcome.state === 'settled' && !outcome.written ? 'unchanged' : outcome.state;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const [outcome, amount] of counts)
    context.observer.count('deliver', { connection: connection.id, entity: 'all', outcome }, amount);
}
