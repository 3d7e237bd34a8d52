import { jsonbArray, textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

const PAGE = {
  name: 'page-erased-documents',
  text: `
select d.record_id as id from erased_record d
where d.erasure_id = $1 and d.part = 'document' and not d.is_done and d.record_id > $2::uuid order by d.record_id limit $3`,
};

/** The next records of an erasure that have yet to be gone through. */
export async function pageErasedDocuments(
  sql: Sql,
  erasureId: number,
  after: string,
  limit: number,
): Promise<string[]> {
  return (await sql.run<{ id: string }>(PAGE, [erasureId, after, limit])).map((row) => row.id);
}

const BODIES = {
  name: 'bodies-of-documents',
  text: `
select id as "recordId", entity, 0 as version, body from record where id = any($1::uuid[])
union all select v.record_id, r.entity, v.version, v.body from record_version v join record r on r.id = v.record_id where v.record_id = any($1::uuid[])`,
};

/** The body of a record as it stands (`version` 0), or of one of its earlier versions. */
export interface DocumentBody {
  readonly recordId: string;
  readonly entity: string;
  readonly version: number;
  readonly body: Record<string, unknown>;
}

/** All bodies that are stored of the records. */
export async function bodiesOfDocuments(sql: Sql, recordIds: readonly string[]): Promise<DocumentBody[]> {
  return sql.run<DocumentBody>(BODIES, [recordIds]);
}

const NOW = {
  name: 'replace-body-of-documents',
  text: `update record r set body = n.body from unnest($1::uuid[], $2::jsonb[]) as n(id, body) where r.id = n.id`,
};
const BEFORE = {
  name: 'replace-versions-of-documents',
  text: `
update record_version v set body = n.body from unnest($1::uuid[], $2::int[], $3::jsonb[]) as n(record_id, version, body)
where v.record_id = n.record_id and v.version = n.version`,
};

/** Replaces bodies in place: nothing that a system has to hear of has changed. */
export async function replaceBodies(sql: Sql, bodies: readonly Omit<DocumentBody, 'entity'>[]): Promise<void> {
  const texts = (rows: typeof bodies): Buffer => jsonbArray(rows.map(({ body }) => JSON.stringify(body)));
  const now = bodies.filter(({ version }) => version === 0);
  const before = bodies.filter(({ version }) => version > 0);
  if (now.length > 0) await sql.run(NOW, [now.map((row) => row.recordId), texts(now)]);
  if (before.length === 0) return;
  await sql.run(BEFORE, [before.map((row) => row.recordId), before.map((row) => row.version), texts(before)]);
}

const COPIES = {
  name: 'copies-of-documents',
  text: `
select record_id as "recordId", connection_id as "connectionId", stream, native_id as "nativeId", base from replica where record_id = any($1::uuid[])
for update`,
};

/** A copy of a document. */
export interface DocumentCopy {
  readonly recordId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly base: string | null;
}

/** Copies of the records, locked until the transaction ends. */
export async function copiesOfDocuments(sql: Sql, recordIds: readonly string[]): Promise<DocumentCopy[]> {
  return sql.run<DocumentCopy>(COPIES, [recordIds]);
}

// The lease becomes nobody's: a delivery that is under way has the old base in hand and must not settle it. It is taken up again as after a
// crash, when the lease has run out.
const BASES = {
  name: 'replace-bases-of-documents',
  text: `
update replica r set base = n.base, failure = case when r.failure is null then null else r.failure - 'details' end,
  lease_token = case when r.lease_token is null then null else gen_random_uuid() end
from unnest($1::uuid[], $2::text[], $3::text[]) as n(record_id, connection_id, base)
where r.record_id = n.record_id and r.connection_id = n.connection_id`,
};

/** Replaces bases; their hashes stay, so that the same row read again says nothing new. */
export async function replaceBases(sql: Sql, copies: readonly DocumentCopy[]): Promise<void> {
  if (copies.length === 0) return;
  await sql.run(BASES, [
    copies.map((row) => row.recordId),
    copies.map((row) => row.connectionId),
    textArray(copies.map((row) => row.base)),
  ]);
}

const SETTLED = {
  name: 'drop-raw-of-documents',
  text: `
with touched as (
  update change c set raw = null, reason = case when c.reason->>'code' is null then null else jsonb_build_object('code', c.reason->>'code') end
  from unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
  where c.connection_id = n.connection_id and c.stream = n.stream and c.native_id = n.native_id
    and c.state in ('merged', 'unchanged', 'stale', 'ignored') and (c.raw is not null or c.reason is not null)
  returning 1
)
select count(*)::int as count from touched`,
};
const OPEN = {
  name: 'open-changes-of-documents',
  text: `
select c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.raw
from unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
join change c on c.connection_id = n.connection_id and c.stream = n.stream and c.native_id = n.native_id
where c.state in ('pending', 'waiting', 'review', 'rejected', 'dead') and c.raw is not null for update of c`,
};

/** A change of a document that is still to be merged, or waits for a person. */
export interface OpenDocumentChange {
  readonly id: string;
  readonly receivedAt: Date;
  readonly connectionId: string;
  readonly stream: string;
  readonly raw: string;
}

type Keys = readonly { readonly connectionId: string; readonly stream: string; readonly nativeId: string }[];

function columns(keys: Keys): string[][] {
  return [keys.map((key) => key.connectionId), keys.map((key) => key.stream), keys.map((key) => key.nativeId)];
}

/** Drops the rows of settled changes of the objects, as retention would; returns how many. */
export async function dropSettledRaw(sql: Sql, keys: Keys): Promise<number> {
  if (keys.length === 0) return 0;
  return (await sql.run<{ count: number }>(SETTLED, columns(keys)))[0]?.count ?? 0;
}

/** Changes of the objects whose rows are still needed, locked until the transaction ends. */
export async function openChangesOfDocuments(sql: Sql, keys: Keys): Promise<OpenDocumentChange[]> {
  return keys.length === 0 ? [] : sql.run<OpenDocumentChange>(OPEN, columns(keys));
}

const CONFLICTS = {
  name: 'erase-conflicts-of-documents',
  text: `
with touched as (
  delete from conflict where record_id = any($1::uuid[]) and split_part(pointer, '/', 2) = any($2::text[]) returning 1
)
select count(*)::int as count from touched`,
};

/** Takes out conflicts about personal parts of the records, with both values. */
export async function eraseDocumentConflicts(
  sql: Sql,
  recordIds: readonly string[],
  members: readonly string[],
): Promise<number> {
  return (await sql.run<{ count: number }>(CONFLICTS, [recordIds, members]))[0]?.count ?? 0;
}

const DONE = {
  name: 'settle-erased-documents',
  text: `update erased_record set is_done = true where record_id = any($1::uuid[])`,
};

/** Notes that what was stored of the records is gone through. */
export async function settleErasedDocuments(sql: Sql, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length > 0) await sql.run(DONE, [recordIds]);
}

const ALL = {
  name: 'records-of-erasure',
  text: `select record_id as id from erased_record where erasure_id = $1`,
};

/** All records that an erasure went through. */
export async function recordsOfErasure(sql: Sql, erasureId: number): Promise<string[]> {
  return (await sql.run<{ id: string }>(ALL, [erasureId])).map((row) => row.id);
}
