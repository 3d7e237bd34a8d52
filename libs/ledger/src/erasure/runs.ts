import type { Sql } from '../database.js';
import { SteppedRuns } from '../stepped-runs.js';

/** How many rows of what an erasure went through. */
export type ErasureCounts = { readonly [what: string]: number };

/** The erasure of one person: done in steps, each a transaction that ends with how far it came. Holds nothing of the person. */
export interface ErasureRun {
  readonly id: number;
  /** The record that stays as a stub. */
  readonly recordId: string;
  readonly entity: string;
  readonly state: 'running' | 'done' | 'failed';
  /** `collect`: the person is erased, documents are looked for; `documents`: they are gone through; `settle`: what was in flight is. */
  readonly phase: 'collect' | 'documents' | 'settle';
  readonly position: string | null;
  readonly counts: ErasureCounts;
  readonly reason: string;
  readonly actor: string;
  readonly failure: Record<string, unknown> | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
}

const COLUMNS = `id, record_id as "recordId", entity, state, phase, position::text, counts, reason, actor, failure, started_at as "startedAt",
  finished_at as "finishedAt", lifted_at as "liftedAt", lifted_by as "liftedBy"`;

/** Erasures as they are read and taken, step by step. */
export const erasureRuns = new SteppedRuns<ErasureRun>('erasure', COLUMNS);

const INSERT = {
  name: 'insert-erasure',
  text: `
insert into erasure (record_id, entity, counts, reason, actor, started_at, stepped_at, erased_xid)
values ($1, $2, $3::jsonb, $4, $5, $6, $6, pg_current_xact_id()) returning ${COLUMNS}`,
};

/** Stores an erasure; in the transaction that erases the person. */
export async function insertErasure(
  sql: Sql,
  now: Date,
  run: Pick<ErasureRun, 'recordId' | 'entity' | 'counts' | 'reason' | 'actor'>,
): Promise<ErasureRun> {
  const { recordId, entity, counts, reason, actor } = run;
  const values = [recordId, entity, JSON.stringify(counts), reason, actor, now];
  return (await sql.run<ErasureRun>(INSERT, values))[0] as ErasureRun;
}

const COUNTED = { name: 'count-erased', text: `update erasure set counts = $2::jsonb where id = $1` };

/** Keeps what an erasure has counted so far. */
export async function saveErasureCounts(sql: Sql, id: number, counts: ErasureCounts): Promise<void> {
  await sql.run(COUNTED, [id, JSON.stringify(counts)]);
}

const OF_RECORD = {
  name: 'erasure-of-record',
  text: `
select ${COLUMNS} from erasure where id = (select erasure_id from erased_record where record_id = $1 and part = 'person')`,
};

/** The erasure that a record went through as the person, or as part of it; undefined = none. */
export async function erasureOfRecord(sql: Sql, recordId: string): Promise<ErasureRun | undefined> {
  return (await sql.run<ErasureRun>(OF_RECORD, [recordId]))[0];
}

const LIST = {
  name: 'list-erasures',
  text: `select ${COLUMNS} from erasure where id < $1 order by erasure.id desc limit $2`,
};

/** Erasures, newest first. */
export async function listErasures(
  sql: Sql,
  page: { readonly limit: number; readonly below?: number },
): Promise<ErasureRun[]> {
  return sql.run<ErasureRun>(LIST, [page.below ?? 2_147_483_647, page.limit]);
}

const SAVE = {
  name: 'save-erasure',
  text: `
update erasure set phase = $2, position = $3::uuid, counts = $4::jsonb, state = $5, attempts = 0, failure = null, stepped_at = $6,
  finished_at = case when $5 = 'running' then null else $6::timestamptz end
where id = $1`,
};

/** Stores how far a step brought an erasure. */
export async function saveErasure(
  sql: Sql,
  now: Date,
  run: Pick<ErasureRun, 'id' | 'phase' | 'position' | 'counts' | 'state'>,
): Promise<void> {
  await sql.run(SAVE, [run.id, run.phase, run.position, JSON.stringify(run.counts), run.state, now]);
}

const RESUME = {
  name: 'resume-erasure',
  text: `update erasure set state = 'running', attempts = 0, finished_at = null where id = $1 and state = 'failed' returning id`,
};

/** Takes a failed erasure up again where it stands; false = it had not failed. */
export async function resumeErasure(sql: Sql, id: number): Promise<boolean> {
  return (await sql.run(RESUME, [id])).length > 0;
}

const REOPEN = {
  name: 'reopen-erasures',
  text: `update erasure set state = 'running', phase = 'documents', position = null, finished_at = null where id = any($1::int[]) and state = 'done'`,
};

/** Documents turned up that carry data of the person: the erasures that ended go on. */
export async function reopenErasures(sql: Sql, ids: readonly number[]): Promise<void> {
  await sql.run(REOPEN, [ids]);
}

/** Statements end after a minute (`Database.open`): nobody else who began before the erasure can still be writing. */
const LONGEST = '90 seconds';

const OLDER = {
  name: 'older-writers-than-erasure',
  text: `
select 1 as older from erasure e join pg_stat_activity a on a.datname = current_database() and a.pid <> pg_backend_pid()
  and a.backend_type = 'client backend' and a.backend_xmin is not null and age(a.backend_xmin) >= age(e.erased_xid::xid)
where e.id = $1 and e.started_at > $2::timestamptz - interval '${LONGEST}' limit 1`,
};

/** Whether a statement may still be running that began before the person was erased, and so may write what it read then. */
export async function hasOlderWriters(sql: Sql, id: number, now: Date): Promise<boolean> {
  return (await sql.run(OLDER, [id, now])).length > 0;
}
