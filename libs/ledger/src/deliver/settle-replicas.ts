import { jsonbArray, textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** What became of a claimed replica. */
export interface ReplicaOutcome {
  readonly recordId: string;
  /** `settled` = the far side holds `deliveredVersion`; `pending` = again at `dueAt`. */
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
  readonly deliveredVersion: number | null;
  readonly nativeId: string | null;
  readonly nativeVersion: string | null;
  readonly base: string | null;
  readonly baseHash: string | null;
  /** Hash of the base from which the new one was made: of a replica whose source has renewed it since, nothing is settled. */
  readonly knownBaseHash: string | null;
  readonly modifiedAt: Date | null;
  readonly dueAt: Date | null;
  readonly lane: number;
  /** Tries in a row that failed, this one included. */
  readonly attempts: number;
  readonly outcomeUnknown: boolean;
  /** Versions that may have taken effect although no answer says so, oldest first. */
  readonly triedVersions: readonly number[];
  readonly failure: object | null;
  readonly blockedOn: string | null;
  /** True = the far side was written (or probed and found), not only compared. */
  readonly written: boolean;
}

const SETTLE = {
  name: 'settle-replicas',
  text: `
update replica r set
  delivered_version = coalesce(o.delivered_version, r.delivered_version),
  state = case when o.state = 'settled' and r.desired_version > o.delivered_version then 'pending' else o.state end,
  due_at = case when o.state = 'settled' then case when r.desired_version > o.delivered_version then $3::timestamptz end else o.due_at end,
  native_id = coalesce(o.native_id, r.native_id), native_version = coalesce(o.native_version, r.native_version),
  base = coalesce(o.base, r.base), base_hash = coalesce(o.base_hash, r.base_hash),
  modified_at = greatest(o.modified_at, r.modified_at),
  lane = case when o.state = 'settled' then 0 else o.lane end,
  attempts = o.attempts, outcome_unknown = o.outcome_unknown, tried_versions = o.tried_versions::int[], failure = o.failure::jsonb, blocked_on = o.blocked_on,
  behind_since = case when o.state = 'settled' then case when r.desired_version > o.delivered_version then $3::timestamptz end
                 else coalesce(r.behind_since, $3) end,
  delivered_at = case when o.written then $3 else r.delivered_at end,
  claims = 0, lease_token = null, lease_until = null
from unnest($4::uuid[], $5::text[], $6::int[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[],
  $13::smallint[], $14::int[], $15::boolean[], $16::text[], $17::uuid[], $18::boolean[], $19::text[], $20::text[])
  as o(record_id, state, delivered_version, native_id, native_version, base, base_hash, modified_at, due_at, lane, attempts, outcome_unknown,
    failure, blocked_on, written, tried_versions, known_base_hash)
where r.record_id = o.record_id and r.connection_id = $1 and r.lease_token = $2
  and (o.base is null or r.native_id is distinct from o.native_id or r.base_hash is not distinct from o.known_base_hash)
returning r.record_id as "recordId", r.state`,
};

/**
 * Writes the outcomes of claimed replicas. Fenced: a replica whose lease token is no longer ours keeps what its new holder writes, and one
 * whose base was renewed by its source meanwhile stays as it is (`findRenewedBases`). Returns what was written; a replica whose record
 * moved on meanwhile is `pending` again.
 */
export async function settleReplicas(
  sql: Sql,
  connectionId: string,
  token: string,
  now: Date,
  outcomes: readonly ReplicaOutcome[],
): Promise<{ recordId: string; state: string }[]> {
  if (outcomes.length === 0) return [];
  return sql.run<{ recordId: string; state: string }>(SETTLE, [
    connectionId,
    token,
    now,
    outcomes.map((row) => row.recordId),
    outcomes.map((row) => row.state),
    outcomes.map((row) => row.deliveredVersion),
    outcomes.map((row) => row.nativeId),
    outcomes.map((row) => row.nativeVersion),
    textArray(outcomes.map((row) => row.base)),
    outcomes.map((row) => row.baseHash),
    outcomes.map((row) => row.modifiedAt),
    outcomes.map((row) => row.dueAt),
    outcomes.map((row) => row.lane),
    outcomes.map((row) => row.attempts),
    outcomes.map((row) => row.outcomeUnknown),
    outcomes.map((row) => (row.failure === null ? null : JSON.stringify(row.failure))),
    outcomes.map((row) => row.blockedOn),
    outcomes.map((row) => row.written),
    outcomes.map(({ triedVersions }) => (triedVersions.length === 0 ? null : `{${triedVersions.join()}}`)),
    outcomes.map((row) => row.knownBaseHash),
  ]);
}

const RENEWED = {
  name: 'find-renewed-bases',
  text: `
select record_id as "recordId", base, base_hash as "baseHash" from replica
where connection_id = $1 and lease_token = $2 and record_id = any($3::uuid[]) and base is not null`,
};

/** What sources said of replicas that are still ours while these were written. */
export async function findRenewedBases(
  sql: Sql,
  connectionId: string,
  token: string,
  recordIds: readonly string[],
): Promise<{ recordId: string; base: string; baseHash: string | null }[]> {
  if (recordIds.length === 0) return [];
  return sql.run<{ recordId: string; base: string; baseHash: string | null }>(RENEWED, [
    connectionId,
    token,
    recordIds,
  ]);
}

/** The settling failed because a native object is known as the copy of another record. */
export function isNativeIdTaken(error: unknown): boolean {
  return (error as { constraint?: unknown } | null)?.constraint === 'uq_replica_native';
}

const HOLDERS = {
  name: 'find-native-holders',
  text: `
select r.record_id as "recordId", h.record_id as "holderId", h.native_id as "nativeId"
from unnest($2::uuid[], $3::text[]) as o(record_id, native_id)
join replica r on r.record_id = o.record_id and r.connection_id = $1
join replica h on h.connection_id = $1 and h.stream = r.stream and h.native_id = o.native_id and h.record_id <> o.record_id`,
};

/** Of which other records the native objects of these outcomes are known as copies. */
export async function findNativeHolders(
  sql: Sql,
  connectionId: string,
  outcomes: readonly Pick<ReplicaOutcome, 'recordId' | 'nativeId'>[],
): Promise<{ recordId: string; holderId: string; nativeId: string }[]> {
  return sql.run<{ recordId: string; holderId: string; nativeId: string }>(HOLDERS, [
    connectionId,
    outcomes.map((row) => row.recordId),
    outcomes.map((row) => row.nativeId),
  ]);
}

const UNBLOCK = {
  name: 'unblock-replicas',
  text: `
with freed as (
  update replica set state = 'pending', due_at = $1, blocked_on = null
  where connection_id = $2 and state = 'blocked' and blocked_on = any($3::uuid[]) returning 1
)
select (select count(*)::int from freed) as freed, exists (select 1 from change where state = 'waiting') as "changesWait"`,
};

/** Replicas that waited for one of these records to exist in the connection go on; tells too whether any incoming change waits for something. */
export async function unblockReplicas(
  sql: Sql,
  connectionId: string,
  now: Date,
  recordIds: readonly string[],
): Promise<{ freed: number; changesWait: boolean }> {
  const [row] = await sql.run<{ freed: number; changesWait: boolean }>(UNBLOCK, [now, connectionId, recordIds]);
  return row ?? { freed: 0, changesWait: false };
}

const ATTEMPTS = {
  name: 'insert-attempts',
  text: `
insert into attempt (at, connection_id, stream, operation, record_ids, outcome, failure, calls, duration_ms, mapping_version)
select a.at, $1, a.stream, a.operation, i.ids, a.outcome,
  case when e.is_erased and a.failure is not null then jsonb_build_object('kind', a.failure->'kind', 'code', a.failure->'code') else a.failure end,
  case when e.is_erased then null else a.calls end, a.duration_ms, a.mapping_version
from unnest($2::timestamptz[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::jsonb[], $8::jsonb[], $9::int[], $10::int[])
  as a(at, stream, operation, record_ids, outcome, failure, calls, duration_ms, mapping_version)
cross join lateral (select array_agg(x::uuid) as ids from jsonb_array_elements_text(a.record_ids) x) i
cross join lateral (select exists (select 1 from erased_record r where r.record_id = any(i.ids)) as is_erased) e`,
};

/** One try: the calls it made (redacted) and what came of it, for all replicas that went in it. */
export interface NewAttempt {
  readonly at: Date;
  readonly stream: string;
  readonly operation: 'create' | 'update' | 'probe' | 'remove' | 'compare';
  readonly recordIds: readonly string[];
  readonly outcome: 'done' | 'partly' | 'failed' | 'unknown';
  readonly failure: object | null;
  readonly calls: readonly object[];
  readonly durationMs: number;
  /** Number of the mapping version that the rows were mapped with. */
  readonly mappingVersion: number;
}

/** Keeps tries for the record's trail; of records that an erasure went through without the calls. */
export async function insertAttempts(sql: Sql, connectionId: string, attempts: readonly NewAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await sql.run(ATTEMPTS, [
    connectionId,
    attempts.map((row) => row.at),
    attempts.map((row) => row.stream),
    attempts.map((row) => row.operation),
    jsonbArray(attempts.map((row) => JSON.stringify(row.recordIds))),
    attempts.map((row) => row.outcome),
    attempts.map((row) => (row.failure === null ? null : JSON.stringify(row.failure))),
    jsonbArray(attempts.map((row) => JSON.stringify(row.calls))),
    attempts.map((row) => Math.round(row.durationMs)),
    attempts.map((row) => row.mappingVersion),
  ]);
}
