import { jsonbArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';
import type { StoredRecord } from './load-merge-batch.js';

const INSERT = {
  name: 'insert-records',
  text: `
insert into record (id, entity, version, status, body, provenance, change_id, connection_id, mapping_version, source_updated_at, created_at, updated_at)
select * from unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::jsonb[], $6::jsonb[], $7::bigint[], $8::text[], $9::int[],
  $10::timestamptz[], $11::timestamptz[], $12::timestamptz[])`,
};

const UPDATE = {
  name: 'update-records',
  text: `
update record r set version = n.version, status = n.status, body = n.body, provenance = n.provenance, change_id = n.change_id,
  connection_id = n.connection_id, mapping_version = n.mapping_version, source_updated_at = n.source_updated_at, updated_at = n.updated_at,
  deleted_at = case when n.status = 'deleted' then n.updated_at end
from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::bigint[], $7::text[], $8::int[], $9::timestamptz[],
  $10::timestamptz[]) as n(id, version, status, body, provenance, change_id, connection_id, mapping_version, source_updated_at, updated_at)
where r.id = n.id`,
};

const BEFORE_IMAGES = {
  name: 'insert-before-images',
  text: `
insert into record_version (record_id, version, status, body, provenance, change_id, connection_id, mapping_version, at)
select * from unnest($1::uuid[], $2::int[], $3::text[], $4::jsonb[], $5::jsonb[], $6::bigint[], $7::text[], $8::int[], $9::timestamptz[])`,
};

/** Stores new records. */
export async function insertRecords(sql: Sql, records: readonly StoredRecord[]): Promise<void> {
  if (records.length === 0) return;
  await sql.run(INSERT, [
    records.map((record) => record.id),
    records.map((record) => record.entity),
    records.map((record) => record.version),
    records.map((record) => record.status),
    jsonbArray(records.map((record) => JSON.stringify(record.body))),
    jsonbArray(records.map((record) => JSON.stringify(record.provenance))),
    records.map((record) => record.changeId),
    records.map((record) => record.connectionId),
    records.map((record) => record.mappingVersion),
    records.map((record) => record.sourceUpdatedAt),
    records.map((record) => record.createdAt),
    records.map((record) => record.updatedAt),
  ]);
}

/** Replaces the current version of records; their earlier versions are kept by `insertBeforeImages` in the same transaction. */
export async function updateRecords(sql: Sql, records: readonly StoredRecord[]): Promise<void> {
  if (records.length === 0) return;
  await sql.run(UPDATE, [
    records.map((record) => record.id),
    records.map((record) => record.version),
    records.map((record) => record.status),
    jsonbArray(records.map((record) => JSON.stringify(record.body))),
    jsonbArray(records.map((record) => JSON.stringify(record.provenance))),
    records.map((record) => record.changeId),
    records.map((record) => record.connectionId),
    records.map((record) => record.mappingVersion),
    records.map((record) => record.sourceUpdatedAt),
    records.map((record) => record.updatedAt),
  ]);
}

/** Keeps superseded versions whole: history and undo need no replay. */
export async function insertBeforeImages(sql: Sql, versions: readonly StoredRecord[]): Promise<void> {
  if (versions.length === 0) return;
  await sql.run(BEFORE_IMAGES, [
    versions.map((record) => record.id),
    versions.map((record) => record.version),
    versions.map((record) => record.status),
    jsonbArray(versions.map((record) => JSON.stringify(record.body))),
    jsonbArray(versions.map((record) => JSON.stringify(record.provenance))),
    versions.map((record) => record.changeId),
    versions.map((record) => record.connectionId),
    versions.map((record) => record.mappingVersion),
    versions.map((record) => record.updatedAt),
  ]);
}

const ADD_KEYS = {
  name: 'add-identity-keys',
  text: `insert into identity_key (entity, key, record_id) select $1, * from unnest($2::text[], $3::uuid[]) on conflict do nothing`,
};
const DROP_KEYS = {
  name: 'drop-identity-keys',
  text: `
delete from identity_key where (entity, key, record_id) in (select $1, t.key, t.record_id from unnest($2::text[], $3::uuid[]) as t(key, record_id))`,
};

/** One identity key of a record. */
export interface RecordKey {
  readonly key: string;
  readonly recordId: string;
}

/** Makes records findable by keys that they gained, and no longer by keys that they lost. */
export async function changeIdentityKeys(
  sql: Sql,
  entity: string,
  keys: { readonly gained: readonly RecordKey[]; readonly lost: readonly RecordKey[] },
): Promise<void> {
  if (keys.lost.length > 0) {
    await sql.run(DROP_KEYS, [entity, keys.lost.map((row) => row.key), keys.lost.map((row) => row.recordId)]);
  }
  if (keys.gained.length > 0) {
    await sql.run(ADD_KEYS, [entity, keys.gained.map((row) => row.key), keys.gained.map((row) => row.recordId)]);
  }
}
