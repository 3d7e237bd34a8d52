import { jsonbArray, textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';
import type { RemapDelivery } from '../deliver/claim-replicas.js';
import type { StoredRecord } from '../merge/load-merge-batch.js';
import { noteWrittenFields } from './native-images.js';
import type { WrittenField } from './native-images.js';

/** A copy with the row as its system stores it, to be mapped anew. */
export interface RemapReplica {
  readonly recordId: string;
  readonly nativeId: string;
  readonly base: string;
  readonly modifiedAt: Date | null;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead';
  /** A delivery has it in hand, or a changed mapping made one due: what the far side holds may not be what the base says much longer. */
  readonly inHand: boolean;
  /** Values that such a delivery is to bring back, each as JSON. */
  readonly restore: readonly string[] | null;
}

const PAGE = {
  name: 'page-remap-replicas',
  text: `
select r.record_id as "recordId", r.native_id as "nativeId", r.base, r.modified_at as "modifiedAt", r.state,
  r.lease_token is not null or d.record_id is not null as "inHand", d.restore
from replica r left join remap_delivery d on d.record_id = r.record_id and d.connection_id = r.connection_id
where r.connection_id = $1 and r.stream = $2 and r.native_id > $3 and r.base is not null and r.state <> 'gone'
order by r.native_id limit $4`,
};

/** One page of a stream's copies, in the order of their native ids. */
export async function pageRemapReplicas(
  sql: Sql,
  connectionId: string,
  stream: string,
  after: string,
  limit: number,
): Promise<RemapReplica[]> {
  return sql.run<RemapReplica>(PAGE, [connectionId, stream, after, limit]);
}

/** A record that a connection has no copy of. */
export type UnknownRecord = Pick<StoredRecord, 'id' | 'entity' | 'version' | 'status' | 'body'>;

const WITHOUT = {
  name: 'page-records-without-replica',
  text: `
select id, entity, version, status, body from record r
where entity = $2 and id > $3::uuid and status = 'active'
  and not exists (select 1 from replica p where p.record_id = r.id and p.connection_id = $1)
order by id limit $4`,
};

/** One page of the records that a connection has no copy of, in the order of their ids. */
export async function pageRecordsWithoutReplica(
  sql: Sql,
  connectionId: string,
  entity: string,
  after: string,
  limit: number,
): Promise<UnknownRecord[]> {
  return sql.run<UnknownRecord>(WITHOUT, [connectionId, entity, after, limit]);
}

/** A change that the mapping refused, with its row. */
export interface RefusedChange {
  readonly id: string;
  readonly nativeId: string;
  readonly raw: string;
}

const REFUSED = {
  name: 'page-changes-refused-by-mapping',
  text: `
select c.id::text, c.native_id as "nativeId", c.raw from change c
where c.connection_id = $1 and c.state in ('waiting', 'review', 'rejected', 'dead') and c.state = 'rejected' and c.stream = $2 and c.id > $3::bigint
  and c.origin <> 'remap' and c.raw is not null and c.reason->>'code' = 'change.mapping'
order by c.id limit $4`,
};

/** One page of the changes of a stream that wait because its mapping refused them. */
export async function pageRefusedChanges(
  sql: Sql,
  connectionId: string,
  stream: string,
  after: string,
  limit: number,
): Promise<RefusedChange[]> {
  return sql.run<RefusedChange>(REFUSED, [connectionId, stream, after === '' ? '0' : after, limit]);
}

const INSERT = {
  name: 'insert-remap-changes',
  text: `
insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, source_at, due_at)
select $1, $2, $3, $4, t.native_id, 'upsert', 'remap', 2, 'pending', t.raw, t.source_at, $1
from unnest($5::text[], $6::text[], $7::timestamptz[]) with ordinality as t(native_id, raw, source_at, position) order by t.position
returning id::text, native_id as "nativeId"`,
};

/** Stores what is mapped anew as changes; the same transaction must settle them. Returns their ids by native id. */
export async function insertRemapChanges(
  sql: Sql,
  now: Date,
  target: { readonly connectionId: string; readonly stream: string; readonly entity: string },
  rows: readonly Pick<RemapReplica, 'nativeId' | 'base' | 'modifiedAt'>[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map();
  const stored = await sql.run<{ id: string; nativeId: string }>(INSERT, [
    now,
    target.connectionId,
    target.stream,
    target.entity,
    rows.map((row) => row.nativeId),
    textArray(rows.map((row) => row.base)),
    rows.map((row) => row.modifiedAt),
  ]);
  return new Map(stored.map((row) => [row.nativeId, row.id]));
}

const MARK = {
  name: 'mark-remap-deliveries',
  text: `
with wanted as (
  select record_id, array(select jsonb_array_elements_text(fields)) as fields,
    case when jsonb_array_length(restore) > 0 then array(select jsonb_array_elements_text(restore)) end as restore
  from unnest($3::uuid[], $4::jsonb[], $7::jsonb[]) as t(record_id, fields, restore)
), noted as (
  insert into remap_delivery as d (record_id, connection_id, run_id, fields, restore) select record_id, $1, $6, fields, restore from wanted
  on conflict (record_id, connection_id) do update set run_id = excluded.run_id, restore = d.restore || excluded.restore,
    fields = coalesce((select array_agg(distinct f order by f) from unnest(d.fields || excluded.fields) f), '{}')
)
update replica r set state = 'pending', due_at = $2, lane = $5, behind_since = coalesce(r.behind_since, $2),
  delivered_version = least(r.delivered_version, r.desired_version - 1)
from wanted w where r.record_id = w.record_id and r.connection_id = $1 and r.state = 'settled'`,
};

/**
 * Copies that must be written because their mapping changed, each with the native fields (JSON Pointers) in which the new mapping writes
 * something else than the old one, and the values (each as JSON) that it is to bring back.
 */
export async function markRemapDeliveries(
  sql: Sql,
  now: Date,
  mark: { readonly connectionId: string; readonly lane: number; readonly runId: number },
  rows: readonly {
    readonly recordId: string;
    readonly fields: readonly string[];
    readonly restore?: readonly string[];
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql.run(MARK, [
    mark.connectionId,
    now,
    rows.map((row) => row.recordId),
    jsonbArray(rows.map((row) => JSON.stringify(row.fields))),
    mark.lane,
    mark.runId,
    jsonbArray(rows.map((row) => JSON.stringify(row.restore ?? []))),
  ]);
}

const DONE = {
  name: 'settle-remap-deliveries',
  text: `
with done as (
  delete from remap_delivery d using unnest($2::uuid[], $3::int[], $4::jsonb[], $5::jsonb[]) as t(record_id, run_id, fields, restore), replica r
  where d.connection_id = $1 and d.record_id = t.record_id and d.run_id = t.run_id and to_jsonb(d.fields) = t.fields
    and coalesce(to_jsonb(d.restore), 'null') = t.restore
    and r.record_id = d.record_id and r.connection_id = d.connection_id and r.state = 'settled'
  returning d.run_id, d.fields, r.native_id, r.base
)
select i.publication_id as "publicationId", i.native_id as "nativeId", i.pointer, done.base
from done join mapping_run m on m.id = done.run_id and m.kind = 'resync'
join native_image i on i.publication_id = m.publication_id and i.native_id = done.native_id and i.pointer = any(done.fields)
where done.base is not null`,
};

/**
 * Those of the copies that are settled now were written as was asked. What was asked for meanwhile stays. Of fields that can be taken back
 * the value is noted that the far side stores now.
 */
export async function settleRemapDeliveries(
  sql: Sql,
  connectionId: string,
  rows: readonly { readonly recordId: string; readonly remap: RemapDelivery }[],
): Promise<void> {
  if (rows.length === 0) return;
  const written = await sql.run<WrittenField>(DONE, [
    connectionId,
    rows.map((row) => row.recordId),
    rows.map((row) => row.remap.run),
    jsonbArray(rows.map((row) => JSON.stringify(row.remap.fields))),
    jsonbArray(rows.map((row) => JSON.stringify(row.remap.restore))),
  ]);
  await noteWrittenFields(sql, written);
}

const WAKE = {
  name: 'wake-remap-deliveries',
  text: `
update replica r set state = 'pending', due_at = $1, lane = 2, behind_since = coalesce(r.behind_since, $1),
  delivered_version = least(r.delivered_version, r.desired_version - 1)
from remap_delivery d where r.record_id = d.record_id and r.connection_id = d.connection_id and r.state = 'settled'`,
};

/** Catches copies that were being delivered while they were marked. */
export async function wakeRemapDeliveries(sql: Sql, now: Date): Promise<void> {
  await sql.run(WAKE, [now]);
}

const OPEN = {
  name: 'count-remap-deliveries',
  text: `
select count(*)::int as count from remap_delivery d join replica r on r.record_id = d.record_id and r.connection_id = d.connection_id
where d.connection_id = $1 and r.stream = $2 and r.state <> 'gone'`,
};

/** How many copies of a stream still wait to be written because their mapping changed. */
export async function countRemapDeliveries(sql: Sql, connectionId: string, stream: string): Promise<number> {
  return (await sql.run<{ count: number }>(OPEN, [connectionId, stream]))[0]?.count ?? 0;
}

const ADD_EFFECTS = {
  name: 'insert-mapping-effects',
  text: `
insert into mapping_effect (publication_id, record_id, version) select $1, * from unnest($2::uuid[], $3::int[]) on conflict do nothing`,
};

/** A version of a record that a publication made. */
export interface MappingEffect {
  readonly recordId: string;
  readonly version: number;
}

/** Notes which versions of records a publication made, so that they can be taken back. */
export async function insertMappingEffects(
  sql: Sql,
  publicationId: number,
  effects: readonly MappingEffect[],
): Promise<void> {
  if (effects.length === 0) return;
  await sql.run(ADD_EFFECTS, [
    publicationId,
    effects.map((effect) => effect.recordId),
    effects.map((effect) => effect.version),
  ]);
}

const EFFECTS = {
  name: 'page-mapping-effects',
  text: `
select record_id as "recordId", version from mapping_effect
where publication_id = $1 and (record_id > $2::uuid or (record_id = $2::uuid and version < $3))
order by record_id, version desc limit $4`,
};

/** One page of what a publication made, the newest version of a record first. */
export async function pageMappingEffects(
  sql: Sql,
  publicationId: number,
  after: MappingEffect,
  limit: number,
): Promise<MappingEffect[]> {
  return sql.run<MappingEffect>(EFFECTS, [publicationId, after.recordId, after.version, limit]);
}

const COUNT_EFFECTS = {
  name: 'count-mapping-effects',
  text: `select count(*)::int as count from mapping_effect where publication_id = $1`,
};

/** How many versions of records a publication made. */
export async function countMappingEffects(sql: Sql, publicationId: number): Promise<number> {
  return (await sql.run<{ count: number }>(COUNT_EFFECTS, [publicationId]))[0]?.count ?? 0;
}

const IMAGES = {
  name: 'load-record-images',
  text: `
select v.record_id as "recordId", v.version, v.body from record_version v
join unnest($1::uuid[], $2::int[]) as t(record_id, version) on v.record_id = t.record_id and v.version = t.version`,
};

/** Superseded versions of records, each by record and number. */
export async function loadRecordImages(
  sql: Sql,
  wanted: readonly MappingEffect[],
): Promise<(MappingEffect & { readonly body: Record<string, unknown> })[]> {
  if (wanted.length === 0) return [];
  return sql.run(IMAGES, [wanted.map((row) => row.recordId), wanted.map((row) => row.version)]);
}

const LIVE = {
  name: 'has-live-changes',
  text: `select 1 as found from change where entity = $1 and state = 'pending' and lane < 2 limit 1`,
};

/** Whether something more urgent than a backfill waits to be merged. */
export async function hasLiveChanges(sql: Sql, entity: string): Promise<boolean> {
  return (await sql.run(LIVE, [entity])).length > 0;
}
