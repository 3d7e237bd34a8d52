import type { Sql } from '../database.js';

/** The state of an entity's merge: an open run that nobody holds means that a process died in the middle of a batch. */
export interface MergeRun {
  readonly isOpen: boolean;
  readonly batchLimit: number;
  readonly crashes: number;
}

const LOCK = { name: 'lock-merge', text: `select pg_advisory_xact_lock(hashtext('isthmus:merge'), hashtext($1))` };
const READ = {
  name: 'read-merge-run',
  text: `select is_open as "isOpen", batch_limit as "batchLimit", crashes from merge_run where entity = $1`,
};
const WRITE = {
  name: 'write-merge-run',
  text: `
insert into merge_run (entity, is_open, batch_limit, crashes) values ($1, $2, $3, $4)
on conflict (entity) do update set is_open = excluded.is_open, batch_limit = excluded.batch_limit, crashes = excluded.crashes`,
};

/**
 * Makes this transaction the only one that merges the entity. One merger at a time per entity means that two systems that create the
 * same customer at once cannot create two records (docs/decisions/0003-one-merger-per-entity.md). Freed by commit, rollback or death.
 */
export async function lockMerge(sql: Sql, entity: string): Promise<void> {
  await sql.run(LOCK, [entity]);
}

/** The entity's merge state; a fresh one where none was stored. */
export async function readMergeRun(sql: Sql, entity: string): Promise<MergeRun | undefined> {
  return (await sql.run<{ isOpen: boolean; batchLimit: number; crashes: number }>(READ, [entity]))[0];
}

/** Stores the entity's merge state. Opening it is committed before the batch, closing it with the batch. */
export async function writeMergeRun(sql: Sql, entity: string, run: MergeRun): Promise<void> {
  await sql.run(WRITE, [entity, run.isOpen, run.batchLimit, run.crashes]);
}
