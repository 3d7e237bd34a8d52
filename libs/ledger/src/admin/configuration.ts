import type { Sql } from '../database.js';
import type { ConnectionState, MaintenanceWindow } from '../entities/connection.entity.js';

const FINGERPRINT = {
  name: 'configuration-fingerprint',
  text: `
select coalesce((select string_agg(id || ':' || version || ':' || state, ',' order by id) from connection), '') || '|' ||
  coalesce((select string_agg(id || ':' || version || ':' || state, ',' order by id) from flow), '') || '|' ||
  (select count(*) || ':' || count(*) filter (where state = 'rolled-back') from mapping_publication) as fingerprint`,
};

/** Changes whenever a connection, a flow or the mapping in use changes: processes reload when theirs differs. */
export async function configurationFingerprint(sql: Sql): Promise<string> {
  return (await sql.run<{ fingerprint: string }>(FINGERPRINT, []))[0]?.fingerprint ?? '';
}

const SET_STATE = {
  name: 'set-connection-state',
  text: `
update connection set state = $2, state_reason = $3::jsonb, state_since = case when state = $2 then state_since else now() end, version = version + 1
where id = $1 and state is distinct from $2 returning id`,
};

/** Pauses or resumes a connection; true = the state changed (only then is there an alarm to raise). */
export async function setConnectionState(
  sql: Sql,
  connectionId: string,
  state: ConnectionState,
  reason: object | undefined,
): Promise<boolean> {
  return (
    (await sql.run(SET_STATE, [connectionId, state, reason === undefined ? null : JSON.stringify(reason)])).length > 0
  );
}

const WAKE = {
  name: 'wake-retries',
  text: `
update replica set due_at = $2 where connection_id = $1 and state = 'pending' and due_at > $2
  and failure->>'kind' in ('transient', 'unknown', 'auth', 'contract')`,
};

/** The far side is back: what waits for a retry because it was away is due now. */
export async function wakeRetries(sql: Sql, connectionId: string, now: Date): Promise<void> {
  await sql.run(WAKE, [connectionId, now]);
}

const RESUME_CURSORS = {
  name: 'resume-cursors',
  text: `update cursor set state = 'idle', next_at = null, failure = null, attempts = 0 where connection_id = $1 and (state = 'stopped' or failure is not null)`,
};

/** Reads that stopped or wait because of a failure are due again. */
export async function resumeCursors(sql: Sql, connectionId: string): Promise<void> {
  await sql.run(RESUME_CURSORS, [connectionId]);
}

const UPSERT_CONNECTION = {
  name: 'upsert-connection',
  text: `
insert into connection as c (id, connector, title, settings, secrets, mappings, environment, maintenance)
values ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7::jsonb, $8::jsonb)
on conflict (id) do update set connector = excluded.connector, title = excluded.title, settings = excluded.settings, secrets = excluded.secrets,
  mappings = excluded.mappings, environment = excluded.environment, maintenance = excluded.maintenance, version = c.version + 1, updated_at = now(),
  state = case when c.state = 'needs-auth' then 'active' else c.state end
returning id`,
};

/** A connection as configuration declares it. */
export interface DeclaredConnection {
  readonly id: string;
  readonly connector: string;
  readonly title: string;
  readonly settings: object;
  /** Sealed. */
  readonly secrets: string | null;
  /** Stream → mapping document text. */
  readonly mappings: object;
  readonly environment: object;
  /** When the far side is not to be called. */
  readonly maintenance: readonly MaintenanceWindow[];
}

/** Stores a declared connection; new credentials take it out of `needs-auth`. */
export async function upsertConnection(sql: Sql, connection: DeclaredConnection): Promise<void> {
  await sql.run(UPSERT_CONNECTION, [
    connection.id,
    connection.connector,
    connection.title,
    JSON.stringify(connection.settings),
    connection.secrets,
    JSON.stringify(connection.mappings),
    JSON.stringify(connection.environment),
    JSON.stringify(connection.maintenance),
  ]);
}

const UPSERT_FLOW = {
  name: 'upsert-flow',
  text: `
with declared as (
  select coalesce(jsonb_object_agg(m->>'connection', jsonb_build_object('at', now(), 'by', 'automatic')), '{}') as members,
    $4::jsonb->>'firstSync' is not distinct from 'confirm' as asks
  from jsonb_array_elements($3::jsonb) m
)
insert into flow as f (id, entity, members, policy, confirmed, awaits_since)
select $1, $2, $3::jsonb, $4::jsonb, case when asks then '{}' else declared.members end, case when asks then now() end from declared
on conflict (id) do update set entity = excluded.entity, members = excluded.members, policy = excluded.policy, version = f.version + 1, updated_at = now(),
  confirmed = excluded.confirmed || f.confirmed,
  awaits_since = case when excluded.awaits_since is not null and exists (
    select 1 from jsonb_array_elements(excluded.members) m where not jsonb_exists(f.confirmed, m->>'connection'))
    then coalesce(f.awaits_since, excluded.awaits_since) end
where (f.entity, f.members, f.policy) is distinct from (excluded.entity, excluded.members, excluded.policy)`,
};

/**
 * Stores a declared flow; one that did not change keeps its version. With `firstSync: confirm` it waits for a person while it has a member
 * that nobody has confirmed; members of an automatic flow count as confirmed.
 */
export async function upsertFlow(
  sql: Sql,
  flow: { readonly id: string; readonly entity: string; readonly members: readonly object[]; readonly policy: object },
): Promise<void> {
  await sql.run(UPSERT_FLOW, [flow.id, flow.entity, JSON.stringify(flow.members), JSON.stringify(flow.policy)]);
}
