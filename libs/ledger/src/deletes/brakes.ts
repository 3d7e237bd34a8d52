import { Selection } from '../admin/selection.js';
import type { Page } from '../admin/selection.js';
import type { Sql } from '../database.js';

/** A mass deletion that was stopped. */
export interface StoredBrake {
  readonly id: string;
  readonly connectionId: string;
  readonly entity: string;
  readonly state: 'on' | 'released' | 'rejected';
  readonly since: Date;
  /** Deletions within the window when it went on, those before it included. */
  readonly deletes: number;
  /** Copies of the entity in the connection at that moment. */
  readonly population: number;
  /** How many deletions would have passed. */
  readonly allowed: number;
  readonly windowMinutes: number;
  /** Changes that it holds now. */
  readonly held: number;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

const COLUMNS = `b.id::text, b.connection_id as "connectionId", b.entity, b.state, b.since, b.deletes, b.population, b.allowed,
  b.window_minutes as "windowMinutes", b.decided_at as "decidedAt", b.decided_by as "decidedBy",
  (select count(*)::int from change c where c.state = 'review' and c.reason->>'brake' is not null and c.reason->>'brake' = b.id::text) as held`;

/** Brakes, newest first. */
export async function listBrakes(
  sql: Sql,
  filter: { readonly id?: string; readonly state?: string; readonly connectionId?: string; readonly entity?: string },
  page: Page<string>,
): Promise<StoredBrake[]> {
  const selection = new Selection('list-delete-brakes')
    .where('id', 'b.id = ?::bigint', filter.id)
    .where('state', 'b.state = ?', filter.state)
    .where('connection', 'b.connection_id = ?', filter.connectionId)
    .where('entity', 'b.entity = ?', filter.entity)
    .where('after', 'b.id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<StoredBrake>(
    sql,
    (condition) => `select ${COLUMNS} from delete_brake b where ${condition} order by b.id desc limit ${limit}`,
  );
}

const ON = {
  name: 'brakes-that-are-on',
  text: `select id::text, connection_id as "connectionId" from delete_brake where entity = $1 and connection_id = any($2::text[]) and state = 'on'`,
};

/** Which of the connections have their deletions of an entity held. */
export async function findBrakesOn(
  sql: Sql,
  entity: string,
  connectionIds: readonly string[],
): Promise<{ id: string; connectionId: string }[]> {
  return sql.run<{ id: string; connectionId: string }>(ON, [entity, connectionIds]);
}

const RECENT = {
  name: 'count-recently-gone',
  text: `select count(*)::int as count from replica where connection_id = $1 and entity = $2 and state = 'gone' and gone_at is not null and gone_at > $3`,
};

/** How many copies a connection told to be gone since a moment. */
export async function countRecentlyGone(sql: Sql, connectionId: string, entity: string, since: Date): Promise<number> {
  return (await sql.run<{ count: number }>(RECENT, [connectionId, entity, since]))[0]?.count ?? 0;
}

const POPULATION = {
  name: 'count-copies',
  text: `
select count(*)::int as count from (
  select 1 from replica where connection_id = $1 and stream = any($2::text[]) and native_id is not null and state <> 'gone' limit $3) few`,
};

/** How many native objects a connection holds in its streams of an entity; counts no further than `atMost`. */
export async function countCopies(
  sql: Sql,
  connectionId: string,
  streams: readonly string[],
  atMost: number,
): Promise<number> {
  return (await sql.run<{ count: number }>(POPULATION, [connectionId, streams, atMost]))[0]?.count ?? 0;
}

const PULL = {
  name: 'put-brake-on',
  text: `
insert into delete_brake as b (connection_id, entity, since, deletes, population, allowed, window_minutes) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (connection_id, entity) where state = 'on' do update set deletes = greatest(b.deletes, excluded.deletes)
returning id::text`,
};

/** Puts the brake on: from now on deletions of the entity by the connection wait for a decision. */
export async function putBrakeOn(
  sql: Sql,
  brake: Pick<
    StoredBrake,
    'connectionId' | 'entity' | 'since' | 'deletes' | 'population' | 'allowed' | 'windowMinutes'
  >,
): Promise<string> {
  const { connectionId, entity, since, deletes, population, allowed, windowMinutes } = brake;
  const rows = await sql.run<{ id: string }>(PULL, [
    connectionId,
    entity,
    since,
    deletes,
    population,
    allowed,
    windowMinutes,
  ]);
  return rows[0]?.id ?? '';
}

const DECIDE = {
  name: 'decide-brake',
  text: `update delete_brake set state = $2, decided_at = $3, decided_by = $4 where id = $1::bigint and state = 'on' returning entity`,
};

/** Takes the brake off by a person's decision; undefined = it is not on (any more). */
export async function decideBrake(
  sql: Sql,
  id: string,
  decision: { readonly state: 'released' | 'rejected'; readonly at: Date; readonly by: string },
): Promise<{ entity: string } | undefined> {
  return (await sql.run<{ entity: string }>(DECIDE, [id, decision.state, decision.at, decision.by]))[0];
}

const HELD = {
  name: 'settle-braked-changes',
  text: `
update change set state = $2, reason = $3::jsonb, settled_at = case when $2 = 'pending' then null else $4::timestamptz end
where state = 'review' and reason->>'brake' is not null and reason->>'brake' = $1
returning connection_id as "connectionId", stream, native_id as "nativeId"`,
};

/** A native object whose deletion was held. */
export interface HeldDelete {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
}

/** Lets what a brake holds go on (`pending`) or settles it (`ignored`), all of it at once. */
export async function settleBraked(
  sql: Sql,
  brakeId: string,
  end: { readonly state: 'pending' | 'ignored'; readonly reason: object; readonly now: Date },
): Promise<HeldDelete[]> {
  return sql.run<HeldDelete>(HELD, [brakeId, end.state, JSON.stringify(end.reason), end.now]);
}
