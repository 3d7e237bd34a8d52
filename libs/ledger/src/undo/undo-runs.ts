import type { Sql } from '../database.js';
import { SteppedRuns } from '../stepped-runs.js';

/**
 * What one batch was: the changes of a connection (of a stream, an origin such as `file` or `backfill`, a time of receipt, a mapping
 * version), the edits of one author, or what an earlier undo did. Members that are given must all fit.
 */
export interface UndoBatch {
  readonly connection?: string;
  readonly stream?: string;
  readonly origin?: string;
  /** Number of the mapping version that the changes went through. */
  readonly mappingVersion?: number;
  /** Author of edits in the hub, for example `api:<key name>`. */
  readonly actor?: string;
  /** Number of an undo run. */
  readonly undo?: number;
  /** Time of receipt or edit, RFC 3339; `from` included, `to` not. */
  readonly from?: string;
  readonly to?: string;
}

/** A pass over the records of a batch that takes back what it did, in steps, each a transaction that ends with how far it came. */
export interface UndoRun {
  readonly id: number;
  readonly batch: UndoBatch;
  /** True = only finds out what would be taken back. */
  readonly dryRun: boolean;
  /** What becomes of records that the batch made. */
  readonly created: 'keep' | 'archive';
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** The last record that is done; null = it has not begun. */
  readonly position: string | null;
  readonly report: Record<string, unknown>;
  /** Steps in a row that failed. */
  readonly attempts: number;
  readonly failure: Record<string, unknown> | null;
  readonly actor: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, batch, dry_run as "dryRun", created, state, position::text, report, attempts, failure, actor,
  started_at as "startedAt", finished_at as "finishedAt"`;

/** Undo runs as they are read and taken, step by step. */
export const undoRuns = new SteppedRuns<UndoRun>('undo_run', COLUMNS);

const INSERT = {
  name: 'insert-undo-run',
  text: `
insert into undo_run (batch, dry_run, created, report, actor, started_at) values ($1::jsonb, $2, $3, $4::jsonb, $5, $6) returning ${COLUMNS}`,
};

/** Stores a run; nothing is taken back yet. */
export async function insertUndoRun(
  sql: Sql,
  now: Date,
  run: Pick<UndoRun, 'batch' | 'dryRun' | 'created' | 'report' | 'actor'>,
): Promise<UndoRun> {
  const { batch, dryRun, created, report, actor } = run;
  const values = [JSON.stringify(batch), dryRun, created, JSON.stringify(report), actor, now];
  return (await sql.run<UndoRun>(INSERT, values))[0] as UndoRun;
}

const LIST = {
  name: 'list-undo-runs',
  text: `select ${COLUMNS} from undo_run where id < $1 order by undo_run.id desc limit $2`,
};

/** Runs, newest first. */
export async function listUndoRuns(
  sql: Sql,
  page: { readonly limit: number; readonly below?: number },
): Promise<UndoRun[]> {
  return sql.run<UndoRun>(LIST, [page.below ?? 2_147_483_647, page.limit]);
}

const SAVE = {
  name: 'save-undo-run',
  text: `
update undo_run set position = $2::uuid, report = $3::jsonb, state = $4, attempts = 0, failure = null, stepped_at = $5,
  finished_at = case when $4 = 'running' then null else $5::timestamptz end
where id = $1`,
};

/** Stores how far a step brought a run. */
export async function saveUndoRun(
  sql: Sql,
  now: Date,
  run: Pick<UndoRun, 'id' | 'position' | 'report'> & { readonly state: 'running' | 'done' },
): Promise<void> {
  await sql.run(SAVE, [run.id, run.position, JSON.stringify(run.report), run.state, now]);
}

const CANCEL = {
  name: 'cancel-undo-run',
  text: `update undo_run set state = 'cancelled', finished_at = $2 where id = $1 and state = 'running' returning id`,
};

/** Ends a run where it stands; false = it had ended. */
export async function cancelUndoRun(sql: Sql, now: Date, id: number): Promise<boolean> {
  return (await sql.run(CANCEL, [id, now])).length > 0;
}
