import type { Sql } from '../database.js';

const PLAN = {
  name: 'plan-comparisons',
  text: `
insert into reconcile_stream as s (connection_id, stream, flow_id, due_at)
select * from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
on conflict (connection_id, stream) do update set flow_id = excluded.flow_id,
  due_at = case when excluded.due_at is null and s.due_cause = 'schedule' then null when s.due_at is null then excluded.due_at
    else least(s.due_at, coalesce(excluded.due_at, s.due_at)) end
where s.flow_id <> excluded.flow_id or (s.due_at is null) <> (excluded.due_at is null) or excluded.due_at < s.due_at`,
};

/** Has streams compared by the clock, no later than at the given moments; a stream without one is compared on demand only. */
export async function planComparisons(
  sql: Sql,
  streams: readonly {
    readonly connectionId: string;
    readonly stream: string;
    readonly flowId: string;
    readonly dueAt: Date | null;
  }[],
): Promise<void> {
  if (streams.length === 0) return;
  await sql.run(PLAN, [
    streams.map((row) => row.connectionId),
    streams.map((row) => row.stream),
    streams.map((row) => row.flowId),
    streams.map((row) => row.dueAt),
  ]);
}

const OUTAGE = {
  name: 'compare-after-outage',
  text: `
update reconcile_stream set due_at = least(due_at, $2), due_cause = 'outage' where connection_id = $1 and stream = any($3::text[]) and (due_at is null or due_at > $2)`,
};

/** Has streams of a connection compared soon: while it was away, things may have happened that nobody told. */
export async function compareAfterOutage(
  sql: Sql,
  connectionId: string,
  streams: readonly string[],
  at: Date,
): Promise<void> {
  if (streams.length > 0) await sql.run(OUTAGE, [connectionId, at, streams]);
}

const CLAIM = {
  name: 'claim-comparison',
  text: `
update reconcile_stream s set lease_until = clock_timestamp() + interval '2 minutes' from (
  select connection_id, stream from reconcile_stream
  where due_at <= $1 and (lease_until is null or lease_until < clock_timestamp()) and connection_id = any($2::text[])
  order by due_at limit 1 for update skip locked) d
where s.connection_id = d.connection_id and s.stream = d.stream
returning s.connection_id as "connectionId", s.stream, s.flow_id as "flowId", s.due_cause as "dueCause"`,
};

/** A comparison that is due. */
export interface DueComparison {
  readonly connectionId: string;
  readonly stream: string;
  readonly flowId: string;
  readonly dueCause: 'schedule' | 'outage';
}

/** Takes the next comparison that is due, of connections that can be read. */
export async function claimComparison(
  sql: Sql,
  now: Date,
  connectionIds: readonly string[],
): Promise<DueComparison | undefined> {
  return (await sql.run<DueComparison>(CLAIM, [now, connectionIds]))[0];
}

const HOLD = {
  name: 'hold-comparison',
  text: `update reconcile_stream set lease_until = clock_timestamp() + interval '2 minutes' where connection_id = $1 and stream = $2`,
};

/** Keeps a claimed comparison. */
export async function holdComparison(sql: Sql, connectionId: string, stream: string): Promise<void> {
  await sql.run(HOLD, [connectionId, stream]);
}

const RELEASE = {
  name: 'release-comparison',
  text: `update reconcile_stream set lease_until = null, due_at = $3, due_cause = 'schedule' where connection_id = $1 and stream = $2`,
};

/** Gives a claimed comparison back and says when the next one is due. */
export async function releaseComparison(
  sql: Sql,
  connectionId: string,
  stream: string,
  nextAt: Date | null,
): Promise<void> {
  await sql.run(RELEASE, [connectionId, stream, nextAt]);
}

/** How a stream stood when it was last compared. */
export interface StreamDrift {
  readonly connectionId: string;
  readonly stream: string;
  readonly flowId: string;
  readonly runId: string;
  readonly comparedAt: Date;
  readonly compared: number;
  /** Differences by cause. */
  readonly causes: { readonly [cause: string]: number };
}

const SAVE = {
  name: 'save-stream-drift',
  text: `
insert into reconcile_stream (connection_id, stream, flow_id, run_id, compared_at, compared, causes, score) values ($1, $2, $3, $4::bigint, $5, $6, $7::jsonb, $8)
on conflict (connection_id, stream) do update set run_id = excluded.run_id, compared_at = excluded.compared_at, compared = excluded.compared,
  causes = excluded.causes, score = excluded.score`,
};

/** Stores how a stream stands. */
export async function saveStreamDrift(sql: Sql, drift: StreamDrift & { readonly score: number }): Promise<void> {
  const { connectionId, stream, flowId, runId, comparedAt, compared, causes, score } = drift;
  await sql.run(SAVE, [connectionId, stream, flowId, runId, comparedAt, compared, JSON.stringify(causes), score]);
}

const DRIFT = {
  name: 'list-stream-drift',
  text: `
select connection_id as "connectionId", stream, flow_id as "flowId", run_id::text as "runId", compared_at as "comparedAt", compared, causes
from reconcile_stream where compared_at is not null order by connection_id, stream`,
};

/** How the streams stood when they were last compared. */
export async function listStreamDrift(sql: Sql): Promise<StreamDrift[]> {
  return sql.run<StreamDrift>(DRIFT, []);
}
