import {
  findNativeHolders,
  findRenewedBases,
  insertWrittenChanges,
  isNativeIdTaken,
  settleReplicas,
} from '@isthmus/ledger';
import type { ReplicaOutcome, Sql } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection } from '../topology/topology.js';
import type { Delivered } from './results.js';

/** A replica as the ledger keeps it after its outcome. */
interface Settled {
  readonly recordId: string;
  readonly state: string;
}

/** A source that renews its base faster than an outcome can be written is met in its next look. */
const MOST_ROUNDS = 10;

/** Writes outcomes, and the answers of those that were still ours, in one transaction. Returns what was written. */
export async function settleDelivered(
  context: StageContext,
  connection: LiveConnection,
  token: string,
  delivered: readonly Delivered[],
): Promise<Settled[]> {
  try {
    return await settleOnce(context, connection, token, delivered);
  } catch (error) {
    if (!isNativeIdTaken(error)) throw error;
    return settleOnce(context, connection, token, await setTakenApart(context, connection, delivered));
  }
}

async function settleOnce(
  context: StageContext,
  connection: LiveConnection,
  token: string,
  delivered: readonly Delivered[],
): Promise<Settled[]> {
  const { database, clock } = context;
  const answers = delivered.flatMap(({ answer }) => (answer ? [answer] : []));
  const lease = { connectionId: connection.id, token, now: clock.now() };
  if (answers.length === 0) return settleOverRenewed(database, lease, delivered);
  const settled = await database.transaction(async (sql) => {
    const rows = await settleOverRenewed(sql, lease, delivered);
    const ours = new Set(rows.map((row) => row.recordId));
    const written = answers.filter((answer) => ours.has(answer.recordId));
    await insertWrittenChanges(sql, clock.now(), written);
    return rows;
  });
  for (const entity of new Set(answers.map((answer) => answer.entity))) context.hint({ kind: 'merge', key: entity });
  return settled;
}

/** What the far side holds for a record may be known as another record's copy: a person has to say that both are the same. */
async function setTakenApart(
  context: StageContext,
  connection: LiveConnection,
  delivered: readonly Delivered[],
): Promise<Delivered[]> {
  const named = delivered.map(({ outcome }) => outcome).filter((outcome) => outcome.nativeId !== null);
  const holders = await findNativeHolders(context.database, connection.id, named);
  return delivered.map((one) => {
    const holder = holders.find(({ recordId }) => recordId === one.outcome.recordId);
    return holder ? { outcome: taken(one.outcome, holder) } : one;
  });
}

function taken(
  outcome: ReplicaOutcome,
  holder: { readonly nativeId: string; readonly holderId: string },
): ReplicaOutcome {
  const { nativeId, holderId } = holder;
  const message = {
    en: `The system holds this as ${nativeId}, which belongs to the record ${holderId} already. Merge the two records, then replay.`,
    zh: `对方系统中的 ${nativeId} 即为此记录，但它已属于记录 ${holderId}。请合并两条记录后重放。`,
  };
  return {
    ...outcome,
    state: 'dead',
    deliveredVersion: null,
    nativeId: null,
    nativeVersion: null,
    base: null,
    baseHash: null,
    dueAt: null,
    attempts: outcome.attempts + 1,
    failure: { kind: 'invalid', code: 'delivery.taken', message, details: { nativeId, holderId } },
  };
}

interface Lease {
  readonly connectionId: string;
  readonly token: string;
  readonly now: Date;
}

/**
 * A source may speak of a copy while it is written. What it said then is newer than the base from which the write started, which must not
 * come back: it would look as if the far side lacked what it said, and an edit made there since would be written over.
 */
async function settleOverRenewed(sql: Sql, lease: Lease, delivered: readonly Delivered[]): Promise<Settled[]> {
  const settled: Settled[] = [];
  let open: readonly Delivered[] = delivered;
  for (let round = 0; round < MOST_ROUNDS && open.length > 0; round += 1) {
    const outcomes = open.map(({ outcome }) => outcome);
    const rows = await settleReplicas(sql, lease.connectionId, lease.token, lease.now, outcomes);
    settled.push(...rows);
    const done = new Set(rows.map((row) => row.recordId));
    const left = open.filter(({ outcome }) => !done.has(outcome.recordId) && outcome.base !== null);
    const ids = left.map(({ outcome }) => outcome.recordId);
    const renewed = await findRenewedBases(sql, lease.connectionId, lease.token, ids);
    open = renewed.flatMap(({ recordId, base, baseHash }) =>
      left
        .filter(({ outcome }) => outcome.recordId === recordId)
        .map((one) => ({ ...one, outcome: overRenewed(one, base, baseHash) })),
    );
  }
  return settled;
}

function overRenewed({ outcome, renewed }: Delivered, base: string, baseHash: string | null): ReplicaOutcome {
  return renewed ? renewed(base, baseHash) : { ...outcome, base: null, baseHash: null };
}
