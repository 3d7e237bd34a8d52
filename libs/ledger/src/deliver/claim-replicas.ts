import type { Sql } from '../database.js';

/** A replica that is behind, with what a delivery needs of it and of its record. */
export interface ClaimedReplica {
  readonly recordId: string;
  readonly entity: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly base: string | null;
  /** Tells whether the base is still the same. */
  readonly baseHash: string | null;
  readonly desiredVersion: number;
  readonly deliveredVersion: number;
  readonly attempts: number;
  /** How often it was claimed since it last settled: 1 = the first time; more = a worker died with it in hand. */
  readonly claims: number;
  readonly outcomeUnknown: boolean;
  /** Versions that went out before and may have taken effect without an answer, oldest first; of a create only the first. */
  readonly triedVersions: readonly number[];
  /** How often its native object was made anew after a deletion. */
  readonly incarnation: number;
  /** Bodies of those of `triedVersions` that the record has left behind and that were never confirmed, oldest first. */
  readonly triedBodies: readonly Record<string, unknown>[];
  /** Body of the version that was delivered before those; null = nothing was tried, or it is not kept any more. */
  readonly deliveredBody: Record<string, unknown> | null;
  /** Records whose references the create leaves out, because they wait for this one in turn. */
  readonly leftOut: readonly string[] | null;
  readonly recordVersion: number;
  readonly recordStatus: 'active' | 'archived' | 'deleted' | 'merged';
  /** A double that merged records had there and that the flow has removed. */
  readonly unwanted: boolean;
  readonly body: Record<string, unknown>;
  /** An erasure took the personal fields out of it: they take no part any more. @default false */
  readonly withoutPersonal?: boolean;
  /** Why it is written although its record may not have changed: its mapping did; null = it did not. */
  readonly remap: RemapDelivery | null;
  /** Publication whose mapping is in use for its stream, as of the claim; null = none, the configured or shipped one is. */
  readonly publication: number | null;
}

/** Native fields (JSON Pointers) that a changed mapping writes otherwise, and the run that said so. */
export interface RemapDelivery {
  readonly run: number;
  readonly fields: readonly string[];
  /** Values to bring back in fields that an undone mapping wrote, each as JSON, the oldest first. */
  readonly restore: readonly string[] | null;
}

// What a far side that never answers can be asked to take is not without end: the oldest and the newest tries say enough.
const MOST_TRIED = 20;
const CLAIM = {
  name: 'claim-replicas',
  text: `
with suspects as (
  select coalesce(max(claims), 0) as claims from replica
  where connection_id = $1 and state = 'pending' and claims > 0 and $6 and entity <> all($8::text[]) and due_at <= $2 and (lease_until is null or lease_until < clock_timestamp())
), due as (
  select record_id, connection_id, tried_versions from replica
  where connection_id = $1 and state = 'pending' and due_at <= $2 and (lease_until is null or lease_until < clock_timestamp())
    and claims >= (select least(claims, 2) from suspects)
    and (claims = 0 or $6) and lane >= $7 and entity <> all($8::text[])
  order by lane, due_at
  limit (select case when claims = 0 then $3::int when claims = 1 then least($3::int, 20) else 1 end from suspects)
  for update skip locked
), taken as (
  update replica r set lease_token = $4, lease_until = clock_timestamp() + make_interval(secs => $5), claims = r.claims + 1,
    tried_versions = case
      when d.version = any(r.tried_versions) or (r.native_id is null and r.tried_versions is not null) then r.tried_versions
      when cardinality(r.tried_versions) >= ${MOST_TRIED} then r.tried_versions[1:1] || r.tried_versions[3:] || d.version
      else r.tried_versions || d.version end
  from due join record d on d.id = due.record_id where r.record_id = due.record_id and r.connection_id = due.connection_id
  returning r.*, due.tried_versions as earlier_versions
)
select t.record_id as "recordId", t.entity, t.stream, t.native_id as "nativeId", t.base, t.base_hash as "baseHash", t.desired_version as "desiredVersion",
  t.delivered_version as "deliveredVersion", t.attempts, t.claims, t.outcome_unknown as "outcomeUnknown",
  coalesce(t.earlier_versions, '{}') as "triedVersions", t.left_out as "leftOut", t.incarnation,
  case when t.earlier_versions is null then '[]' else coalesce((select jsonb_agg(v.body order by v.version) from record_version v
    where v.record_id = t.record_id and v.version = any(t.earlier_versions) and v.version > t.delivered_version), '[]') end as "triedBodies",
  case when t.earlier_versions is not null then (select v.body from record_version v
    where v.record_id = t.record_id and v.version = t.delivered_version) end as "deliveredBody",
  r.version as "recordVersion", r.status as "recordStatus", r.status = 'merged' and t.unwanted as unwanted, r.body,
  exists (select 1 from erased_record e where e.record_id = t.record_id) as "withoutPersonal",
  case when d.run_id is not null then jsonb_build_object('run', d.run_id, 'fields', d.fields, 'restore', d.restore) end as remap,
  u.publication
from taken t join record r on r.id = t.record_id
left join remap_delivery d on d.record_id = t.record_id and d.connection_id = t.connection_id
left join (
  select stream, max(id) as publication from mapping_publication where connection_id = $1 and state = 'active' group by stream
) u on u.stream = t.stream
order by t.lane, t.due_at`,
};

/**
 * Takes due replicas of a connection, most urgent lane first, under a lease with a fencing token. The claim itself is the stored intent:
 * one that is taken again without having settled has an unknown outcome, and may be what ended its worker: such ones are taken first, in
 * small batches and then alone, so that a poison record does not drag others along (FAULTS F03). `suspects: false` leaves them where
 * they are.
 */
export async function claimReplicas(
  sql: Sql,
  connectionId: string,
  claim: {
    readonly now: Date;
    readonly limit: number;
    readonly token: string;
    readonly leaseSeconds: number;
    /** @default true */
    readonly suspects?: boolean;
    /** Only this lane and less urgent ones. @default 0, the most urgent */
    readonly leastLane?: number;
    /** Entities that are held. @default none */
    readonly heldEntities?: readonly string[];
  },
): Promise<ClaimedReplica[]> {
  const { now, limit, token, leaseSeconds, suspects = true, leastLane = 0, heldEntities = [] } = claim;
  const values = [connectionId, now, limit, token, leaseSeconds, suspects, leastLane, heldEntities];
  return sql.run<ClaimedReplica>(CLAIM, values);
}

const EXTEND = {
  name: 'extend-replica-leases',
  text: `
update replica set lease_until = clock_timestamp() + make_interval(secs => $4)
where connection_id = $1 and lease_token = $2 and record_id = any($3::uuid[]) returning record_id as "recordId"`,
};

/** Renews the leases of a batch that takes long; returns the replicas that are still held. */
export async function extendReplicaLeases(
  sql: Sql,
  connectionId: string,
  lease: { readonly token: string; readonly recordIds: readonly string[]; readonly leaseSeconds: number },
): Promise<Set<string>> {
  const rows = await sql.run<{ recordId: string }>(EXTEND, [
    connectionId,
    lease.token,
    lease.recordIds,
    lease.leaseSeconds,
  ]);
  return new Set(rows.map((row) => row.recordId));
}

const REFERENCES = {
  name: 'resolve-replica-references',
  text: `
select r.id as "recordId", r.entity, p.stream, p.native_id as "nativeId", p.state
from record r left join replica p on p.record_id = r.id and p.connection_id = $1
where r.id = any($2::uuid[])`,
};

/** Where a referenced record stands in the connection; `stream` null = it has no replica there. */
export interface ReferencedReplica {
  readonly recordId: string;
  readonly entity: string;
  readonly stream: string | null;
  readonly nativeId: string | null;
  readonly state: string | null;
}

/** Looks up the native ids of referenced records in one connection. */
export async function resolveReplicaReferences(
  sql: Sql,
  connectionId: string,
  recordIds: readonly string[],
): Promise<ReferencedReplica[]> {
  return recordIds.length === 0 ? [] : sql.run<ReferencedReplica>(REFERENCES, [connectionId, recordIds]);
}
