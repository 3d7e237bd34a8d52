import { Selection } from '../admin/selection.js';
import type { Page } from '../admin/selection.js';
import type { Sql } from '../database.js';

/** What is compared, why, and what is to become of it. */
export interface NewReconcileRun {
  readonly flowId: string | null;
  /** Null = all streams of the flow. */
  readonly connectionId: string | null;
  readonly stream: string | null;
  /** `plan` only says what differs; `repair` puts it right at once. */
  readonly mode: 'plan' | 'repair';
  readonly cause: 'asked' | 'schedule' | 'outage';
  readonly actor: string;
}

/** A comparison of both sides. */
export interface StoredReconcileRun extends NewReconcileRun {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly repairState: 'none' | 'running' | 'done' | 'failed';
  readonly counts: Record<string, unknown>;
  readonly repairCounts: Record<string, unknown>;
  readonly failure: Record<string, unknown> | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly repairedAt: Date | null;
}

const START = {
  name: 'start-reconcile-run',
  text: `
insert into reconcile_run (flow_id, connection_id, stream, mode, automatic, cause, actor, state, started_at, alive_at)
values ($1, $2, $3, $4, $5 <> 'asked', $5, $6, 'running', $7, clock_timestamp()) returning id::text`,
};

/** Stores the start of a comparison and gives its id. */
export async function startReconcileRun(sql: Sql, now: Date, run: NewReconcileRun): Promise<string> {
  const { flowId, connectionId, stream, mode, cause, actor } = run;
  const rows = await sql.run<{ id: string }>(START, [flowId, connectionId, stream, mode, cause, actor, now]);
  return rows[0]?.id ?? '';
}

const ALIVE = {
  name: 'keep-reconcile-run',
  text: `update reconcile_run set alive_at = clock_timestamp(), counts = $2::jsonb where id = $1::bigint`,
};

/** Says that a run is still at work, and how far it came. */
export async function keepReconcileRun(sql: Sql, id: string, counts: object): Promise<void> {
  await sql.run(ALIVE, [id, JSON.stringify(counts)]);
}

const FINISH = {
  name: 'finish-reconcile-run',
  text: `update reconcile_run set state = $2, counts = $3::jsonb, failure = $4::jsonb, finished_at = $5 where id = $1::bigint`,
};

/** Stores what a comparison found. */
export async function finishReconcileRun(
  sql: Sql,
  id: string,
  end: {
    readonly state: 'done' | 'failed';
    readonly counts: object;
    readonly failure: object | undefined;
    readonly now: Date;
  },
): Promise<void> {
  const failure = end.failure === undefined ? null : JSON.stringify(end.failure);
  await sql.run(FINISH, [id, end.state, JSON.stringify(end.counts), failure, end.now]);
}

const BEGIN_REPAIR = {
  name: 'begin-repair',
  text: `
update reconcile_run set repair_state = 'running', alive_at = clock_timestamp()
where id = $1::bigint and state = 'done' and repair_state in ('none', 'failed') returning id`,
};

/** Takes the right to repair by a run's plan; false = it is not done, or was repaired or is being repaired. */
export async function beginRepair(sql: Sql, id: string): Promise<boolean> {
  return (await sql.run(BEGIN_REPAIR, [id])).length > 0;
}

const END_REPAIR = {
  name: 'end-repair',
  text: `update reconcile_run set repair_state = $2, repair_counts = $3::jsonb, repaired_at = $4 where id = $1::bigint`,
};

/** Stores what a repair did. */
export async function endRepair(
  sql: Sql,
  id: string,
  end: { readonly state: 'done' | 'failed'; readonly counts: object; readonly now: Date },
): Promise<void> {
  await sql.run(END_REPAIR, [id, end.state, JSON.stringify(end.counts), end.now]);
}

const ORPHANS = {
  name: 'fail-orphaned-runs',
  text: `
update reconcile_run set finished_at = coalesce(finished_at, $1), failure = $2::jsonb,
  state = case when state = 'running' then 'failed' else state end,
  repair_state = case when repair_state = 'running' then 'failed' else repair_state end
where (state = 'running' or repair_state = 'running') and alive_at < clock_timestamp() - interval '5 minutes'`,
};

/** Ends runs whose process died. What they had put right stays right; a plan can be repaired by again. */
export async function failOrphanedRuns(sql: Sql, now: Date): Promise<void> {
  const message = { en: 'The process that compared ended.', zh: '执行对账的进程已结束。' };
  await sql.run(ORPHANS, [now, JSON.stringify({ code: 'reconcile.interrupted', message })]);
}

const FORGET = {
  name: 'forget-old-runs',
  text: `
delete from reconcile_run where finished_at < $1 and repair_state <> 'running' and id not in (select run_id from reconcile_stream where run_id is not null)`,
};

/** Forgets runs, with their differences, that ended before a moment and are no stream's newest. */
export async function forgetOldRuns(sql: Sql, before: Date): Promise<void> {
  await sql.run(FORGET, [before]);
}

/** Runs, newest first. */
export async function listReconcileRuns(
  sql: Sql,
  filter: {
    readonly id?: string;
    readonly flowId?: string;
    readonly connectionId?: string;
    readonly stream?: string;
  },
  page: Page<string>,
): Promise<StoredReconcileRun[]> {
  const selection = new Selection('list-reconcile-runs')
    .where('id', 'id = ?::bigint', filter.id)
    .where('flow', 'flow_id = ?', filter.flowId)
    .where('connection', 'connection_id = ?', filter.connectionId)
    .where('stream', 'stream = ?', filter.stream)
    .where('after', 'id < ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<StoredReconcileRun>(
    sql,
    (condition) => `
select id::text, flow_id as "flowId", connection_id as "connectionId", stream, mode, cause, actor, state, repair_state as "repairState", counts,
  repair_counts as "repairCounts", failure, started_at as "startedAt", finished_at as "finishedAt", repaired_at as "repairedAt"
from reconcile_run where ${condition} order by reconcile_run.id desc limit ${limit}`,
  );
}
