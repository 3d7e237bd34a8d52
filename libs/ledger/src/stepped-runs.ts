import type { Sql, Statement } from './database.js';

/** After so many failed steps in a row a run ends as failed. What earlier steps did holds. */
const MOST_ATTEMPTS = 5;

/**
 * A table of runs that are done in steps, each a transaction that ends with how far it came: a process that dies loses one step, and the next
 * one of any process goes on. The table has `id`, `state` (`running` until its end), `attempts`, `failure`, `stepped_at` and `finished_at`.
 */
export class SteppedRuns<Run extends { readonly state: string }> {
  private readonly byId: Statement;
  private readonly running: Statement;
  private readonly claim: Statement;
  private readonly failed: Statement;

  /** @param columns what a run is read as, with the names of its members */
  constructor(table: 'erasure' | 'mapping_run' | 'undo_run', columns: string) {
    this.byId = { name: `read-${table}`, text: `select ${columns} from ${table} where id = $1` };
    this.running = {
      name: `find-running-${table}`,
      text: `select id from ${table} where state = 'running' order by id limit 20`,
    };
    this.claim = {
      name: `claim-${table}`,
      text: `select ${columns} from ${table} where id = $1 and state = 'running' for update skip locked`,
    };
    this.failed = {
      name: `fail-${table}`,
      text: `
update ${table} set attempts = attempts + 1, failure = $2::jsonb, stepped_at = $3,
  state = case when attempts + 1 >= ${MOST_ATTEMPTS} then 'failed' else state end,
  finished_at = case when attempts + 1 >= ${MOST_ATTEMPTS} then $3::timestamptz end
where id = $1 and state = 'running'`,
    };
  }

  /** One run. */
  async read(sql: Sql, id: number): Promise<Run | undefined> {
    return (await sql.run<Run>(this.byId, [id]))[0];
  }

  /** Runs that are not at their end. */
  async findRunning(sql: Sql): Promise<number[]> {
    return (await sql.run<{ id: number }>(this.running, [])).map((row) => row.id);
  }

  /** Takes a run for one step of this transaction; `waits` = somebody else is at it. */
  async take(sql: Sql, id: number): Promise<Run | 'waits' | 'ended'> {
    const [run] = await sql.run<Run>(this.claim, [id]);
    if (run) return run;
    return (await this.read(sql, id))?.state === 'running' ? 'waits' : 'ended';
  }

  /** Notes that a step failed; after five in a row the run ends as failed. */
  async fail(sql: Sql, now: Date, id: number, failure: object): Promise<void> {
    await sql.run(this.failed, [id, JSON.stringify(failure), now]);
  }
}
