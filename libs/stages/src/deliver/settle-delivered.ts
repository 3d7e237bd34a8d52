import { findRenewedBases, insertWrittenChanges, settleReplicas } from '@isthmus/ledger';
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
