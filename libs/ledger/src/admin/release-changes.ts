import type { Sql } from '../database.js';

/** What a release did to one change. */
export interface ReleasedChange {
  readonly id: string;
  readonly entity: string;
  readonly connectionId: string;
  /** `stale` = a newer change of the same object has overtaken it. */
  readonly state: 'pending' | 'fetch' | 'stale';
}

const RELEASED = `
update change c set
  state = case when overtaken.found then 'stale' when c.raw is null and c.kind = 'upsert' then 'fetch' else 'pending' end,
  reason = case when overtaken.found then jsonb_build_object('code', 'change.superseded', 'message', jsonb_build_object(
    'en', 'A newer change of the same object was merged meanwhile.', 'zh', '同一对象已有更新的变更被合并。')) end,
  waiting_on = null, attempts = 0, due_at = $1, settled_at = case when overtaken.found then $1::timestamptz end
from wanted w cross join lateral (
  select exists (select 1 from change n where n.connection_id = w.connection_id and n.stream = w.stream and n.native_id = w.native_id
    and n.id > w.id and n.state in ('merged', 'unchanged')) as found) overtaken
where c.id = w.id and c.received_at = w.received_at
returning c.id::text, c.entity, c.connection_id as "connectionId", c.state`;

const BY_ID = {
  name: 'release-changes-by-id',
  text: `
with wanted as (
  select id, received_at, connection_id, stream, native_id from change
  where id = any($2::bigint[]) and state in ('waiting', 'review', 'rejected', 'dead', 'ignored') for update
) ${RELEASED}`,
};

/** Has changes tried again. One that a newer change of its object has overtaken is settled instead: replaying it would undo the newer one. */
export async function releaseChanges(sql: Sql, now: Date, ids: readonly string[]): Promise<ReleasedChange[]> {
  return ids.length === 0 ? [] : sql.run<ReleasedChange>(BY_ID, [now, ids]);
}

/** Which dead letters of a cause are meant; what is undefined is not asked for. */
export interface CauseFilter {
  readonly code?: string;
  readonly connectionId?: string;
  readonly entity?: string;
}

const BY_CAUSE = {
  name: 'release-changes-by-cause',
  text: `
with wanted as (
  select c.id, c.received_at, c.connection_id, c.stream, c.native_id from connection k cross join lateral (
    select * from change c where c.connection_id = k.id and c.state in ('waiting', 'review', 'rejected', 'dead') and c.state in ('rejected', 'dead')
      and ($2::text is null or c.reason->>'code' = $2 or c.reason->'issues'->0->>'code' = $2 or c.reason->'findings'->0->>'code' = $2)
      and ($4::text is null or c.entity = $4) order by c.id limit $5) c
  where $3::text is null or k.id = $3
  limit $5
) ${RELEASED}`,
};

/** Has the dead and rejected changes of a cause tried again, at most `limit` of them per call. */
export async function releaseChangesByCause(
  sql: Sql,
  now: Date,
  cause: CauseFilter,
  limit: number,
): Promise<ReleasedChange[]> {
  const values = [now, cause.code ?? null, cause.connectionId ?? null, cause.entity ?? null, limit];
  return sql.run<ReleasedChange>(BY_CAUSE, values);
}

const REVIVED = `state = 'pending', due_at = $1, attempts = 0, claims = 0, lane = 1, blocked_on = null, failure = null`;

const REVIVE_BY_ID = {
  name: 'revive-replicas-by-id',
  text: `
update replica r set ${REVIVED} from unnest($2::uuid[], $3::text[]) as w(record_id, connection_id)
where r.record_id = w.record_id and r.connection_id = w.connection_id and r.state = 'dead'
returning r.connection_id as "connectionId"`,
};

/** Has dead replicas delivered again. Returns one row for each. */
export async function reviveReplicas(
  sql: Sql,
  now: Date,
  keys: readonly { readonly recordId: string; readonly connectionId: string }[],
): Promise<{ connectionId: string }[]> {
  if (keys.length === 0) return [];
  return sql.run<{ connectionId: string }>(REVIVE_BY_ID, [
    now,
    keys.map((key) => key.recordId),
    keys.map((key) => key.connectionId),
  ]);
}

const REVIVE_BY_CAUSE = {
  name: 'revive-replicas-by-cause',
  text: `
with wanted as (
  select p.record_id, p.connection_id from connection k cross join lateral (
    select * from replica p where p.connection_id = k.id and p.state = 'dead' and ($2::text is null or p.failure->>'code' = $2)
      and ($4::text is null or p.entity = $4) limit $5) p
  where $3::text is null or k.id = $3 limit $5
)
update replica r set ${REVIVED} from wanted w where r.record_id = w.record_id and r.connection_id = w.connection_id and r.state = 'dead'
returning r.connection_id as "connectionId"`,
};

/** Has the dead replicas of a cause delivered again, at most `limit` of them per call. */
export async function reviveReplicasByCause(
  sql: Sql,
  now: Date,
  cause: CauseFilter,
  limit: number,
): Promise<{ connectionId: string }[]> {
  const values = [now, cause.code ?? null, cause.connectionId ?? null, cause.entity ?? null, limit];
  return sql.run<{ connectionId: string }>(REVIVE_BY_CAUSE, values);
}

const DECIDE = {
  name: 'decide-change',
  text: `
update change set state = 'pending', reason = $2::jsonb, settled_at = null where id = $1::bigint and state = 'review'
returning id::text, entity, connection_id as "connectionId", state`,
};

/** Stores a person's identity decision and has the change merged by it; undefined = it does not wait for one any more. */
export async function decideChange(sql: Sql, id: string, decision: object): Promise<ReleasedChange | undefined> {
  return (await sql.run<ReleasedChange>(DECIDE, [id, JSON.stringify(decision)]))[0];
}

const KEEP = {
  name: 'keep-record-of-deleted',
  text: `update change set state = 'ignored', reason = $2::jsonb, settled_at = $3 where id = $1::bigint and state = 'review' and kind = 'delete' returning id`,
};

/** A person decided that a record outlives the deletion of one copy; false = the change does not wait for that any more. */
export async function keepDespiteDelete(sql: Sql, id: string, reason: object, now: Date): Promise<boolean> {
  return (await sql.run(KEEP, [id, JSON.stringify(reason), now])).length > 0;
}
