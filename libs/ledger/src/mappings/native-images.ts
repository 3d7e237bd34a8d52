import { readPointer } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** A field of a far side that the mapping before did not write, as it was before a publication wrote it. */
export interface NativeImage {
  readonly nativeId: string;
  /** JSON Pointer into the native row. */
  readonly pointer: string;
  /** Absent = there was no such field. */
  readonly was?: Json;
  /** What the publication wrote, as the far side stores it. */
  readonly wrote: Json;
}

const INSERT = {
  name: 'insert-native-images',
  text: `
insert into native_image (publication_id, native_id, pointer, was, wrote)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) on conflict do nothing`,
};

/** Keeps what fields held before a publication; what was kept of a field the first time stays. */
export async function insertNativeImages(
  sql: Sql,
  publicationId: number,
  images: readonly NativeImage[],
): Promise<void> {
  if (images.length === 0) return;
  await sql.run(INSERT, [
    publicationId,
    images.map(({ nativeId }) => nativeId),
    images.map(({ pointer }) => pointer),
    textArray(images.map(({ was }) => (was === undefined ? null : JSON.stringify(was)))),
    textArray(images.map(({ wrote }) => JSON.stringify(wrote))),
  ]);
}

const LOAD = {
  name: 'load-native-images',
  text: `
select native_id as "nativeId", pointer, was, wrote from native_image
where publication_id = $1 and native_id = any($2::text[]) order by native_id, pointer`,
};

/** What a publication found in the given copies. */
export async function loadNativeImages(
  sql: Sql,
  publicationId: number,
  nativeIds: readonly string[],
): Promise<NativeImage[]> {
  if (nativeIds.length === 0) return [];
  const rows = await sql.run<StoredImage>(LOAD, [publicationId, nativeIds]);
  return rows.map(({ was, wrote, ...image }) => ({
    ...image,
    wrote: JSON.parse(wrote) as Json,
    ...(was !== null && { was: JSON.parse(was) as Json }),
  }));
}

interface StoredImage {
  readonly nativeId: string;
  readonly pointer: string;
  readonly was: string | null;
  readonly wrote: string;
}

/** A field with the row that stands at the far side now that a publication has written it. */
export interface WrittenField {
  readonly publicationId: number;
  readonly nativeId: string;
  readonly pointer: string;
  readonly base: string;
}

const WROTE = {
  name: 'note-written-fields',
  text: `
update native_image i set wrote = t.wrote
from unnest($1::int[], $2::text[], $3::text[], $4::text[]) as t(publication_id, native_id, pointer, wrote)
where i.publication_id = t.publication_id and i.native_id = t.native_id and i.pointer = t.pointer and i.wrote <> t.wrote`,
};

/** Notes what became of written fields at the far side: it may have rounded, trimmed, or got a newer value than was planned. */
export async function noteWrittenFields(sql: Sql, fields: readonly WrittenField[]): Promise<void> {
  if (fields.length === 0) return;
  await sql.run(WROTE, [
    fields.map(({ publicationId }) => publicationId),
    fields.map(({ nativeId }) => nativeId),
    fields.map(({ pointer }) => pointer),
    textArray(fields.map(({ base, pointer }) => JSON.stringify(valueAt(base, pointer)))),
  ]);
}

function valueAt(row: string, pointer: string): Json {
  return (readPointer(JSON.parse(row) as Json, pointer) ?? null) as Json;
}

const FORGET = {
  name: 'forget-native-images',
  text: `
delete from native_image i using mapping_publication p where p.id = i.publication_id and p.state = 'rolled-back'
  and not exists (select 1 from mapping_run r where r.publication_id = p.id and r.kind = 'undo' and r.state = 'running')`,
};

/** Forgets what belongs to publications that nobody can undo any more. */
export async function forgetNativeImages(sql: Sql): Promise<void> {
  await sql.run(FORGET, []);
}

const ERASE = {
  name: 'erase-native-images',
  text: `
with touched as (
  delete from native_image i using mapping_publication p, unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
  where p.connection_id = n.connection_id and p.stream = n.stream and i.publication_id = p.id and i.native_id = n.native_id returning 1
)
select count(*)::int as count from touched`,
};
const UNRESTORE = {
  name: 'erase-restores',
  text: `
update remap_delivery d set restore = null from replica r, unnest($1::text[], $2::text[], $3::text[]) as n(connection_id, stream, native_id)
where r.connection_id = n.connection_id and r.stream = n.stream and r.native_id = n.native_id
  and d.record_id = r.record_id and d.connection_id = r.connection_id and d.restore is not null`,
};

/** Takes out what native objects held; an undo leaves them as they are then. Returns how many fields. */
export async function eraseNativeImages(
  sql: Sql,
  objects: readonly { readonly connectionId: string; readonly stream: string; readonly nativeId: string }[],
): Promise<number> {
  if (objects.length === 0) return 0;
  const keys = [objects.map((o) => o.connectionId), objects.map((o) => o.stream), objects.map((o) => o.nativeId)];
  await sql.run(UNRESTORE, keys);
  return (await sql.run<{ count: number }>(ERASE, keys))[0]?.count ?? 0;
}
