import type { Sql } from '../database.js';
import type { NewDifference } from './differences.js';

/** A difference that is to be put right, with how the copy stands now. */
export interface PlannedDifference extends NewDifference {
  readonly seq: string;
  /** False = either side has changed since the plan was made. */
  readonly isFresh: boolean;
}

const PLANNED = {
  name: 'planned-differences',
  text: `
select d.seq::text, d.connection_id as "connectionId", d.stream, d.entity, d.cause, d.detail, d.record_id as "recordId", d.native_id as "nativeId",
  d.fields, d.action, d.record_version as "recordVersion", d.base_hash as "baseHash", d.row_text as row, d.row_at as "rowAt",
  (case when d.record_id is null then p.record_id is null
    else p.record_id is not null and p.base_hash is not distinct from d.base_hash and r.version = d.record_version end) as "isFresh"
from reconcile_difference d
left join replica p on p.connection_id = d.connection_id and p.stream = d.stream and p.native_id = d.native_id
left join record r on r.id = p.record_id
where d.run_id = $1 and d.seq > $2 and d.state = 'planned' and d.action <> 'none'
order by d.seq limit $3`,
};

/** The next differences of a run that are to be put right. */
export async function plannedDifferences(
  sql: Sql,
  runId: string,
  after: string,
  limit: number,
): Promise<PlannedDifference[]> {
  return sql.run<PlannedDifference>(PLANNED, [runId, after, limit]);
}

const SETTLE = {
  name: 'settle-differences',
  text: `
update reconcile_difference d set state = s.state from unnest($2::bigint[], $3::text[]) as s(seq, state) where d.run_id = $1 and d.seq = s.seq`,
};

/** Notes what became of differences. */
export async function settleDifferences(
  sql: Sql,
  runId: string,
  outcomes: readonly { readonly seq: string; readonly state: 'applied' | 'stale' | 'skipped' }[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql.run(SETTLE, [runId, outcomes.map((row) => row.seq), outcomes.map((row) => row.state)]);
}

const WRITE = {
  name: 'plan-writes',
  text: `
update replica r set state = 'pending', due_at = $1, lane = $2, behind_since = coalesce(r.behind_since, $1), desired_version = greatest(r.desired_version, n.version),
  delivered_version = least(r.delivered_version, n.version - 1), base = coalesce(n.row_text, r.base), base_hash = coalesce(n.hash, r.base_hash),
  modified_at = case when n.row_text is null then r.modified_at else n.row_at end, agreed_hash = null, gone_at = null, gone_since = null,
  attempts = case when r.state = 'dead' then 0 else r.attempts end, failure = case when r.state = 'dead' then null else r.failure end
from unnest($3::uuid[], $4::text[], $5::int[], $6::text[], $7::text[], $8::timestamptz[], $9::text[]) as n(record_id, connection_id, version, row_text, hash, row_at, before)
where r.record_id = n.record_id and r.connection_id = n.connection_id and (n.row_text is null or r.base_hash is not distinct from n.before)`,
};

/** A copy that is to be written. */
export interface PlannedWrite {
  readonly recordId: string;
  readonly connectionId: string;
  readonly version: number;
  /** The row as the far side holds it, where that is to be the base of the write. */
  readonly row:
    | { readonly text: string; readonly hash: string; readonly at: Date | null; readonly before: string | null }
    | undefined;
}

/** Plans the delivery of copies that differ from their records. */
export async function planWrites(
  sql: Sql,
  plan: { readonly now: Date; readonly lane: number },
  writes: readonly PlannedWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  await sql.run(WRITE, [
    plan.now,
    plan.lane,
    writes.map((write) => write.recordId),
    writes.map((write) => write.connectionId),
    writes.map((write) => write.version),
    writes.map((write) => write.row?.text ?? null),
    writes.map((write) => write.row?.hash ?? null),
    writes.map((write) => write.row?.at ?? null),
    writes.map((write) => write.row?.before ?? null),
  ]);
}
