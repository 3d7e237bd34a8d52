import type { Sql } from '../database.js';

/** A copy of one of two records that are merged or taken apart. */
export interface PairReplica {
  readonly recordId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
  readonly evidence: Record<string, unknown> | null;
  /** A delivery has it in hand, or a create of it may have taken effect without the hub knowing. */
  readonly busy: boolean;
}

const OF_PAIR = {
  name: 'lock-pair-replicas',
  text: `
select record_id as "recordId", connection_id as "connectionId", stream, native_id as "nativeId", state, evidence,
  coalesce(lease_until > clock_timestamp(), false)
    or (native_id is null and (claims > 0 or outcome_unknown or tried_versions is not null)) as busy
from replica where record_id = any($1::uuid[]) order by record_id, connection_id for update`,
};

/** All copies of the given records, held until the end of the transaction: no delivery takes one of them meanwhile. */
export async function lockPairReplicas(sql: Sql, recordIds: readonly string[]): Promise<PairReplica[]> {
  return sql.run<PairReplica>(OF_PAIR, [recordIds]);
}

const DROP = {
  name: 'drop-planned-replicas',
  text: `delete from replica where native_id is null and (record_id, connection_id) in (select * from unnest($1::uuid[], $2::text[]))`,
};

/** Forgets copies that were only planned. */
export async function dropPlannedReplicas(
  sql: Sql,
  keys: readonly { readonly recordId: string; readonly connectionId: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await sql.run(DROP, [keys.map((key) => key.recordId), keys.map((key) => key.connectionId)]);
}

/** Where a native object belongs from now on. */
export interface ReplicaPlace {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
  readonly recordId: string;
  readonly evidence: object | null;
  /** Version of the record as which a copy that is in step counts. */
  readonly version: number;
  /** `followed` = kept in step with its record; `kept` = left alone as a double of another copy; `removed` = deleted there as such. */
  readonly role: 'followed' | 'kept' | 'removed';
}

const NATIVE = `unnest($1::text[], $2::text[], $3::text[]) as t(connection_id, stream, native_id)`;

const LOOSEN = {
  name: 'loosen-replicas',
  text: `
update replica r set record_id = gen_random_uuid() from ${NATIVE}
where r.connection_id = t.connection_id and r.stream = t.stream and r.native_id = t.native_id`,
};

const PLACE = {
  name: 'place-replicas',
  text: `
update replica r set record_id = t.record_id, evidence = t.evidence::jsonb, desired_version = t.version, blocked_on = null,
  unwanted = t.role = 'removed', agreed_hash = null, tried_versions = null,
  delivered_version = case when r.state in ('settled', 'gone') or t.role = 'kept' then t.version else 0 end,
  state = case when r.state = 'gone' then 'gone' when t.role = 'kept' then 'settled' when t.role = 'removed' then 'pending' else r.state end,
  due_at = case when r.state = 'gone' or t.role = 'kept' then null when t.role = 'removed' then $8 else r.due_at end,
  behind_since = case when t.role = 'removed' then $8 when t.role = 'kept' then null else r.behind_since end,
  failure = case when t.role = 'followed' then r.failure end, attempts = case when t.role = 'followed' then r.attempts else 0 end
from unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::int[], $7::text[])
  as t(connection_id, stream, native_id, record_id, evidence, version, role)
where r.connection_id = t.connection_id and r.stream = t.stream and r.native_id = t.native_id`,
};

/** Gives native objects to records. Two may change places: all are loosened first. Whoever is given a place must hold no other copy there. */
export async function placeReplicas(sql: Sql, now: Date, places: readonly ReplicaPlace[]): Promise<void> {
  if (places.length === 0) return;
  const native = [
    places.map((row) => row.connectionId),
    places.map((row) => row.stream),
    places.map((row) => row.nativeId),
  ];
  await sql.run(LOOSEN, native);
  await sql.run(PLACE, [
    ...native,
    places.map((row) => row.recordId),
    places.map((row) => (row.evidence === null ? null : JSON.stringify(row.evidence))),
    places.map((row) => row.version),
    places.map((row) => row.role),
    now,
  ]);
}

const MOVE_REMAPS = {
  name: 'move-remap-deliveries',
  text: `
update remap_delivery d set record_id = $2 where d.record_id = $1
  and exists (select 1 from replica r where r.record_id = $2 and r.connection_id = d.connection_id)
  and not exists (select 1 from remap_delivery o where o.record_id = $2 and o.connection_id = d.connection_id)`,
};

/** Writes that a changed mapping asked for go with the copies that moved. */
export async function moveRemapDeliveries(sql: Sql, from: string, to: string): Promise<void> {
  await sql.run(MOVE_REMAPS, [from, to]);
}

const WAKE = {
  name: 'wake-blocked-on-record',
  text: `update replica set state = 'pending', due_at = $2, blocked_on = null where state = 'blocked' and blocked_on = $1`,
};

/** Copies that waited for a record to exist somewhere look again. */
export async function wakeBlockedOn(sql: Sql, recordId: string, now: Date): Promise<void> {
  await sql.run(WAKE, [recordId, now]);
}
