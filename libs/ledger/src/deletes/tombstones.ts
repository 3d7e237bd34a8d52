import type { Sql } from '../database.js';
import type { NativeKey } from '../merge/load-merge-batch.js';

/** A native object that is gone and whose place another one of the same record has taken since. */
export interface Tombstone extends NativeKey {
  readonly recordId: string;
  readonly goneAt: Date;
}

const FIND = {
  name: 'find-tombstones',
  text: `
select connection_id as "connectionId", stream, native_id as "nativeId", record_id as "recordId", gone_at as "goneAt" from tombstone
where (connection_id, stream, native_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
};

/** Which of the native objects were replaced by others after their deletion. */
export async function findTombstones(sql: Sql, keys: readonly NativeKey[]): Promise<Tombstone[]> {
  if (keys.length === 0) return [];
  return sql.run<Tombstone>(FIND, [
    keys.map((key) => key.connectionId),
    keys.map((key) => key.stream),
    keys.map((key) => key.nativeId),
  ]);
}

const BURY = {
  name: 'bury-replaced-objects',
  text: `
insert into tombstone (connection_id, stream, native_id, record_id, gone_at)
select r.connection_id, r.stream, r.native_id, r.record_id, coalesce(r.gone_at, $1)
from replica r join unnest($2::uuid[], $3::text[], $4::text[]) as n(record_id, connection_id, native_id)
  on n.record_id = r.record_id and n.connection_id = r.connection_id
where r.native_id is not null and r.native_id <> n.native_id and r.state = 'gone'
on conflict (connection_id, stream, native_id) do update set record_id = excluded.record_id, gone_at = excluded.gone_at`,
};

/** Remembers the objects whose place new ones take, before their replicas forget them. */
export async function buryReplaced(
  sql: Sql,
  now: Date,
  replaced: readonly { readonly recordId: string; readonly connectionId: string; readonly nativeId: string }[],
): Promise<void> {
  if (replaced.length === 0) return;
  await sql.run(BURY, [
    now,
    replaced.map((row) => row.recordId),
    replaced.map((row) => row.connectionId),
    replaced.map((row) => row.nativeId),
  ]);
}

/** A copy that is to be made anew where it was deleted. */
export interface Recreation {
  readonly recordId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly version: number;
  readonly lane: number;
}

const RECREATE = {
  name: 'recreate-replicas',
  text: `
with wanted as (
  select * from unnest($2::uuid[], $3::text[], $4::text[], $5::int[], $6::smallint[]) as n(record_id, connection_id, stream, version, lane)
), dead as (
  select r.record_id, r.connection_id, r.stream, r.native_id, r.gone_at from replica r join wanted w using (record_id, connection_id)
  where r.state = 'gone' for update of r
), buried as (
  insert into tombstone (connection_id, stream, native_id, record_id, gone_at)
  select connection_id, stream, native_id, record_id, coalesce(gone_at, $1) from dead where native_id is not null
  on conflict (connection_id, stream, native_id) do update set record_id = excluded.record_id, gone_at = excluded.gone_at
)
update replica r set state = 'pending', stream = w.stream, native_id = null, native_version = null, base = null, base_hash = null,
  modified_at = null, desired_version = w.version, delivered_version = 0, lane = w.lane, due_at = $1, behind_since = $1, attempts = 0,
  claims = 0, outcome_unknown = false, tried_versions = null, failure = null, blocked_on = null, delivered_at = null, gone_at = null,
  gone_since = null, incarnation = r.incarnation + 1, evidence = null, agreed_hash = null, lease_token = null, lease_until = null
from wanted w join dead d using (record_id, connection_id)
where r.record_id = w.record_id and r.connection_id = w.connection_id
returning r.connection_id as "connectionId"`,
};

/**
 * Plans new objects for copies that are gone. The native ids of the old ones stay known as tombstones, so that what is told of them late
 * makes no second record.
 */
export async function recreateReplicas(
  sql: Sql,
  now: Date,
  copies: readonly Recreation[],
): Promise<{ connectionId: string }[]> {
  if (copies.length === 0) return [];
  return sql.run<{ connectionId: string }>(RECREATE, [
    now,
    copies.map((row) => row.recordId),
    copies.map((row) => row.connectionId),
    copies.map((row) => row.stream),
    copies.map((row) => row.version),
    copies.map((row) => row.lane),
  ]);
}

const SUPERSEDE = {
  name: 'settle-other-revivals',
  text: `
update change set state = 'stale', settled_at = $5, reason = $6::jsonb
where connection_id = $1 and stream = $2 and native_id = $3 and id <> $4::bigint and state = 'review' and kind = 'upsert'
  and reason->>'code' = 'change.speaks-after-delete'`,
};

/** What the same object said besides the change that was decided: it needs no decision of its own. */
export async function settleOtherRevivals(
  sql: Sql,
  decided: NativeKey & { readonly id: string },
  now: Date,
): Promise<void> {
  const reason = {
    code: 'change.superseded',
    message: { en: 'Another change of the same object was decided.', zh: '同一对象的另一变更已裁决。' },
  };
  const { connectionId, stream, nativeId, id } = decided;
  await sql.run(SUPERSEDE, [connectionId, stream, nativeId, id, now, JSON.stringify(reason)]);
}
