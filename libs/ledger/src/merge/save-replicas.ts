import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** What a merge learned about the replica that a change came from. */
export interface SourceReplica {
  readonly recordId: string;
  readonly connectionId: string;
  readonly entity: string;
  readonly stream: string;
  readonly nativeId: string;
  readonly nativeVersion: string | null;
  readonly base: string;
  readonly baseHash: string;
  readonly modifiedAt: Date | null;
  readonly version: number;
  /** True = the record differs from what the source holds, so the source gets a delivery as well. */
  readonly behind: boolean;
  readonly lane: number;
  /** Newest version that was tried without an answer and that the source now shows to have taken effect. */
  readonly seenWrite?: number | undefined;
  /** How the native object was matched to the record; null = it was known before. */
  readonly evidence: object | null;
}

const SOURCES = {
  name: 'save-source-replicas',
  text: `
insert into replica as r (record_id, connection_id, entity, stream, native_id, native_version, base, base_hash, modified_at,
  desired_version, delivered_version, state, lane, due_at, behind_since, last_seen_at, evidence, tried_versions)
select s.record_id, s.connection_id, s.entity, s.stream, s.native_id, s.native_version, s.base, s.base_hash, s.modified_at,
  s.version, case when s.behind then 0 else s.version end, case when s.behind then 'pending' else 'settled' end, s.lane,
  case when s.behind then $1::timestamptz end, case when s.behind then $1::timestamptz end, $1, s.evidence::jsonb, case when s.seen_write is not null then array[s.seen_write] end
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
  $11::int[], $12::boolean[], $13::smallint[], $14::text[], $15::int[])
  as s(record_id, connection_id, entity, stream, native_id, native_version, base, base_hash, modified_at, version, behind, lane, evidence, seen_write)
on conflict (record_id, connection_id) do update set
  stream = excluded.stream, native_id = excluded.native_id, native_version = excluded.native_version, base = excluded.base,
  base_hash = excluded.base_hash, modified_at = coalesce(excluded.modified_at, r.modified_at), last_seen_at = excluded.last_seen_at,
  desired_version = excluded.desired_version,
  delivered_version = case when excluded.state = 'settled' and r.state in ('settled', 'gone') then excluded.desired_version else r.delivered_version end,
  state = case when excluded.state = 'pending' or r.state in ('pending', 'blocked', 'dead') then 'pending' else 'settled' end,
  due_at = case when excluded.state = 'pending' or r.state in ('pending', 'blocked', 'dead') then $1 else r.due_at end,
  lane = case when r.state = 'pending' then least(r.lane, excluded.lane) else excluded.lane end,
  behind_since = case when r.state in ('pending', 'blocked', 'dead') then r.behind_since else excluded.behind_since end,
  attempts = case when r.state = 'dead' then 0 else r.attempts end,
  failure = case when r.state = 'dead' then null else r.failure end,
  tried_versions = case when excluded.tried_versions is null then r.tried_versions
    else nullif(array(select v from unnest(r.tried_versions) v where v > excluded.tried_versions[1]), '{}') end,
  blocked_on = null, gone_at = null, gone_since = null, evidence = coalesce(excluded.evidence, r.evidence)`,
};

/** Writes what the sources of a batch said: base, native version, and whether they are behind now. */
export async function saveSourceReplicas(sql: Sql, now: Date, sources: readonly SourceReplica[]): Promise<void> {
  if (sources.length === 0) return;
  await sql.run(SOURCES, [
    now,
    sources.map((row) => row.recordId),
    sources.map((row) => row.connectionId),
    sources.map((row) => row.entity),
    sources.map((row) => row.stream),
    sources.map((row) => row.nativeId),
    sources.map((row) => row.nativeVersion),
    textArray(sources.map((row) => row.base)),
    sources.map((row) => row.baseHash),
    sources.map((row) => row.modifiedAt),
    sources.map((row) => row.version),
    sources.map((row) => row.behind),
    sources.map((row) => row.lane),
    sources.map((row) => (row.evidence === null ? null : JSON.stringify(row.evidence))),
    sources.map((row) => row.seenWrite ?? null),
  ]);
}

/** A replica that must follow a new version of its record. */
export interface TargetReplica {
  readonly recordId: string;
  readonly connectionId: string;
  readonly entity: string;
  readonly stream: string;
  readonly version: number;
  readonly lane: number;
  /** False = only follow where a replica exists already. */
  readonly creates: boolean;
}

const TARGETS = {
  name: 'mark-target-replicas',
  text: `
insert into replica as r (record_id, connection_id, entity, stream, desired_version, state, lane, due_at, behind_since)
select t.record_id, t.connection_id, t.entity, t.stream, t.version, 'pending', t.lane, $1, $1
from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::smallint[], $8::boolean[])
  as t(record_id, connection_id, entity, stream, version, lane, creates)
where t.creates or exists (select 1 from replica p where p.record_id = t.record_id and p.connection_id = t.connection_id)
on conflict (record_id, connection_id) do update set
  desired_version = excluded.desired_version, state = 'pending',
  due_at = case when r.state = 'pending' and r.attempts > 0 and r.due_at > $1 and r.failure->>'kind' <> 'invalid' then r.due_at else $1 end,
  lane = case when r.state = 'pending' then least(r.lane, excluded.lane) else excluded.lane end,
  behind_since = case when r.state = 'settled' then $1 else coalesce(r.behind_since, $1) end,
  attempts = case when r.state = 'dead' then 0 else r.attempts end, blocked_on = null
where r.state <> 'gone'`,
};

/** Marks the replicas that must follow new versions, and plans the ones that do not exist yet. A retry keeps its time. */
export async function markTargetReplicas(sql: Sql, now: Date, targets: readonly TargetReplica[]): Promise<void> {
  if (targets.length === 0) return;
  await sql.run(TARGETS, [
    now,
    targets.map((row) => row.recordId),
    targets.map((row) => row.connectionId),
    targets.map((row) => row.entity),
    targets.map((row) => row.stream),
    targets.map((row) => row.version),
    targets.map((row) => row.lane),
    targets.map((row) => row.creates),
  ]);
}

const GONE = {
  name: 'mark-replicas-gone',
  text: `
update replica r set state = 'gone', due_at = null, last_seen_at = $1, failure = null, gone_at = $1, gone_since = k.gone_since, behind_since = null
from unnest($2::text[], $3::text[], $4::text[], $5::timestamptz[]) as k(connection_id, stream, native_id, gone_since)
where r.connection_id = k.connection_id and r.stream = k.stream and r.native_id = k.native_id`,
};

/** A native object that its system deleted. */
export interface GoneObject {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
  /** Source time of the deletion; absent = not known. */
  readonly goneSince?: Date | null;
}

/** The far side deleted these native objects. */
export async function markReplicasGone(sql: Sql, now: Date, keys: readonly GoneObject[]): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(GONE, [
    now,
    keys.map((key) => key.connectionId),
    keys.map((key) => key.stream),
    keys.map((key) => key.nativeId),
    keys.map((key) => key.goneSince ?? null),
  ]);
}
