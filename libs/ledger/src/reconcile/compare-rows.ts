import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** A row that the far side lists, beside what the hub holds of it. */
export interface ComparedRow {
  readonly nativeId: string;
  /** Undefined fields below = the hub knows no such object. */
  readonly recordId: string | null;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone' | null;
  readonly baseHash: string | null;
  /** Null also where it is the listed row itself: `baseHash` is its hash then. */
  readonly base: string | null;
  readonly modifiedAt: Date | null;
  readonly touchedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly goneSince: Date | null;
  readonly version: number | null;
  readonly status: 'active' | 'archived' | 'deleted' | 'merged' | null;
  readonly body: Record<string, unknown> | null;
  /** The erasure of a person went through the record: as the person, or as a document that goes on without personal fields. */
  readonly erased: 'person' | 'document' | null;
}

// Looked up one by one: a plan made while the tables were small, or not analysed yet, would read all of both for every page.
const ROWS = {
  name: 'compare-rows',
  text: `
select t.native_id as "nativeId", p.record_id as "recordId", p.state, p.base_hash as "baseHash",
  case when p.base_hash is distinct from t.hash then p.base end as base, p.modified_at as "modifiedAt",
  greatest(p.last_seen_at, p.delivered_at) as "touchedAt", p.delivered_at as "deliveredAt", coalesce(p.gone_since, p.gone_at) as "goneSince",
  r.version, r.status, r.body, e.part as erased
from unnest($3::text[], $4::text[]) as t(native_id, hash)
left join lateral (select * from replica where connection_id = $1 and stream = $2 and native_id = t.native_id limit 1) p on true
left join lateral (select version, status, body from record where id = p.record_id limit 1) r on true
left join erased_record e on e.record_id = p.record_id
where p.state is distinct from 'settled' or p.agreed_hash is distinct from t.hash or p.agreed_version is distinct from r.version
  or p.agreed_mapping is distinct from $5`,
};

/**
 * What the hub holds of listed rows, without those that were found in step before and have changed on no side since: for them a fingerprint
 * (row, record version, mapping version) says it.
 */
export async function compareRows(
  sql: Sql,
  place: { readonly connectionId: string; readonly stream: string; readonly mappingVersion: number },
  rows: readonly { readonly nativeId: string; readonly hash: string }[],
): Promise<ComparedRow[]> {
  return sql.run<ComparedRow>(ROWS, [
    place.connectionId,
    place.stream,
    rows.map((row) => row.nativeId),
    rows.map((row) => row.hash),
    place.mappingVersion,
  ]);
}

/** A copy that was found in step. `row` = its base is behind what the far side holds by something that both sides agree on. */
export interface AgreedCopy {
  readonly recordId: string;
  readonly version: number;
  readonly hash: string;
  readonly baseHash: string | null;
  readonly row: string | null;
  readonly rowAt: Date | null;
}

const AGREE = {
  name: 'agree-copies',
  text: `
update replica r set agreed_hash = a.hash, agreed_version = a.version, agreed_mapping = $2, base = coalesce(a.row_text, r.base),
  base_hash = case when a.row_text is null then r.base_hash else a.hash end, modified_at = greatest(a.row_at, r.modified_at)
from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::timestamptz[]) as a(record_id, version, hash, base_hash, row_text, row_at)
where r.connection_id = $1 and r.record_id = a.record_id and r.state = 'settled' and r.base_hash is not distinct from a.base_hash`,
};

/** Notes the fingerprints of copies in step; one that has changed since is left alone. */
export async function agreeCopies(
  sql: Sql,
  connectionId: string,
  mappingVersion: number,
  copies: readonly AgreedCopy[],
): Promise<void> {
  if (copies.length === 0) return;
  await sql.run(AGREE, [
    connectionId,
    mappingVersion,
    copies.map((copy) => copy.recordId),
    copies.map((copy) => copy.version),
    copies.map((copy) => copy.hash),
    copies.map((copy) => copy.baseHash),
    textArray(copies.map((copy) => copy.row)),
    copies.map((copy) => copy.rowAt),
  ]);
}

/** Something of a native object that is not merged well, or not yet. */
export interface OpenChange {
  readonly nativeId: string;
  readonly state: 'fetch' | 'pending' | 'waiting' | 'review' | 'rejected' | 'dead';
  readonly kind: 'upsert' | 'delete';
  readonly raw: string | null;
}

const OPEN = {
  name: 'open-changes-of-objects',
  text: `
select distinct on (c.native_id) c.native_id as "nativeId", c.state, c.kind, c.raw
from unnest($3::text[]) as t(native_id) join change c on c.connection_id = $1 and c.stream = $2 and c.native_id = t.native_id
where c.state in ('fetch', 'pending', 'waiting', 'review', 'rejected', 'dead')
order by c.native_id, (c.state in ('fetch', 'pending', 'waiting')) desc, c.id desc`,
};

/** What is still open of the given native objects; what is on its way by itself first, then the newest. */
export async function findOpenChanges(
  sql: Sql,
  connectionId: string,
  stream: string,
  nativeIds: readonly string[],
): Promise<OpenChange[]> {
  return nativeIds.length === 0 ? [] : sql.run<OpenChange>(OPEN, [connectionId, stream, nativeIds]);
}

const SINCE = {
  name: 'mapping-in-use-since',
  text: `
select greatest((select created_at from mapping_version where id = $3),
  (select max(at) from mapping_publication where connection_id = $1 and stream = $2 and (version = $3 or previous_version = $3)),
  (select max(rolled_back_at) from mapping_publication where connection_id = $1 and stream = $2)) as since`,
};

/** Since when a stream has been mapped as it is now. */
export async function mappingInUseSince(
  sql: Sql,
  connectionId: string,
  stream: string,
  version: number,
): Promise<Date | undefined> {
  return (await sql.run<{ since: Date | null }>(SINCE, [connectionId, stream, version]))[0]?.since ?? undefined;
}
