import type { Sql } from '../database.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A change as the API shows it; `raw` only where one change is asked for. */
export interface ListedChange {
  readonly id: string;
  readonly receivedAt: Date;
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly nativeId: string;
  readonly kind: 'upsert' | 'delete';
  readonly origin: string;
  readonly state: string;
  readonly sourceAt: Date | null;
  readonly attempts: number;
  readonly waitingOn: string | null;
  readonly reason: Record<string, unknown> | null;
  readonly recordId: string | null;
  readonly recordVersion: number | null;
  readonly mappingVersion: number | null;
  readonly settledAt: Date | null;
}

const COLUMNS = `c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.entity, c.native_id as "nativeId",
  c.kind, c.origin, c.state, c.source_at as "sourceAt", c.attempts, c.waiting_on as "waitingOn", c.reason, c.record_id as "recordId",
  c.record_version as "recordVersion", c.mapping_version as "mappingVersion", c.settled_at as "settledAt"`;

const OPEN = new Set(['waiting', 'review', 'rejected', 'dead']);
const OPEN_CONDITION = `c.state in ('waiting', 'review', 'rejected', 'dead')`;

/** How a list of changes is narrowed. */
export interface ChangeFilter {
  readonly state?: string;
  readonly connectionId?: string;
  readonly stream?: string;
  readonly nativeId?: string;
}

/** Changes, newest first. */
export async function listChanges(sql: Sql, filter: ChangeFilter, page: Page<string>): Promise<ListedChange[]> {
  const open = filter.state !== undefined && OPEN.has(filter.state);
  const selection = new Selection(open ? 'list-open-changes' : 'list-changes')
    .where('state', 'c.state = ?', filter.state)
    .where('stream', 'c.stream = ?', filter.stream)
    .where('native', 'c.native_id = ?', filter.nativeId)
    .where('connection', 'c.connection_id = ?', filter.connectionId)
    .where('after', 'c.id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedChange>(sql, (condition) =>
    open
      ? perConnection(condition, limit)
      : `select ${COLUMNS} from change c where ${condition} order by c.id desc limit ${limit}`,
  );
}

/** Open changes lie in a partial index per connection: a look in each, and the newest of all. */
function perConnection(condition: string, limit: string): string {
  return `
select ${COLUMNS} from connection k cross join lateral (
  select * from change c where c.connection_id = k.id and ${OPEN_CONDITION} and ${condition} order by c.id desc limit ${limit}) c
order by c.id desc limit ${limit}`;
}

const READ = { name: 'read-change', text: `select ${COLUMNS}, c.raw from change c where c.id = $1::bigint` };

/** One change with its raw row as JSON text. */
export async function readChange(
  sql: Sql,
  id: string,
): Promise<(ListedChange & { readonly raw: string | null }) | undefined> {
  return (await sql.run<ListedChange & { raw: string | null }>(READ, [id]))[0];
}

const OF_RECORD = {
  name: 'list-changes-of-record',
  text: `
select ${COLUMNS} from replica p cross join lateral (
  select * from change c where c.connection_id = p.connection_id and c.stream = p.stream and c.native_id = p.native_id order by c.id desc limit $2) c
where p.record_id = $1 and p.native_id is not null
order by c.id desc limit $2`,
};

/** What the copies of a record told the hub, newest first. */
export async function listChangesOfRecord(sql: Sql, recordId: string, limit: number): Promise<ListedChange[]> {
  return sql.run<ListedChange>(OF_RECORD, [recordId, limit]);
}
