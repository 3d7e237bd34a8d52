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
  /**
   * `open` waits for a person; `record`, `incoming`: that side was chosen; `joined`: policy made one value of both; `value`: a person gave
   * another one; `superseded`: there was nothing left to decide.
   */
  readonly state: 'open' | 'record' | 'incoming' | 'joined' | 'value' | 'superseded';
  /** Policy that chose, and which of its rules; null = stored before these were kept. */
  readonly policy: string | null;
  readonly why: string | null;
  /** Who had set the record's value, and when. */
  readonly recordBy: string | null;
  readonly recordAt: Date | null;
  /** When the source said its value. */
  readonly incomingAt: Date | null;
  /** The value that was made or given, with `joined` and `value`. */
  readonly decidedValue: unknown;
  readonly at: Date;
  readonly decidedAt: Date | null;
  /** The person who decided; null = policy did. */
  readonly decidedBy: string | null;
}

/** How conflicts are narrowed. */
export interface ConflictFilter {
  readonly state?: string;
  readonly entity?: string;
  readonly recordId?: string;
  readonly connectionId?: string;
  /** JSON Pointer; covers what is below it. */
  readonly pointer?: string;
  readonly policy?: string;
}

const COLUMNS = `id::text, record_id as "recordId", entity, pointer, connection_id as "connectionId", change_id::text as "changeId",
  record_value as "recordValue", incoming_value as "incomingValue", base_value as "baseValue", state, policy, why, record_by as "recordBy",
  record_at as "recordAt", incoming_at as "incomingAt", decided_value as "decidedValue", at, decided_at as "decidedAt",
  decided_by as "decidedBy"`;

/** Conflicts, newest first. */
export async function listConflicts(sql: Sql, filter: ConflictFilter, page: Page<string>): Promise<ListedConflict[]> {
  // The partial index of open conflicts is found only when the condition is spelt out.
  const open = filter.state === 'open';
  const selection = new Selection(open ? 'list-open-conflicts' : 'list-conflicts')
    .where('state', 'conflict.state = ?', open ? undefined : filter.state)
    .where('entity', 'entity = ?', filter.entity)
    .where('record', 'record_id = ?::uuid', filter.recordId)
    .where('connection', 'connection_id = ?', filter.connectionId)
    .where('pointer', `(pointer = ? or starts_with(pointer, ? || '/'))`, filter.pointer)
    .where('policy', 'policy = ?', filter.policy)
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
  text: `update conflict set state = $2, decided_at = $3, decided_by = $4, decided_value = $5::jsonb
where id = $1::bigint and state = 'open' returning 1 as decided`,
};

/** Closes a conflict; false = somebody decided it before. */
export async function decideConflict(
  sql: Sql,
  id: string,
  decision: {
    readonly state: 'record' | 'incoming' | 'value';
    readonly at: Date;
    readonly by: string;
    /** With `value`. */
    readonly value?: unknown;
  },
): Promise<boolean> {
  const value = decision.value === undefined ? null : JSON.stringify(decision.value);
  return (await sql.run(DECIDE, [id, decision.state, decision.at, decision.by, value])).length > 0;
}

const OF_CHANGES = {
  name: 'conflicts-of-changes',
  text: `select ${COLUMNS} from conflict where record_id = $1 and change_id = any($2::bigint[]) order by conflict.id`,
};

/** The conflicts that the changes of a record met, for its history. */
export async function conflictsOfChanges(
  sql: Sql,
  recordId: string,
  changeIds: readonly string[],
): Promise<ListedConflict[]> {
  return changeIds.length === 0 ? [] : sql.run<ListedConflict>(OF_CHANGES, [recordId, changeIds]);
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
