import type { Sql } from '../database.js';
import { Selection } from '../admin/selection.js';
import type { Page } from '../admin/selection.js';

/** Which rows or records a backfill takes. */
export type BackfillSelection = 'all' | 'window' | 'native-ids' | 'records' | 'mapping-version';

/** Reading again (`in`) or bringing copies up to date again (`out`) of a stream, bit by bit, in a lane of its own. */
export interface Backfill {
  readonly id: number;
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly direction: 'in' | 'out';
  readonly selection: BackfillSelection;
  readonly changedSince: Date | null;
  readonly changedUntil: Date | null;
  readonly mappingVersion: number | null;
  /** Most rows or records per second; null = as fast as the far side's limit lets. */
  readonly recordsPerSecond: number | null;
  readonly state: 'running' | 'paused' | 'done' | 'failed' | 'cancelled';
  /** Key of the last item that is done. */
  readonly position: string;
  readonly done: number;
  /** Rows outside of the window, and items that this stream does not know. */
  readonly skipped: number;
  /** Rows or records in all, as far as is known; null = it is not. */
  readonly total: number | null;
  /** Steps in a row that failed. */
  readonly attempts: number;
  readonly failure: Record<string, unknown> | null;
  readonly actor: string;
  readonly startedAt: Date;
  /** Since when it works without a pause, and how long it worked before that: its speed. */
  readonly workingSince: Date;
  readonly workedMs: string;
  readonly finishedAt: Date | null;
  readonly nextAt: Date | null;
}

const COLUMNS = `id, connection_id as "connectionId", stream, entity, direction, selection, changed_since as "changedSince",
  changed_until as "changedUntil", mapping_version as "mappingVersion", records_per_second as "recordsPerSecond", state, position, done, skipped,
  total, attempts, failure, actor, started_at as "startedAt", working_since as "workingSince", worked_ms as "workedMs",
  finished_at as "finishedAt", next_at as "nextAt"`;

/** A backfill that is asked for. */
export type NewBackfill = Pick<
  Backfill,
  | 'connectionId'
  | 'stream'
  | 'entity'
  | 'direction'
  | 'selection'
  | 'changedSince'
  | 'changedUntil'
  | 'mappingVersion'
  | 'recordsPerSecond'
  | 'actor'
> & { readonly nativeIds?: readonly string[]; readonly recordIds?: readonly string[] };

const INSERT = {
  name: 'insert-backfill',
  text: `
insert into backfill (connection_id, stream, entity, direction, selection, changed_since, changed_until, mapping_version, records_per_second, actor,
  started_at, working_since, total)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11,
  case when $5 in ('native-ids', 'records') then $12::int
       when $5 = 'mapping-version' then (select count(*) from record r join replica p on p.record_id = r.id and p.connection_id = $1 and p.stream = $2
         where r.entity = $3 and r.mapping_version = $8 and p.native_id is not null)
       when $5 = 'all' then nullif((select count(*) from replica p where p.connection_id = $1 and p.stream = $2 and p.native_id is not null), 0) end)
on conflict do nothing
returning ${COLUMNS}`,
};

const ITEMS = {
  name: 'insert-backfill-items',
  text: `
insert into backfill_item (backfill_id, seq, native_id, record_id)
select $1, t.seq, t.native_id, t.record_id from unnest($2::text[], $3::uuid[]) with ordinality as t(native_id, record_id, seq)`,
};

/** Stores a backfill with its list; undefined = one that reads this stream is under way already. */
export async function insertBackfill(sql: Sql, now: Date, order: NewBackfill): Promise<Backfill | undefined> {
  const items = order.nativeIds ?? order.recordIds ?? [];
  const [row] = await sql.run<Backfill>(INSERT, [
    order.connectionId,
    order.stream,
    order.entity,
    order.direction,
    order.selection,
    order.changedSince,
    order.changedUntil,
    order.mappingVersion,
    order.recordsPerSecond,
    order.actor,
    now,
    items.length,
  ]);
  if (!row || items.length === 0) return row;
  await sql.run(ITEMS, [
    row.id,
    items.map((id) => (order.nativeIds ? id : null)),
    items.map((id) => (order.nativeIds ? null : id)),
  ]);
  return row;
}

/** Backfills, newest first. */
export async function listBackfills(
  sql: Sql,
  filter: { readonly id?: number; readonly connectionId?: string; readonly stream?: string; readonly state?: string },
  page: Page<string>,
): Promise<Backfill[]> {
  const selection = new Selection('list-backfills')
    .where('id', 'id = ?::int', filter.id)
    .where('connection', 'connection_id = ?', filter.connectionId)
    .where('stream', 'stream = ?', filter.stream)
    .where('state', 'state = ?', filter.state)
    .where('after', 'id < ?::int', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<Backfill>(
    sql,
    (condition) => `select ${COLUMNS} from backfill where ${condition} order by backfill.id desc limit ${limit}`,
  );
}

const CLAIM = {
  name: 'claim-backfill',
  text: `
update backfill set lease_token = $1, lease_until = clock_timestamp() + make_interval(secs => $3)
where id = (select b.id from backfill b join connection c on c.id = b.connection_id and c.state = 'active'
  where b.state = 'running' and (b.next_at is null or b.next_at <= $2) and (b.lease_until is null or b.lease_until < clock_timestamp())
    and b.connection_id <> all($4::text[])
  order by b.next_at nulls first, b.id limit 1 for update of b skip locked)
returning ${COLUMNS}`,
};

/** Takes a backfill that may go on now; a process that dies with it loses it after the lease. */
export async function claimBackfill(
  sql: Sql,
  claim: { readonly now: Date; readonly token: string; readonly leaseSeconds: number; readonly not: readonly string[] },
): Promise<Backfill | undefined> {
  return (await sql.run<Backfill>(CLAIM, [claim.token, claim.now, claim.leaseSeconds, claim.not]))[0];
}

const ADVANCE = {
  name: 'advance-backfill',
  text: `
update backfill set position = coalesce($3, position), done = done + $4, skipped = skipped + $5, next_at = $6, attempts = 0, failure = null,
  total = case when total < done + $4 then done + $4 else total end, lease_until = clock_timestamp() + make_interval(secs => $7)
where id = $1 and lease_token = $2 and state = 'running' returning 1 as held`,
};

/** Notes what a step did, in its transaction; false = it was paused, cancelled, or taken by another process: then the step must not count. */
export async function advanceBackfill(
  sql: Sql,
  id: number,
  step: {
    readonly token: string;
    readonly position?: string;
    readonly done: number;
    readonly skipped: number;
    readonly nextAt: Date | null;
    readonly leaseSeconds: number;
  },
): Promise<boolean> {
  const { token, position = null, done, skipped, nextAt, leaseSeconds } = step;
  return (await sql.run(ADVANCE, [id, token, position, done, skipped, nextAt, leaseSeconds])).length > 0;
}

const RELEASE = {
  name: 'release-backfill',
  text: `update backfill set lease_token = null, lease_until = null where id = $1 and lease_token = $2`,
};

/** Lets another process go on with it. */
export async function releaseBackfill(sql: Sql, id: number, token: string): Promise<void> {
  await sql.run(RELEASE, [id, token]);
}

const END = {
  name: 'end-backfill',
  text: `
update backfill set state = $3, finished_at = $4, lease_token = null, lease_until = null, next_at = null,
  worked_ms = worked_ms + greatest(0, extract(epoch from $4 - working_since) * 1000)::bigint
where id = $1 and lease_token = $2 and state = 'running'`,
};

/** It came to its end. */
export async function endBackfill(
  sql: Sql,
  id: number,
  end: { readonly token: string; readonly state: 'done'; readonly now: Date },
): Promise<void> {
  await sql.run(END, [id, end.token, end.state, end.now]);
}

const FAIL = {
  name: 'fail-backfill',
  text: `
update backfill set attempts = attempts + 1, failure = $3::jsonb, next_at = $4, lease_token = null, lease_until = null,
  state = case when attempts + 1 >= $5 then 'failed' else state end, finished_at = case when attempts + 1 >= $5 then $6 end
where id = $1 and lease_token = $2 and state = 'running'`,
};

/** A step failed: again at `nextAt`, or given up after `mostAttempts` in a row. */
export async function failBackfill(
  sql: Sql,
  id: number,
  fail: {
    readonly token: string;
    readonly failure: object;
    readonly nextAt: Date;
    readonly mostAttempts: number;
    readonly now: Date;
  },
): Promise<void> {
  await sql.run(FAIL, [id, fail.token, JSON.stringify(fail.failure), fail.nextAt, fail.mostAttempts, fail.now]);
}

const STEER = {
  name: 'steer-backfill',
  text: `
update backfill set state = $2,
  worked_ms = case when state = 'running' then worked_ms + greatest(0, extract(epoch from $3::timestamptz - working_since) * 1000)::bigint else worked_ms end,
  working_since = $3, finished_at = case when $2 = 'cancelled' then $3 end, next_at = null, attempts = 0,
  failure = case when $2 = 'running' then null else failure end
where id = $1 and state = any($4::text[]) returning ${COLUMNS}`,
};

const FROM = {
  paused: ['running'],
  running: ['paused', 'failed'],
  cancelled: ['running', 'paused', 'failed'],
} as const;

/** Pauses, resumes or cancels it; undefined = it is not in a state for that. What it did holds. */
export async function steerBackfill(
  sql: Sql,
  now: Date,
  id: number,
  state: 'paused' | 'running' | 'cancelled',
): Promise<Backfill | undefined> {
  return (await sql.run<Backfill>(STEER, [id, state, now, FROM[state]]))[0];
}

const FORGET_CURSOR = {
  name: 'forget-backfill-cursor',
  text: `delete from cursor where connection_id = $1 and stream = $2 and purpose = 'backfill'`,
};

/** The next full read of the stream begins at the start. */
export async function forgetBackfillCursor(sql: Sql, connectionId: string, stream: string): Promise<void> {
  await sql.run(FORGET_CURSOR, [connectionId, stream]);
}

const OPEN = {
  name: 'count-open-backfill-work',
  text: `
select (select count(*) from change where connection_id = $1 and stream = $2 and state = 'fetch' and lane = 2)
  + (select count(*) from change where entity = $3 and connection_id = $1 and stream = $2 and state = 'pending' and lane = 2)
  + (select count(*) from replica where connection_id = $1 and stream = $2 and state = 'pending' and lane = 2) as open`,
};

/** How much of what backfills of the stream set off is not done: fetches, merges and deliveries in their lane. */
export async function countOpenBackfillWork(
  sql: Sql,
  { connectionId, stream, entity }: { readonly connectionId: string; readonly stream: string; readonly entity: string },
): Promise<number> {
  return Number((await sql.run<{ open: string }>(OPEN, [connectionId, stream, entity]))[0]?.open ?? 0);
}
