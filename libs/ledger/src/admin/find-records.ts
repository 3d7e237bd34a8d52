import type { Sql } from '../database.js';
import type { StoredRecord } from '../merge/load-merge-batch.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A record in a list, with how many of its replicas are in which state. */
export interface ListedRecord {
  readonly id: string;
  readonly entity: string;
  readonly version: number;
  readonly status: StoredRecord['status'];
  readonly body: Record<string, unknown>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly replicas: { readonly [state: string]: number };
}

/** Sort key of a list of records: newest first. */
export interface RecordPosition {
  readonly updatedAt: string;
  readonly id: string;
}

/** What a search text may mean, worked out by the caller. */
export interface RecordSearch {
  /** The text, when it is a record id. */
  readonly id: string | undefined;
  /** Streams in which the text may be a native id. */
  readonly nativeIds: readonly { readonly connectionId: string; readonly stream: string; readonly nativeId: string }[];
  /** Identity keys that the text may be. */
  readonly keys: readonly string[];
  /** Beginning of a name or number, in lower case. */
  readonly label: string;
}

/** How a list of records is narrowed. */
export interface RecordFilter {
  /** Entities to look at; at least one. */
  readonly entities: readonly string[];
  readonly status?: string;
  readonly updatedSince?: Date;
  readonly search?: RecordSearch;
}

const LABEL = `left(lower(coalesce(body->>'displayName', body->>'orderNumber', body->>'name', body->>'code', '')), 100)`;

const LISTED = `
select r.id, r.entity, r.version, r.status, r.body, r.created_at as "createdAt", r.updated_at as "updatedAt",
  coalesce((select jsonb_object_agg(s.state, s.count) from (select state, count(*)::int from replica p where p.record_id = r.id group by state) s), '{}') as replicas
from page r order by r.updated_at desc, r.id desc`;

/** Records, the last changed first. Every way in is an index: entity and time, id, native id, identity key, beginning of the label. */
export async function findRecords(sql: Sql, filter: RecordFilter, page: Page<RecordPosition>): Promise<ListedRecord[]> {
  const selection = new Selection(filter.search ? 'search-records' : 'list-records');
  const entities = selection.parameter(filter.entities);
  const limit = selection.parameter(page.limit);
  const found = filter.search && matches(selection, entities, filter.search);
  selection
    .where('status', 'r.status = ?', filter.status)
    .where('since', 'r.updated_at >= ?::timestamptz', filter.updatedSince);
  const { after } = page;
  if (after) {
    const id = selection.parameter(after.id);
    selection.where('after', `(r.updated_at, r.id) < (?::timestamptz, ${id}::uuid)`, after.updatedAt);
  }
  return selection.run<ListedRecord>(sql, (condition) =>
    found ? searched(found, condition, entities, limit) : listed(condition, entities, limit),
  );
}

function listed(condition: string, entities: string, limit: string): string {
  return `
with page as (
  select r.* from unnest(${entities}::text[]) as e(entity) cross join lateral (
    select * from record r where r.entity = e.entity and ${condition} order by r.updated_at desc, r.id desc limit ${limit}) r
  order by r.updated_at desc, r.id desc limit ${limit}
) ${LISTED}`;
}

function searched(found: string, condition: string, entities: string, limit: string): string {
  return `
with found as (${found}), page as (
  select r.* from record r where r.id in (select id from found) and r.entity = any(${entities}::text[]) and ${condition}
  order by r.updated_at desc, r.id desc limit ${limit}
) ${LISTED}`;
}

/** Ids that the text may mean; a beginning that fits thousands of names is cut, the searcher types more. */
function matches(selection: Selection, entities: string, search: RecordSearch): string {
  const keys = selection.parameter(search.keys);
  const from = selection.parameter(search.label);
  const connections = selection.parameter(search.nativeIds.map((key) => key.connectionId));
  const streams = selection.parameter(search.nativeIds.map((key) => key.stream));
  const natives = selection.parameter(search.nativeIds.map((key) => key.nativeId));
  const id = selection.parameter(search.id ?? null);
  return `
select ${id}::uuid as id where ${id}::uuid is not null
union select record_id from identity_key where entity = any(${entities}::text[]) and key = any(${keys}::text[])
union select record_id from replica where (connection_id, stream, native_id) in (select * from unnest(${connections}::text[], ${streams}::text[], ${natives}::text[]))
union (select id from record where entity = any(${entities}::text[]) and ${LABEL} ~>=~ ${from} and ${LABEL} ~<~ (${from} || chr(1114111)) and length(${from}) > 0 limit 2000)`;
}

const RECORD = {
  name: 'read-record',
  text: `
select id, entity, version, status, body, provenance, change_id::text as "changeId", connection_id as "connectionId",
  mapping_version as "mappingVersion", source_updated_at as "sourceUpdatedAt", created_at as "createdAt", updated_at as "updatedAt",
  deleted_at as "deletedAt", merged_into as "mergedInto"
from record where id = $1`,
};

/** A record with what only the API shows. */
export interface WholeRecord extends StoredRecord {
  readonly deletedAt: Date | null;
  readonly mergedInto: string | null;
}

/** One record. */
export async function readRecord(sql: Sql, id: string): Promise<WholeRecord | undefined> {
  return (await sql.run<WholeRecord>(RECORD, [id]))[0];
}

/** A superseded version of a record. */
export interface RecordVersion {
  readonly version: number;
  readonly status: StoredRecord['status'];
  readonly body: Record<string, unknown>;
  readonly provenance: Record<string, unknown>;
  readonly changeId: string | null;
  readonly connectionId: string | null;
  readonly mappingVersion: number | null;
  readonly at: Date;
}

const VERSIONS = {
  name: 'list-record-versions',
  text: `
select version, status, body, provenance, change_id::text as "changeId", connection_id as "connectionId",
  mapping_version as "mappingVersion", at
from record_version where record_id = $1 and version < $2 order by version desc limit $3`,
};

/** Superseded versions below a version number, newest first. */
export async function listRecordVersions(
  sql: Sql,
  recordId: string,
  below: number,
  limit: number,
): Promise<RecordVersion[]> {
  return sql.run<RecordVersion>(VERSIONS, [recordId, below, limit]);
}

const LABELS = {
  name: 'read-record-labels',
  text: `select id, entity, body->>'displayName' as "displayName", body->>'orderNumber' as "orderNumber", body->>'name' as name, body->>'code' as code from record where id = any($1::uuid[])`,
};

/** What a record is called, in its own fields. */
export interface RecordLabel {
  readonly id: string;
  readonly entity: string;
  readonly displayName: string | null;
  readonly orderNumber: string | null;
  readonly name: string | null;
  readonly code: string | null;
}

/** Names and numbers of records. */
export async function readRecordLabels(sql: Sql, ids: readonly string[]): Promise<RecordLabel[]> {
  return ids.length === 0 ? [] : sql.run<RecordLabel>(LABELS, [ids]);
}
