import { jsonbArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';
import type { NativeKey } from '../merge/load-merge-batch.js';
import type { OpenDocumentChange } from './documents.js';
import { eraseNativeImages } from '../mappings/native-images.js';
import { nativeHash } from './erased.js';

/** A native object of the person, while it is being erased. */
export interface PersonObject extends NativeKey {
  readonly recordId: string;
  /** Whether its system still has it, as far as is known. */
  readonly isHeld: boolean;
  /** True = the native id says who it is (an e-mail address, a phone number): not even that is kept. */
  readonly isTelling: boolean;
}

const OBJECTS = {
  name: 'objects-of-person',
  text: `
select connection_id as "connectionId", stream, native_id as "nativeId", record_id as "recordId", state <> 'gone' as "isHeld"
from replica where record_id = any($1::uuid[]) and native_id is not null
union select connection_id, stream, native_id, record_id, false from tombstone where record_id = any($1::uuid[])
union select c.connection_id, c.stream, c.native_id, v.record_id, false
from (select record_id, change_id from record_version where record_id = any($1::uuid[])
  union select id, change_id from record where id = any($1::uuid[])) v
join change c on c.id = v.change_id
where not exists (select 1 from replica r where r.connection_id = c.connection_id and r.stream = c.stream and r.native_id = c.native_id)`,
};

/** Native objects that are, or were, copies of the given records. */
export async function objectsOfPerson(
  sql: Sql,
  recordIds: readonly string[],
): Promise<Omit<PersonObject, 'isTelling'>[]> {
  const rows = await sql.run<Omit<PersonObject, 'isTelling'>>(OBJECTS, [recordIds]);
  const byKey = new Map<string, Omit<PersonObject, 'isTelling'>>();
  for (const row of rows) {
    const key = JSON.stringify([row.connectionId, row.stream, row.nativeId]);
    if (!byKey.has(key) || row.isHeld) byKey.set(key, row);
  }
  return [...byKey.values()];
}

const BURY = {
  name: 'bury-erased-objects',
  text: `
insert into erased_object (connection_id, stream, native_hash, record_id, is_held, at)
select n.connection_id, n.stream, ${nativeHash('n')}, n.record_id, n.is_held, $1
from unnest($2::text[], $3::text[], $4::text[], $5::uuid[], $6::boolean[]) as n(connection_id, stream, native_id, record_id, is_held)
on conflict (connection_id, stream, native_hash) do update set record_id = excluded.record_id, is_held = excluded.is_held, at = excluded.at`,
};

/** Remembers the objects of a person by keyed hashes, so that nothing told of them brings the person back. */
export async function buryErasedObjects(sql: Sql, now: Date, objects: readonly PersonObject[]): Promise<void> {
  if (objects.length === 0) return;
  await sql.run(BURY, [
    now,
    objects.map((row) => row.connectionId),
    objects.map((row) => row.stream),
    objects.map((row) => row.nativeId),
    objects.map((row) => row.recordId),
    objects.map((row) => row.isHeld),
  ]);
}

/** A record as it is left. */
export interface ErasedStub {
  readonly id: string;
  readonly body: object;
  readonly provenance: object;
}

const STUBS = {
  name: 'leave-stubs',
  text: `
update record r set body = n.body, provenance = n.provenance, version = r.version + 1, change_id = null, connection_id = 'hub',
  mapping_version = null, source_updated_at = null, updated_at = $1, deleted_at = $1,
  status = case when r.status = 'merged' then 'merged' else 'deleted' end
from unnest($2::uuid[], $3::jsonb[], $4::jsonb[]) as n(id, body, provenance) where r.id = n.id`,
};
const PERSONS = {
  name: 'note-erased-persons',
  text: `
insert into erased_record (record_id, erasure_id, part, is_done, at) select id, $2, 'person', true, $1 from unnest($3::uuid[]) as t(id)
on conflict (record_id) do update set erasure_id = excluded.erasure_id, part = excluded.part, at = excluded.at`,
};

/** Leaves of each record only that it was, and notes what became of it. */
export async function leaveStubs(sql: Sql, now: Date, erasureId: number, stubs: readonly ErasedStub[]): Promise<void> {
  const ids = stubs.map(({ id }) => id);
  const bodies = jsonbArray(stubs.map(({ body }) => JSON.stringify(body)));
  await sql.run(STUBS, [now, ids, bodies, jsonbArray(stubs.map(({ provenance }) => JSON.stringify(provenance)))]);
  await sql.run(PERSONS, [now, erasureId, ids]);
}

const counted = (name: string, text: string): { readonly name: string; readonly text: string } => ({
  name,
  text: `with touched as (${text} returning 1) select count(*)::int as count from touched`,
});

const BY_RECORD = {
  versions: counted('erase-versions', `delete from record_version where record_id = any($1::uuid[])`),
  identityKeys: counted('erase-identity-keys', `delete from identity_key where record_id = any($1::uuid[])`),
  conflicts: counted('erase-conflicts', `delete from conflict where record_id = any($1::uuid[])`),
  plannedCopies: counted(
    'erase-planned-copies',
    `delete from replica where record_id = any($1::uuid[]) and native_id is null`,
  ),
  copies: counted(
    'erase-copies',
    `update replica r set state = 'gone', base = null, base_hash = null, native_version = null, modified_at = null, evidence = null, failure = null,
  agreed_hash = null, agreed_version = null, lease_token = null, lease_until = null, claims = 0, attempts = 0, outcome_unknown = false,
  tried_versions = null, due_at = null, blocked_on = null, behind_since = null, left_out = null, gone_at = null, gone_since = null,
  delivered_version = r.desired_version where r.record_id = any($1::uuid[])`,
  ),
  tombstones: counted('erase-tombstones', `delete from tombstone where record_id = any($1::uuid[])`),
  mappedAnew: counted('erase-remap-deliveries', `delete from remap_delivery where record_id = any($1::uuid[])`),
} as const;

/** Takes out what is kept by record: history, keys, conflicts with both values, copies. Returns the counts. */
export async function eraseByRecord(sql: Sql, recordIds: readonly string[]): Promise<{ [what: string]: number }> {
  const counts: { [what: string]: number } = {};
  for (const [what, statement] of Object.entries(BY_RECORD))
    counts[what] = (await sql.run<{ count: number }>(statement, [recordIds]))[0]?.count ?? 0;
  return counts;
}

const HIDDEN = `'erased:' || substr(${nativeHash('n')}, 1, 32)`;
const OPEN_STATES = `('fetch', 'pending', 'waiting', 'review', 'rejected', 'dead')`;

const CHANGES = counted(
  'erase-changes-of-person',
  `update change c set raw = null, waiting_on = null, settled_at = coalesce(c.settled_at, $5),
  native_id = case when n.is_telling then ${HIDDEN} else c.native_id end,
  reason = case when c.state in ${OPEN_STATES} then $6::jsonb when c.reason->>'code' is null then null else jsonb_build_object('code', c.reason->>'code') end,
  state = case when c.state in ${OPEN_STATES} then 'ignored' else c.state end
from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) as n(connection_id, stream, native_id, is_telling)
where c.connection_id = n.connection_id and c.stream = n.stream and c.native_id = n.native_id`,
);

/**
 * Takes the rows out of all changes of the objects, and ends those that are open: the next step is nobody's. Afterwards a fetch that is
 * under way finds its change settled, and a merge finds nothing.
 */
export async function eraseChanges(
  sql: Sql,
  now: Date,
  objects: readonly PersonObject[],
  reason: object,
): Promise<number> {
  if (objects.length === 0) return 0;
  const values = [...keysOf(objects), objects.map((row) => row.isTelling), now, JSON.stringify(reason)];
  return (await sql.run<{ count: number }>(CHANGES, values))[0]?.count ?? 0;
}

function keysOf(objects: readonly PersonObject[]): string[][] {
  return [objects.map((row) => row.connectionId), objects.map((row) => row.stream), objects.map((row) => row.nativeId)];
}

const DIFFERENCES = counted(
  'erase-differences',
  `delete from reconcile_difference d using unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
where d.connection_id = n.connection_id and d.stream = n.stream and d.native_id = n.native_id`,
);
const HIDE_COPIES = {
  name: 'hide-native-ids-of-copies',
  text: `
update replica r set native_id = ${HIDDEN} from unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
where r.connection_id = n.connection_id and r.stream = n.stream and r.native_id = n.native_id`,
};
const FORGET_ITEMS = {
  name: 'forget-backfill-items-of-person',
  text: `
delete from backfill_item i using backfill b, unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
where b.id = i.backfill_id and b.connection_id = n.connection_id and b.stream = n.stream and i.native_id = n.native_id`,
};

/** Takes out what comparisons and publications of mappings kept of the objects, and native ids that say who somebody is wherever they stand. */
export async function eraseByObject(sql: Sql, objects: readonly PersonObject[]): Promise<{ differences: number }> {
  if (objects.length === 0) return { differences: 0 };
  const [row] = await sql.run<{ count: number }>(DIFFERENCES, keysOf(objects));
  await eraseNativeImages(sql, objects);
  const telling = objects.filter((object) => object.isTelling);
  if (telling.length > 0) {
    await sql.run(HIDE_COPIES, keysOf(telling));
    await sql.run(FORGET_ITEMS, keysOf(telling));
  }
  return { differences: row?.count ?? 0 };
}

const NAMING = {
  name: 'open-changes-naming-person',
  text: `
select c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.raw from change c
where c.state in ('waiting', 'review', 'rejected', 'dead') and c.raw is not null and c.entity = any($1::text[])
  and exists (select 1 from unnest($2::text[]) as n(text) where strpos(lower(c.raw), n.text) > 0) for update`,
};

/**
 * Changes that became no record yet and in whose rows one of the texts stands: dead letters, refused rows, reviews.
 *
 * @param needles in lower case
 */
export async function openChangesNaming(
  sql: Sql,
  entities: readonly string[],
  needles: readonly string[],
): Promise<OpenDocumentChange[]> {
  return needles.length === 0 ? [] : sql.run<OpenDocumentChange>(NAMING, [entities, needles]);
}

const END = {
  name: 'end-changes-naming-person',
  text: `
update change c set raw = null, waiting_on = null, state = 'ignored', settled_at = $3, reason = $4::jsonb
from unnest($1::bigint[], $2::timestamptz[]) as n(id, received_at) where c.id = n.id and c.received_at = n.received_at`,
};

/** Ends changes without keeping their rows. */
export async function endChanges(
  sql: Sql,
  changes: readonly Pick<OpenDocumentChange, 'id' | 'receivedAt'>[],
  now: Date,
  reason: object,
): Promise<void> {
  if (changes.length === 0) return;
  const values = [changes.map((row) => row.id), changes.map((row) => row.receivedAt), now, JSON.stringify(reason)];
  await sql.run(END, values);
}
