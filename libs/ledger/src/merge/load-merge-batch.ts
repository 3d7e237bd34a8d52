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
  /** The row was read after the message came: it is as the source held it then, not as the message found it. */
  readonly wasFetched: boolean;
  /** Set by a person's decision in the review queue: `{link: recordId}` or `{create: true}`. */
  readonly reason: Record<string, unknown> | null;
  /** With origin `delivery`: the version whose write the far side answered. */
  readonly recordVersion: number | null;
}

// The connections of a lane have equal shares of a batch, so that one that floods does not keep the others waiting (FAULTS F45): the oldest
// SHARE of each, then the next ones. Few enough to fit come all, and the order of arrival is restored afterwards.
const SHARE = 25;
const PENDING = {
  name: 'select-pending-changes',
  text: `
with recursive places as (
  (select lane, connection_id from change where entity = $1 and state = 'pending' and lane >= $3 order by lane, connection_id limit 1)
  union all
  select n.lane, n.connection_id from places p cross join lateral (
    select c.lane, c.connection_id from change c
    where c.entity = $1 and c.state = 'pending' and (c.lane, c.connection_id) > (p.lane, p.connection_id)
    order by c.lane, c.connection_id limit 1) n
), picked as (
  select o.id, o.received_at, p.lane, o.turn from places p cross join lateral (
    select q.id, q.received_at, (row_number() over (order by q.id) - 1) / ${SHARE} as turn from (
      select c.id, c.received_at from change c
      where c.entity = $1 and c.state = 'pending' and c.lane = p.lane and c.connection_id = p.connection_id order by c.id limit $2) q) o
  order by p.lane, o.turn, o.id limit $2
)
select c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.native_id as "nativeId", c.kind, c.origin, c.lane,
  c.raw, c.source_at as "sourceAt", c.reason, c.record_version as "recordVersion", c.attempts > 0 as "wasFetched"
from picked join change c on c.id = picked.id and c.received_at = picked.received_at order by c.lane, c.id`,
};

const OLDER = {
  name: 'select-older-changes',
  text: `
select distinct on (c.id) c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.native_id as "nativeId", c.kind, c.origin,
  c.lane, c.raw, c.source_at as "sourceAt", c.reason, c.record_version as "recordVersion", c.attempts > 0 as "wasFetched"
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as t(connection_id, stream, native_id, id)
join change c on c.connection_id = t.connection_id and c.stream = t.stream and c.native_id = t.native_id and c.id < t.id
where c.state = 'pending' and c.id <> all($4::bigint[]) order by c.id limit $5`,
};

/**
 * The oldest changes of the most urgent lane first, or of `leastLane` and less urgent ones. What was told of one native object stays in its
 * order whatever the lanes: a change brings along what was told of the object before it.
 */
export async function selectPendingChanges(
  sql: Sql,
  entity: string,
  limit: number,
  leastLane = 0,
): Promise<PendingChange[]> {
  const picked = await sql.run<PendingChange>(PENDING, [entity, limit, leastLane]);
  const isAll = limit === 1 || (picked.length < limit && leastLane === 0);
  const isOneLane =
    leastLane === 0 && picked.at(-1)?.lane === 0 && picked.length >= limit && !(await hasOtherLanes(sql, entity));
  const older =
    isAll || isOneLane || picked.length === 0
      ? []
      : await sql.run<PendingChange>(OLDER, [...nativeKeys(picked), limit]);
  return inObjectOrder([...picked, ...older]);
}

const OTHER_LANES = {
  name: 'has-other-lanes',
  text: `select 1 as yes from change where entity = $1 and state = 'pending' and lane > 0 limit 1`,
};

async function hasOtherLanes(sql: Sql, entity: string): Promise<boolean> {
  return (await sql.run(OTHER_LANES, [entity])).length > 0;
}

function nativeKeys(changes: readonly PendingChange[]): [string[], string[], string[], string[]] {
  return [
    changes.map((change) => change.connectionId),
    changes.map((change) => change.stream),
    changes.map((change) => change.nativeId),
    changes.map((change) => change.id),
  ];
}

/** Lets the changes of one native object take their places in the order in which they came. */
function inObjectOrder(changes: readonly PendingChange[]): PendingChange[] {
  const places = new Map<string, number[]>();
  changes.forEach((change, place) => {
    const key = JSON.stringify([change.connectionId, change.stream, change.nativeId]);
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  });
  if (places.size === changes.length) return [...changes];
  const ordered = [...changes];
  for (const taken of places.values()) {
    if (taken.length < 2) continue;
    const own = taken.map((place) => changes[place] as PendingChange).sort(byId);
    taken.forEach((place, index) => (ordered[place] = own[index] as PendingChange));
  }
  return ordered;
}

function byId(a: PendingChange, b: PendingChange): number {
  const difference = BigInt(a.id) - BigInt(b.id);
  return difference < 0n ? -1 : Number(difference > 0n);
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
  /** The record that the native object is a copy of. */
  readonly recordId: string;
  /** The record under which the replica is kept: another one where two records that both had a copy there were merged. */
  readonly holderId: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly base: string | null;
  readonly baseHash: string | null;
  readonly modifiedAt: Date | null;
  /** When the hub last wrote it; null = never. */
  readonly deliveredAt: Date | null;
  /** Source time of its deletion, else when the hub learned of it; null = not deleted there, or by the hub itself. */
  readonly goneSince: Date | null;
  /** When the hub learned of its deletion from its system. */
  readonly goneAt: Date | null;
  readonly desiredVersion: number;
  readonly deliveredVersion: number;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
  /** Versions that were written to it without an answer so far; null = none. */
  readonly triedVersions: readonly number[] | null;
}

const RECORD_COLUMNS = `id, entity, version, status, body, provenance, change_id::text as "changeId", connection_id as "connectionId",
  mapping_version as "mappingVersion", source_updated_at as "sourceUpdatedAt", created_at as "createdAt", updated_at as "updatedAt"`;

const REPLICA_COLUMNS = `p.record_id as "holderId", p.connection_id as "connectionId", p.stream, p.native_id as "nativeId", p.base,
  p.base_hash as "baseHash", p.modified_at as "modifiedAt", p.delivered_at as "deliveredAt", coalesce(p.gone_since, p.gone_at) as "goneSince", p.gone_at as "goneAt",
  p.desired_version as "desiredVersion", p.delivered_version as "deliveredVersion", p.state,
  p.tried_versions as "triedVersions"`;

// Merged records are few and lie in a partial index: following them costs next to nothing.
const FOLLOWED = `left join record m on m.id = p.record_id and m.merged_into is not null`;

const BY_NATIVE = {
  name: 'load-replicas-by-native-id',
  text: `
select coalesce(m.merged_into, p.record_id) as "recordId", ${REPLICA_COLUMNS} from replica p ${FOLLOWED}
where (p.connection_id, p.stream, p.native_id) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
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
  text: `select p.record_id as "recordId", ${REPLICA_COLUMNS} from replica p where p.record_id = any($1::uuid[])`,
};

/** All replicas of the given records. */
export async function loadReplicasOfRecords(sql: Sql, recordIds: readonly string[]): Promise<MergeReplica[]> {
  return recordIds.length === 0 ? [] : sql.run<MergeReplica>(REPLICAS_OF, [recordIds]);
}

const VERSIONS = {
  name: 'load-record-versions',
  text: `
select v.record_id as "recordId", v.version, v.body, v.provenance from unnest($1::uuid[], $2::int[]) as t(record_id, version)
join record_version v on v.record_id = t.record_id and v.version = t.version`,
};

/** A version that a record has left behind. */
export interface VersionBody {
  readonly recordId: string;
  readonly version: number;
  readonly body: Record<string, unknown>;
  readonly provenance: Record<string, unknown>;
}

/** Versions that records have left behind; the ones that they have now are not among them. */
export async function loadVersionBodies(
  sql: Sql,
  versions: readonly { readonly recordId: string; readonly version: number }[],
): Promise<VersionBody[]> {
  if (versions.length === 0) return [];
  return sql.run<VersionBody>(VERSIONS, [
    versions.map(({ recordId }) => recordId),
    versions.map(({ version }) => version),
  ]);
}

const BY_KEYS = {
  name: 'find-records-by-keys',
  text: `
select p.key, coalesce(m.merged_into, p.record_id) as "recordId" from identity_key p ${FOLLOWED}
where p.entity = $1 and p.key = any($2::text[])`,
};

/** Which records carry which of the identity keys; the keys of a merged record lead to the one that it was merged into. */
export async function findRecordsByKeys(
  sql: Sql,
  entity: string,
  keys: readonly string[],
): Promise<{ key: string; recordId: string }[]> {
  return keys.length === 0 ? [] : sql.run<{ key: string; recordId: string }>(BY_KEYS, [entity, keys]);
}
