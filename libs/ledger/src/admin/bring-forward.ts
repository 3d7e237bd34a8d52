import type { Sql } from '../database.js';

const REPLICAS = {
  name: 'bring-replicas-forward',
  text: `update replica set due_at = greatest($1, due_at - make_interval(secs => $2)) where state = 'pending' and due_at > $1`,
};
const FETCHES = {
  name: 'bring-fetches-forward',
  text: `update change set due_at = greatest($1, due_at - make_interval(secs => $2)) where state = 'fetch' and due_at > $1`,
};
const READS = {
  name: 'bring-reads-forward',
  text: `update cursor set next_at = greatest($1, next_at - make_interval(secs => $2)) where next_at > $1`,
};
const BACKFILLS = {
  name: 'bring-backfills-forward',
  text: `update backfill set next_at = greatest($1, next_at - make_interval(secs => $2)) where state = 'running' and next_at > $1`,
};

/**
 * The clock was set back: what was put off by the clock as it was is due so much sooner, and nothing of it in the past (FAULTS F30).
 * May be called by several processes for the same jump: then some of it is due earlier than it was meant, never later. How long a far side
 * wants to be left alone is kept by the rate bucket, on the clock of the database.
 */
export async function bringForward(sql: Sql, now: Date, bySeconds: number): Promise<void> {
  for (const statement of [REPLICAS, FETCHES, READS, BACKFILLS]) await sql.run(statement, [now, bySeconds]);
}
