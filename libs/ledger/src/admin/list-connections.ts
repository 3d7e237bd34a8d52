import type { Sql } from '../database.js';
import type { ConnectionState, MaintenanceWindow } from '../entities/connection.entity.js';
import type { FlowState } from '../entities/flow.entity.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A connection as the API shows it; its sealed secrets are not even read. */
export interface ListedConnection {
  readonly id: string;
  readonly connector: string;
  readonly title: string;
  readonly settings: Record<string, unknown>;
  readonly environment: Record<string, unknown>;
  readonly ownMappings: string[];
  readonly maintenance: MaintenanceWindow[];
  readonly state: ConnectionState;
  readonly stateReason: Record<string, unknown> | null;
  readonly stateSince: Date;
  readonly webhookAt: Date | null;
  readonly successAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Connections by id. */
export async function listConnections(
  sql: Sql,
  filter: { readonly id?: string; readonly state?: string; readonly connector?: string },
  page: Page<string>,
): Promise<ListedConnection[]> {
  const selection = new Selection('list-connections')
    .where('id', 'id = ?', filter.id)
    .where('state', 'state = ?', filter.state)
    .where('connector', 'connector = ?', filter.connector)
    .where('after', 'id > ?', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedConnection>(
    sql,
    (condition) => `
select id, connector, title, settings, environment, maintenance, array(select jsonb_object_keys(mappings)) as "ownMappings", state,
  state_reason as "stateReason", state_since as "stateSince", webhook_at as "webhookAt", success_at as "successAt", version,
  created_at as "createdAt", updated_at as "updatedAt"
from connection where ${condition} order by id limit ${limit}`,
  );
}

/** A flow as the API shows it. */
export interface ListedFlow {
  readonly id: string;
  readonly entity: string;
  readonly members: Record<string, unknown>[];
  readonly policy: Record<string, unknown>;
  readonly state: FlowState;
  readonly stateReason: Record<string, unknown> | null;
  readonly stateSince: Date;
  /** Since when the flow waits for a person to confirm its first sync; null = it does not. */
  readonly awaitsSince: Date | null;
  /** Member connection → when and by whom its first sync was confirmed. */
  readonly confirmed: Record<string, { readonly at: string; readonly by: string }>;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Flows by id. */
export async function listFlows(
  sql: Sql,
  filter: { readonly id?: string; readonly state?: string; readonly entity?: string },
  page: Page<string>,
): Promise<ListedFlow[]> {
  const selection = new Selection('list-flows')
    .where('id', 'id = ?', filter.id)
    .where('state', 'state = ?', filter.state)
    .where('entity', 'entity = ?', filter.entity)
    .where('after', 'id > ?', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedFlow>(
    sql,
    (condition) => `
select id, entity, members, policy, state, state_reason as "stateReason", state_since as "stateSince", awaits_since as "awaitsSince", confirmed, version, created_at as "createdAt", updated_at as "updatedAt"
from flow where ${condition} order by id limit ${limit}`,
  );
}

const SET_FLOW_STATE = {
  name: 'set-flow-state',
  text: `
update flow set state = $2, state_since = $3, state_reason = $4::jsonb, version = version + 1, updated_at = $3
where id = $1 and state <> $2 returning id`,
};

/** Pauses, drains or resumes a flow; true = the state changed. */
export async function setFlowState(
  sql: Sql,
  flowId: string,
  state: FlowState,
  now: Date,
  reason?: object,
): Promise<boolean> {
  return (
    (await sql.run(SET_FLOW_STATE, [flowId, state, now, reason === undefined ? null : JSON.stringify(reason)])).length >
    0
  );
}

/** How far a stream has been read for one purpose. */
export interface ListedCursor {
  readonly connectionId: string;
  readonly stream: string;
  readonly purpose: 'changes' | 'backfill' | 'reconcile';
  readonly state: 'idle' | 'running' | 'stopped';
  readonly rowsRead: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly nextAt: Date | null;
  readonly attempts: number;
  readonly failure: Record<string, unknown> | null;
}

/** Cursors of one connection, or of all. */
export async function listCursors(sql: Sql, connectionId?: string): Promise<ListedCursor[]> {
  const selection = new Selection('list-cursors').where('connection', 'connection_id = ?', connectionId);
  return selection.run<ListedCursor>(
    sql,
    (condition) => `
select connection_id as "connectionId", stream, purpose, state, rows_read::text as "rowsRead", started_at as "startedAt",
  finished_at as "finishedAt", next_at as "nextAt", attempts, failure
from cursor where ${condition} order by connection_id, stream, purpose`,
  );
}

/** A stored version of a mapping document; `document` only when one is asked for by id. */
export interface ListedMappingVersion {
  readonly id: number;
  readonly mapping: string;
  readonly hash: string;
  readonly origin: string;
  readonly document: string | null;
  readonly createdAt: Date;
}

/** Mapping versions, newest first. */
export async function listMappingVersions(
  sql: Sql,
  filter: { readonly id?: number; readonly ids?: readonly number[]; readonly mapping?: string },
  page: Page<number>,
): Promise<ListedMappingVersion[]> {
  const selection = new Selection('list-mapping-versions')
    .where('id', 'id = ?', filter.id)
    .where('ids', 'id = any(?::int[])', filter.ids)
    .where('mapping', 'mapping = ?', filter.mapping)
    .where('after', 'id < ?', page.after);
  const limit = selection.parameter(page.limit);
  const document = filter.id === undefined ? 'null' : 'document';
  return selection.run<ListedMappingVersion>(
    sql,
    (condition) => `
select id, mapping, hash, origin, ${document} as document, created_at as "createdAt"
from mapping_version where ${condition} order by id desc limit ${limit}`,
  );
}
