import type { Sql } from '../database.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A field that two sides changed. */
export interface ListedConflict {
  readonly id: string;
  readonly recordId: string;
  readonly entity: string;
  readonly pointer: string;
  readonly connectionId: string;
  readonly changeId: string;
  readonly recordValue: unknown;
  readonly incomingValue: unknown;
  readonly baseValue: unknown;
  readonly state: 'open' | 'record' | 'incoming';
  readonly at: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

const COLUMNS = `id::text, record_id as "recordId", entity, pointer, connection_id as "connectionId", change_id::text as "changeId",
  record_value as "recordValue", incoming_value as "incomingValue", base_value as "baseValue", state, at, decided_at as "decidedAt",
  decided_by as "decidedBy"`;

/** Conflicts, newest first. */
export async function listConflicts(
  sql: Sql,
  filter: { readonly state?: string; readonly entity?: string; readonly recordId?: string },
  page: Page<string>,
): Promise<ListedConflict[]> {
  // The partial index of open conflicts is found only when the condition is spelt out.
  const open = filter.state === 'open';
  const selection = new Selection(open ? 'list-open-conflicts' : 'list-conflicts')
    .where('state', 'conflict.state = ?', open ? undefined : filter.state)
    .where('entity', 'entity = ?', filter.entity)
    .where('record', 'record_id = ?::uuid', filter.recordId)
    .where('after', 'id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedConflict>(
    sql,
    (condition) =>
      `select ${COLUMNS} from conflict where ${open ? `conflict.state = 'open' and ` : ''}${condition} order by conflict.id desc limit ${limit}`,
  );
}

const READ = { name: 'read-conflict', text: `select ${COLUMNS} from conflict where id = $1::bigint` };

/** One conflict. */
export async function readConflict(sql: Sql, id: string): Promise<ListedConflict | undefined> {
  return (await sql.run<ListedConflict>(READ, [id]))[0];
}

const DECIDE = {
  name: 'decide-conflict',
  text: `update conflict set state = $2, decided_at = $3, decided_by = $4 where id = $1::bigint and state = 'open' returning 1 as decided`,
};

/** Closes a conflict; false = somebody decided it before. */
export async function decideConflict(
  sql: Sql,
  id: string,
  decision: { readonly take: 'record' | 'incoming'; readonly at: Date; readonly by: string },
): Promise<boolean> {
  return (await sql.run(DECIDE, [id, decision.take, decision.at, decision.by])).length > 0;
}

const FREE = {
  name: 'free-replica-of-conflict',
  text: `
update replica b set state = 'pending', due_at = $3, failure = null, attempts = 0
where b.record_id = $1 and b.connection_id = $2 and b.state in ('blocked', 'dead') and b.blocked_on is null
  and not exists (select 1 from conflict c where c.record_id = b.record_id and c.connection_id = b.connection_id and c.state = 'open')`,
};

/** The replica that waited for the decision goes on, once no other conflict holds it. */
export async function freeReplicaOfConflict(
  sql: Sql,
  recordId: string,
  connectionId: string,
  now: Date,
): Promise<void> {
  await sql.run(FREE, [recordId, connectionId, now]);
}
