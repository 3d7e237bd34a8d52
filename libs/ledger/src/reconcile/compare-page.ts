import type { Sql } from '../database.js';

/** A replica beside its record, for comparing them. */
export interface ComparedReplica {
  readonly recordId: string;
  readonly nativeId: string;
  readonly base: string | null;
  readonly state: string;
  readonly version: number;
  readonly status: string;
  readonly body: Record<string, unknown>;
}

const PAGE = {
  name: 'compare-page',
  text: `
select p.record_id as "recordId", p.native_id as "nativeId", p.base, p.state, r.version, r.status, r.body
from replica p join record r on r.id = p.record_id
where p.connection_id = $1 and p.stream = $2 and p.native_id > $3
order by p.native_id limit $4`,
};

/** One page of a stream's replicas in the order of their native ids. */
export async function comparePage(
  sql: Sql,
  connectionId: string,
  stream: string,
  afterNativeId: string,
  limit: number,
): Promise<ComparedReplica[]> {
  return sql.run<ComparedReplica>(PAGE, [connectionId, stream, afterNativeId, limit]);
}

const MARK = {
  name: 'mark-drifted',
  text: `
update replica r set state = 'pending', due_at = $3, lane = $4, behind_since = coalesce(behind_since, $3), desired_version = n.version,
  delivered_version = least(delivered_version, n.version - 1)
from unnest($2::uuid[], $5::int[]) as n(record_id, version)
where r.record_id = n.record_id and r.connection_id = $1 and r.state = 'settled'`,
};

/** Plans the repair of replicas that differ from their records. */
export async function markDrifted(
  sql: Sql,
  connectionId: string,
  drifted: readonly { readonly recordId: string; readonly version: number }[],
  plan: { readonly now: Date; readonly lane: number },
): Promise<void> {
  if (drifted.length === 0) return;
  await sql.run(MARK, [
    connectionId,
    drifted.map((row) => row.recordId),
    plan.now,
    plan.lane,
    drifted.map((row) => row.version),
  ]);
}

const START = {
  name: 'start-reconcile-run',
  text: `insert into reconcile_run (connection_id, stream, state, repair, started_at) values ($1, $2, 'running', $3, $4) returning id::text`,
};
const FINISH = {
  name: 'finish-reconcile-run',
  text: `update reconcile_run set state = $2, counts = $3::jsonb, differences = $4::jsonb, failure = $5::jsonb, finished_at = $6 where id = $1`,
};

/** Stores the start of a comparison and gives its id. */
export async function startReconcileRun(
  sql: Sql,
  run: { readonly connectionId: string; readonly stream: string; readonly repair: boolean; readonly now: Date },
): Promise<string> {
  const rows = await sql.run<{ id: string }>(START, [run.connectionId, run.stream, run.repair, run.now]);
  return rows[0]?.id ?? '';
}

/** Stores what a comparison found. */
export async function finishReconcileRun(
  sql: Sql,
  id: string,
  end: {
    readonly state: 'done' | 'failed';
    readonly counts: object;
    readonly differences: readonly object[];
    readonly failure: object | undefined;
    readonly now: Date;
  },
): Promise<void> {
  const failure = end.failure === undefined ? null : JSON.stringify(end.failure);
  await sql.run(FINISH, [id, end.state, JSON.stringify(end.counts), JSON.stringify(end.differences), failure, end.now]);
}
