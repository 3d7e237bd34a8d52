import type { Sql } from '../database.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A replica as the API shows it. */
export interface ListedReplica {
  readonly recordId: string;
  readonly connectionId: string;
  readonly connector: string | null;
  readonly entity: string;
  readonly stream: string;
  readonly nativeId: string | null;
  readonly nativeVersion: string | null;
  readonly desiredVersion: number;
  readonly deliveredVersion: number;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
  readonly attempts: number;
  readonly outcomeUnknown: boolean;
  readonly failure: Record<string, unknown> | null;
  readonly blockedOn: string | null;
  readonly behindSince: Date | null;
  readonly dueAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly evidence: Record<string, unknown> | null;
}

const COLUMNS = `p.record_id as "recordId", p.connection_id as "connectionId", c.connector, p.entity, p.stream, p.native_id as "nativeId",
  p.native_version as "nativeVersion", p.desired_version as "desiredVersion", p.delivered_version as "deliveredVersion", p.state,
  p.attempts, p.outcome_unknown as "outcomeUnknown", p.failure, p.blocked_on as "blockedOn", p.behind_since as "behindSince",
  p.due_at as "dueAt", p.last_seen_at as "lastSeenAt", p.delivered_at as "deliveredAt", p.evidence`;

const OF_RECORD = {
  name: 'list-replicas-of-record',
  text: `select ${COLUMNS} from replica p left join connection c on c.id = p.connection_id where p.record_id = $1 order by p.connection_id`,
};

/** All copies of a record. */
export async function listReplicasOfRecord(sql: Sql, recordId: string): Promise<ListedReplica[]> {
  return sql.run<ListedReplica>(OF_RECORD, [recordId]);
}

/** Sort key of a list of replicas that are behind. */
export interface ReplicaPosition {
  readonly connectionId: string;
  readonly recordId: string;
}

const BEHIND = ['pending', 'blocked', 'dead'] as const;

/**
 * Replicas that are behind, by connection and record. One look per connection and state, each through its partial index and no deeper than
 * the page needs.
 */
export async function listReplicasBehind(
  sql: Sql,
  filter: { readonly state?: (typeof BEHIND)[number]; readonly connectionId?: string },
  page: Page<ReplicaPosition>,
): Promise<ListedReplica[]> {
  const selection = new Selection(`list-replicas-behind-${filter.state ?? 'any'}${page.after ? '-after' : ''}`);
  const limit = selection.parameter(page.limit);
  let after = '';
  if (page.after) {
    const connection = selection.parameter(page.after.connectionId);
    after = ` and (p.connection_id, p.record_id) > (${connection}, ${selection.parameter(page.after.recordId)}::uuid)`;
  }
  selection.where('connection', 'c.id = ?', filter.connectionId);
  const states = filter.state ? [filter.state] : BEHIND;
  const looks = states.map(
    (state) =>
      `(select * from replica p where p.connection_id = c.id and p.state = '${state}'${after} order by p.record_id limit ${limit})`,
  );
  return selection.run<ListedReplica>(
    sql,
    (condition) => `
select ${COLUMNS} from connection c cross join lateral (${looks.join(' union all ')}) p
where ${condition} order by p.connection_id, p.record_id limit ${limit}`,
  );
}

/** One try, as stored. */
export interface ListedAttempt {
  readonly id: string;
  readonly at: Date;
  readonly connectionId: string;
  readonly stream: string;
  readonly operation: string;
  readonly recordIds: string[];
  readonly outcome: string;
  readonly failure: Record<string, unknown> | null;
  readonly calls: unknown[] | null;
  readonly durationMs: number;
  readonly mappingVersion: number | null;
}

/** Tries, newest first: of one record, of one connection, or all. */
export async function listAttempts(
  sql: Sql,
  filter: { readonly recordId?: string; readonly connectionId?: string },
  page: Page<string>,
): Promise<ListedAttempt[]> {
  const selection = new Selection('list-attempts')
    .where('record', 'record_ids @> array[?::uuid]', filter.recordId)
    .where('connection', 'connection_id = ?', filter.connectionId)
    .where('after', 'id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedAttempt>(
    sql,
    (condition) => `
select id::text, at, connection_id as "connectionId", stream, operation, record_ids as "recordIds", outcome, failure, calls,
  duration_ms as "durationMs", mapping_version as "mappingVersion"
from attempt where ${condition} order by attempt.id desc limit ${limit}`,
  );
}
