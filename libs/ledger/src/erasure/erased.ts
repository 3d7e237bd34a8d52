import type { Sql } from '../database.js';
import type { NativeKey } from '../merge/load-merge-batch.js';

/** A native object of an erased person. */
export interface ErasedObject extends NativeKey {
  /** The stub that the person left. */
  readonly recordId: string;
}

/** Keyed hash of a native id, as it is stored: an id may itself be a phone number. */
export function nativeHash(alias: string): string {
  return `encode(sha256(convert_to(concat_ws('|', (select key from erasure_key), ${alias}.connection_id, ${alias}.stream, ${alias}.native_id), 'UTF8')), 'hex')`;
}

const OBJECTS = {
  name: 'find-erased-objects',
  text: `
select n.connection_id as "connectionId", n.stream, n.native_id as "nativeId", e.record_id as "recordId"
from (select 1 where exists (select 1 from erased_object)) known
cross join unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
join erased_object e on e.connection_id = n.connection_id and e.stream = n.stream and e.native_hash = ${nativeHash('n')}`,
};

/** Which of the native objects are those of erased persons. */
export async function findErasedObjects(sql: Sql, keys: readonly NativeKey[]): Promise<ErasedObject[]> {
  if (keys.length === 0) return [];
  return sql.run<ErasedObject>(OBJECTS, [
    keys.map((key) => key.connectionId),
    keys.map((key) => key.stream),
    keys.map((key) => key.nativeId),
  ]);
}

/** A record that an erasure went through. */
export interface ErasedRecord {
  readonly recordId: string;
  readonly erasureId: number;
  /** `person`: nothing of it is kept; `document`: it goes on without its personal fields. */
  readonly part: 'person' | 'document';
}

const RECORDS = {
  name: 'find-erased-records',
  text: `select record_id as "recordId", erasure_id as "erasureId", part from erased_record where record_id = any($1::uuid[])`,
};

/** Which of the records an erasure went through, or has yet to. */
export async function findErasedRecords(sql: Sql, ids: readonly string[]): Promise<ErasedRecord[]> {
  return ids.length === 0 ? [] : sql.run<ErasedRecord>(RECORDS, [ids]);
}

const DOCUMENTS = {
  name: 'note-erased-documents',
  text: `
insert into erased_record (record_id, erasure_id, part, is_done, at)
select t.record_id, t.erasure_id, 'document', $4, $1 from unnest($2::uuid[], $3::int[]) as t(record_id, erasure_id)
on conflict (record_id) do nothing returning record_id`,
};

/**
 * Records that carry data of an erased person: from now on their personal fields take no part. Returns how many are new.
 *
 * @param isDone false = a step of the erasure has yet to go through what is stored of them
 */
export async function noteErasedDocuments(
  sql: Sql,
  now: Date,
  documents: readonly Omit<ErasedRecord, 'part'>[],
  isDone: boolean,
): Promise<number> {
  if (documents.length === 0) return 0;
  const values = [now, documents.map((row) => row.recordId), documents.map((row) => row.erasureId), isDone];
  return (await sql.run(DOCUMENTS, values)).length;
}

const RAW = {
  name: 'replace-raw-of-changes',
  text: `
update change c set raw = n.raw from unnest($1::bigint[], $2::timestamptz[], $3::text[]) as n(id, received_at, raw)
where c.id = n.id and c.received_at = n.received_at`,
};

/** Replaces the rows that changes keep; null drops one. */
export async function replaceRaw(
  sql: Sql,
  changes: readonly { readonly id: string; readonly receivedAt: Date; readonly raw: string | null }[],
): Promise<void> {
  if (changes.length === 0) return;
  await sql.run(RAW, [
    changes.map((row) => row.id),
    changes.map((row) => row.receivedAt),
    changes.map((row) => row.raw),
  ]);
}

const TOLD = {
  name: 'note-told-of-erased',
  text: `
update erased_object e set told_at = $1, is_held = n.is_held
from unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) as n(connection_id, stream, native_id, is_held)
where e.connection_id = n.connection_id and e.stream = n.stream and e.native_hash = ${nativeHash('n')}`,
};

/** Notes what systems told of objects of erased persons: they hold them still, or have deleted them. */
export async function noteToldOfErased(
  sql: Sql,
  now: Date,
  told: readonly (NativeKey & { readonly isHeld: boolean })[],
): Promise<void> {
  if (told.length === 0) return;
  await sql.run(TOLD, [
    now,
    told.map((row) => row.connectionId),
    told.map((row) => row.stream),
    told.map((row) => row.nativeId),
    told.map((row) => row.isHeld),
  ]);
}

/** A system that held the person, as far as is known. */
export interface HeldCopy {
  readonly connectionId: string;
  readonly stream: string;
  /** False = it told that it deleted the object. */
  readonly isHeld: boolean;
  /** When it last told of the object after the erasure; null = not since. */
  readonly toldAt: Date | null;
}

const HELD = {
  name: 'held-copies-of-erased',
  text: `
select connection_id as "connectionId", stream, is_held as "isHeld", told_at as "toldAt" from erased_object
where record_id in (select record_id from erased_record where erasure_id = $1 and part = 'person') order by 1, 2`,
};

/** Which systems held an erased person, and whether they still do. */
export async function heldCopies(sql: Sql, erasureId: number): Promise<HeldCopy[]> {
  return sql.run<HeldCopy>(HELD, [erasureId]);
}

const LIFT = {
  name: 'lift-erasure',
  text: `
with lifted as (
  update erasure set lifted_at = $2, lifted_by = $3 where id = $1 and state = 'done' and lifted_at is null returning id
), persons as (
  select p.record_id from erased_record p join lifted on lifted.id = p.erasure_id where p.part = 'person'
), objects as (
  delete from erased_object where record_id in (select record_id from persons)
), copies as (
  delete from replica where record_id in (select record_id from persons)
)
select id from lifted`,
};

/**
 * Lets what systems tell of an erased person in again: it makes a new record, and the stub stays what it is. False = the erasure is not
 * done, or was lifted before.
 */
export async function liftErasure(sql: Sql, id: number, now: Date, actor: string): Promise<boolean> {
  return (await sql.run(LIFT, [id, now, actor])).length > 0;
}
