import type { Sql } from '../database.js';

const LINKED = {
  name: 'matching-linked',
  text: `
select connection_id as "connectionId", coalesce(evidence->>'rule', 'none') as rule, count(*)::int as count,
  (array_agg(record_id order by record_id))[1:$2] as samples
from replica p where entity = $1 and native_id is not null and state <> 'gone' and evidence is not null
  and exists (select 1 from record r where r.id = p.record_id and r.status in ('active', 'archived'))
group by 1, 2 order by 1, 2`,
};

/** Native objects that were linked to a record of another system, by rule. */
export interface LinkedCount {
  readonly connectionId: string;
  readonly rule: string;
  readonly count: number;
  readonly samples: string[];
}

/** Counts links of an entity per connection and rule. */
export async function countLinks(sql: Sql, entity: string, samples: number): Promise<LinkedCount[]> {
  return sql.run<LinkedCount>(LINKED, [entity, samples]);
}

const ALONE = {
  name: 'matching-alone',
  text: `
select connection_id as "connectionId", count(*)::int as count, (array_agg(record_id order by record_id))[1:$2] as samples
from (
  select record_id, min(connection_id) as connection_id from replica p
  where entity = $1 and native_id is not null and state <> 'gone'
    and exists (select 1 from record r where r.id = p.record_id and r.status = 'active')
  group by record_id having count(*) = 1
) alone group by 1 order by 1`,
};

/** Records that only one system holds. */
export interface AloneCount {
  readonly connectionId: string;
  readonly count: number;
  readonly samples: string[];
}

/** Counts records of an entity that one connection alone holds. */
export async function countAlone(sql: Sql, entity: string, samples: number): Promise<AloneCount[]> {
  return sql.run<AloneCount>(ALONE, [entity, samples]);
}

const OPEN = {
  name: 'matching-open-changes',
  text: `
select connection_id as "connectionId", state, case when state = 'review' and reason->>'code' = 'change.identity' then
    case when jsonb_path_exists(reason, '$.candidates[*].why ? (@ starts with "different-")') then 'contradiction'
         when jsonb_path_exists(reason, '$.candidates[*].why ? (@ == "already-linked-in-this-connection")') then 'duplicate'
         else 'ambiguous' end
  end as kind, count(*)::int as count, (array_agg(id::text order by id))[1:$2] as samples
from change where entity = $1 and state in ('waiting', 'review', 'rejected', 'dead')
group by 1, 2, 3 order by 1, 2, 3`,
};

/** Changes that are not matched to a record. */
export interface OpenCount {
  readonly connectionId: string;
  readonly state: 'waiting' | 'review' | 'rejected' | 'dead';
  /** Of identity reviews: why a person has to decide. */
  readonly kind: 'contradiction' | 'duplicate' | 'ambiguous' | null;
  readonly count: number;
  /** Ids of changes. */
  readonly samples: string[];
}

/** Counts changes of an entity that wait, were refused or are in review. */
export async function countOpenChanges(sql: Sql, entity: string, samples: number): Promise<OpenCount[]> {
  return sql.run<OpenCount>(OPEN, [entity, samples]);
}

const OWED = {
  name: 'page-owed-replicas',
  text: `
select p.record_id as "recordId", p.entity, p.stream, p.native_id as "nativeId", p.base, r.version as "recordVersion", r.status as "recordStatus", r.body
from replica p join record r on r.id = p.record_id
where p.connection_id = $1 and p.entity = $2 and p.record_id > $3::uuid and p.state in ('pending', 'blocked') and r.status <> 'merged'
order by p.record_id limit $4`,
};

/** A copy that a connection is owed, with its record. */
export interface OwedReplica {
  readonly recordId: string;
  readonly entity: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly base: string | null;
  readonly recordVersion: number;
  readonly recordStatus: 'active' | 'archived' | 'deleted';
  readonly body: Record<string, unknown>;
}

/** One page of what a connection is owed of an entity, in the order of the record ids. */
export async function pageOwedReplicas(
  sql: Sql,
  connectionId: string,
  entity: string,
  after: string,
  limit: number,
): Promise<OwedReplica[]> {
  return sql.run<OwedReplica>(OWED, [connectionId, entity, after, limit]);
}
