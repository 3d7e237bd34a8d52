import type { Sql } from '../database.js';

const CONFIRM = {
  name: 'confirm-flow',
  text: `
update flow set confirmed = confirmed || coalesce((
    select jsonb_object_agg(m->>'connection', jsonb_build_object('at', $3::timestamptz, 'by', $2::text)) from jsonb_array_elements(members) m
    where not jsonb_exists(confirmed, m->>'connection')), '{}'),
  awaits_since = null, version = version + 1, updated_at = $3
where id = $1 and awaits_since is not null returning id`,
};

/** Lets a flow write that waited for the confirmation of its first sync; false = it did not wait. */
export async function confirmFlow(sql: Sql, flowId: string, actor: string, now: Date): Promise<boolean> {
  return (await sql.run(CONFIRM, [flowId, actor, now])).length > 0;
}

const RELEASE = {
  name: 'release-unconfirmed-replicas',
  text: `
update replica r set state = 'pending', due_at = $2, failure = null
where r.state = 'blocked' and r.entity = $1 and r.failure->>'code' = 'delivery.unconfirmed' returning connection_id as "connectionId"`,
};

/** Deliveries that waited for a confirmation are due now. Returns the connections that have work. */
export async function releaseUnconfirmed(sql: Sql, entity: string, now: Date): Promise<Set<string>> {
  const rows = await sql.run<{ connectionId: string }>(RELEASE, [entity, now]);
  return new Set(rows.map((row) => row.connectionId));
}
