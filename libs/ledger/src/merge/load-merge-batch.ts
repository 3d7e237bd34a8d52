import type { Sql } from '../database.js';

/** A change that waits to be merged. */
export interface PendingChange {
  readonly id: string;
  readonly receivedAt: Date;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
  readonly kind: 'upsert' | 'delete';
  readonly origin: string;
  readonly lane: number;
  readonly raw: string | null;
  readonly sourceAt: Date | null;
  /** Set by a person's decision in the review queue: `{link: recordId}` or `{create: true}`. */
  readonly reason: Record<string, unknown> | null;
  /** With origin `delivery`: the version whose write the far side answered. */
  readonly recordVersion: number | null;
}

// A bare `id` would mean the output column, which is text: 10 before 9.
const PENDING = {
  name: 'select-pending-changes',
  text: `
select id::text, received_at as "receivedAt", connection_id as "connectionId", stream, native_id as "nativeId", kind, origin, lane, raw,
  source_at as "sourceAt", reason, record_version as "recordVersion"
from change where entity = $1 and state = 'pending' order by change.lane, change.id limit $2`,
};

/** The oldest changes of the most urgent lane first. */
export async function selectPendingChanges(sql: Sql, entity: string, limit: number): Promise<PendingChange[]> {
  return sql.run<PendingChange>(PENDING, [entity, limit]);
}

/** A stored record with all that a merge needs of it. */
export interface StoredRecord {
  readonly id: string;
  readonly entity: string;
  readonly version: number;
  readonly status: 'active' | 'archived' | 'deleted' | 'merged';
  readonly body: Record<string, unknown>;
  readonly provenance: Record<string, unknown>;
  readonly changeId: string | null;
  readonly connectionId: string | null;
  readonly mappingVersion: number | null;
  readonly sourceUpdatedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A replica as a merge needs it. */
export interface MergeReplica {
  readonly recordId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly base: string | null;
  readonly baseHash: string | null;
  readonly modifiedAt: Date | null;
  /** When the hub last wrote it; null = never. */
  readonly deliveredAt: Date | null;
  readonly desiredVersion: number;
  readonly deliveredVersion: number;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
}

const RECORD_COLUMNS = `id, entity, version, status, body, provenance, change_id::text as "changeId", connection_id as "connectionId",
  mapping_version as "mappingVersion", source_updated_at as "sourceUpdatedAt", created_at as "createdAt", updated_at as "updatedAt"`;

const REPLICA_COLUMNS = `record_id as "recordId", connection_id as "connectionId", stream, native_id as "nativeId", base,
  base_hash as "baseHash", modified_at as "modifiedAt", delivered_at as "deliveredAt", desired_version as "desiredVersion", delivered_version as "deliveredVersion", state`;

const BY_NATIVE = {
  name: 'load-replicas-by-native-id',
  text: `
select ${REPLICA_COLUMNS} from replica
where (connection_id, stream, native_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
};

/** A native object: unique key of a replica that has a native id. */
export interface NativeKey {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
}

/** Replicas of the given native objects. */
export async function loadReplicasByNativeId(sql: Sql, keys: readonly NativeKey[]): Promise<MergeReplica[]> {
  if (keys.length === 0) return [];
  return sql.run<MergeReplica>(BY_NATIVE, [
    keys.map((key) => key.connectionId),
    keys.map((key) => key.stream),
    keys.map((key) => key.nativeId),
  ]);
}

const RECORDS = { name: 'load-records', text: `select ${RECORD_COLUMNS} from record where id = any($1::uuid[])` };

/** Records by id. */
export async function loadRecords(sql: Sql, ids: readonly string[]): Promise<StoredRecord[]> {
  return ids.length === 0 ? [] : sql.run<StoredRecord>(RECORDS, [ids]);
}

const REPLICAS_OF = {
  name: 'load-replicas-of-records',
  text: `select ${REPLICA_COLUMNS} from replica where record_id = any($1::uuid[])`,
};

/** All replicas of the given records. */
export async function loadReplicasOfRecords(sql: Sql, recordIds: readonly string[]): Promise<MergeReplica[]> {
  return recordIds.length === 0 ? [] : sql.run<MergeReplica>(REPLICAS_OF, [recordIds]);
}

const BY_KEYS = {
  name: 'find-records-by-keys',
  text: `select key, record_id as "recordId" from identity_key where entity = $1 and key = any($2::text[])`,
};

/** Which records carry which of the identity keys. */
export async function findRecordsByKeys(
  sql: Sql,
  entity: string,
  keys: readonly string[],
): Promise<{ key: string; recordId: string }[]> {
  return keys.length === 0 ? [] : sql.run<{ key: string; recordId: string }>(BY_KEYS, [entity, keys]);
}
