import type { Sql } from '../database.js';

/** An entity of one connection that is paused, or that drains. */
export interface Hold {
  readonly connectionId: string;
  readonly entity: string;
  readonly state: 'paused' | 'draining';
  readonly reason: Record<string, unknown> | null;
  readonly since: Date;
}

const LIST = {
  name: 'list-holds',
  text: `
select connection_id as "connectionId", entity, state, reason, since from hold
where connection_id = $1 or $1::text is null order by connection_id, entity`,
};

/** Held entities of one connection, or of all. */
export async function listHolds(sql: Sql, connectionId?: string): Promise<Hold[]> {
  return sql.run<Hold>(LIST, [connectionId ?? null]);
}

const PUT = {
  name: 'put-hold',
  text: `
insert into hold as h (connection_id, entity, state, reason, since) values ($1, $2, $3, $4::jsonb, $5)
on conflict (connection_id, entity) do update set state = excluded.state, reason = excluded.reason, since = excluded.since
where h.state <> excluded.state returning entity`,
};
const LIFT = { name: 'lift-hold', text: `delete from hold where connection_id = $1 and entity = $2 returning entity` };
const TOUCH = { name: 'touch-connection-version', text: `update connection set version = version + 1 where id = $1` };

/** Pauses or drains an entity of a connection (`state` undefined = lets it go on); true = something changed. */
export async function setHold(
  sql: Sql,
  hold: {
    readonly connectionId: string;
    readonly entity: string;
    readonly state: 'paused' | 'draining' | undefined;
    readonly reason?: object;
    readonly now: Date;
  },
): Promise<boolean> {
  const { connectionId, entity, state, reason, now } = hold;
  const rows = state
    ? await sql.run(PUT, [connectionId, entity, state, reason === undefined ? null : JSON.stringify(reason), now])
    : await sql.run(LIFT, [connectionId, entity]);
  // Processes look at the version to see that something changed.
  if (rows.length > 0) await sql.run(TOUCH, [connectionId]);
  return rows.length > 0;
}

/** Something that drains and has nothing open any more. */
export interface Drained {
  readonly kind: 'connection' | 'flow' | 'hold';
  readonly connectionId: string | null;
  readonly flowId: string | null;
  readonly entity: string | null;
}

// What became due after the draining began does not count: else a busy neighbour would keep it draining for ever.
const DRAINED = {
  name: 'find-drained',
  text: `
select 'connection' as kind, c.id as "connectionId", null as "flowId", null as entity from connection c
where c.state = 'draining'
  and not exists (select 1 from replica r where r.connection_id = c.id and r.state = 'pending' and r.behind_since <= c.state_since)
  and not exists (select 1 from change h where h.connection_id = c.id and h.state in ('fetch', 'pending') and h.received_at <= c.state_since)
union all
select 'flow', null, f.id, f.entity from flow f
where f.state = 'draining'
  and not exists (select 1 from replica r where r.entity = f.entity and r.state = 'pending' and r.behind_since <= f.state_since)
  and not exists (select 1 from change h where h.entity = f.entity and h.state in ('fetch', 'pending') and h.received_at <= f.state_since)
union all
select 'hold', d.connection_id, null, d.entity from hold d
where d.state = 'draining'
  and not exists (select 1 from replica r where r.connection_id = d.connection_id and r.entity = d.entity and r.state = 'pending' and r.behind_since <= d.since)
  and not exists (select 1 from change h where h.connection_id = d.connection_id and h.entity = d.entity and h.state in ('fetch', 'pending') and h.received_at <= d.since)`,
};

/** What has drained and is to be paused now. */
export async function findDrained(sql: Sql): Promise<Drained[]> {
  return sql.run<Drained>(DRAINED, []);
}
