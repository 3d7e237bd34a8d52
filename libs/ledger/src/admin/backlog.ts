import type { Sql } from '../database.js';

/** What one connection owes of one entity. */
export interface ReplicaBacklog {
  readonly connectionId: string;
  readonly entity: string;
  readonly due: number;
  readonly retrying: number;
  readonly blocked: number;
  readonly dead: number;
  readonly oldestAt: Date | null;
  readonly nextRetryAt: Date | null;
}

const REPLICAS = {
  name: 'replica-backlog',
  text: `
select connection_id as "connectionId", entity,
  (count(*) filter (where state = 'pending' and attempts = 0))::int as due,
  (count(*) filter (where state = 'pending' and attempts > 0))::int as retrying,
  (count(*) filter (where state = 'blocked'))::int as blocked, (count(*) filter (where state = 'dead'))::int as dead,
  min(behind_since) as "oldestAt", min(due_at) filter (where state = 'pending' and attempts > 0) as "nextRetryAt"
from (
  select connection_id, entity, state, attempts, behind_since, due_at from replica where state = 'pending'
  union all select connection_id, entity, state, attempts, behind_since, due_at from replica where state = 'blocked'
  union all select connection_id, entity, state, attempts, behind_since, due_at from replica where state = 'dead'
) behind group by 1, 2`,
};

/** Replicas that are behind, per connection and entity. Reads the partial indexes of what is behind, never the settled rest. */
export async function readReplicaBacklog(sql: Sql): Promise<ReplicaBacklog[]> {
  return sql.run<ReplicaBacklog>(REPLICAS, []);
}

/** Changes of one connection and entity that are not settled well. */
export interface ChangeBacklog {
  readonly connectionId: string;
  readonly entity: string;
  readonly state: 'fetch' | 'pending' | 'waiting' | 'review' | 'rejected' | 'dead';
  readonly count: number;
  readonly oldestAt: Date;
}

const CHANGES = {
  name: 'change-backlog',
  text: `
select connection_id as "connectionId", entity, state, count(*)::int as count, min(received_at) as "oldestAt" from (
  select connection_id, entity, state, received_at from change where state = 'pending'
  union all select connection_id, entity, state, received_at from change where state = 'fetch'
  union all select connection_id, entity, state, received_at from change where state in ('waiting', 'review', 'rejected', 'dead')
) open group by 1, 2, 3`,
};

/** Open changes, per connection, entity and state. */
export async function readChangeBacklog(sql: Sql): Promise<ChangeBacklog[]> {
  return sql.run<ChangeBacklog>(CHANGES, []);
}

const CONFLICTS = {
  name: 'conflict-backlog',
  text: `select entity, count(*)::int as count from conflict where state = 'open' group by entity`,
};

/** Open conflicts per entity. */
export async function readConflictBacklog(sql: Sql): Promise<{ entity: string; count: number }[]> {
  return sql.run<{ entity: string; count: number }>(CONFLICTS, []);
}

/** Replicas that wait for one and the same record to exist in a connection. */
export interface BlockedGroup {
  readonly connectionId: string;
  readonly entity: string;
  readonly blockedOn: string;
  readonly count: number;
  readonly since: Date;
}

const BLOCKED = {
  name: 'blocked-groups',
  text: `
select connection_id as "connectionId", entity, blocked_on as "blockedOn", count(*)::int as count, min(behind_since) as since
from replica where state = 'blocked' and blocked_on is not null group by 1, 2, 3 order by count desc, since limit $1`,
};

/** What most waits for, the largest groups first. */
export async function readBlockedGroups(sql: Sql, limit: number): Promise<BlockedGroup[]> {
  return sql.run<BlockedGroup>(BLOCKED, [limit]);
}
