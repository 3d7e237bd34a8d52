import type { Database, Sql } from '../database.js';

/** The tables that grow with every event, one partition for each month (UTC). */
export const partitionedTables = ['change', 'attempt'] as const;

/** One of the growing tables. */
export type PartitionedTable = (typeof partitionedTables)[number];

const OPTIONS: { readonly [table in PartitionedTable]: string } = { change: ' with (fillfactor = 80)', attempt: '' };
const LOCK = { name: 'lock-partitions', text: `select pg_advisory_xact_lock(hashtext('isthmus:partitions'))` };
const PATIENCE = { name: 'partition-patience', text: `select set_config('lock_timeout', '2s', true)` };
const EXISTS = { name: 'find-partition', text: `select 1 as found where to_regclass($1) is not null` };
/** The default partition holds rows of that month already: they stay there. Or a long transaction is in the way: the next round tries again. */
const NOT_NOW = new Set(['23514', '55P03']);

/** First instant of a month, `ahead` months after the one that `now` lies in (UTC). */
export function monthStart(now: Date, ahead = 0): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
}

/** Name of the partition of the month that `start` begins. */
export function partitionName(table: PartitionedTable, start: Date): string {
  return `${table}_${start.toISOString().slice(0, 7).replace('-', '')}`;
}

/**
 * Makes the partitions of this month and the next where they are missing. What lies in no partition is kept in the default one, so nothing
 * depends on this being on time.
 */
export async function ensurePartitions(database: Database, now: Date): Promise<void> {
  for (const table of partitionedTables) {
    for (const ahead of [0, 1]) {
      try {
        await database.transaction((sql) => create(sql, table, monthStart(now, ahead), monthStart(now, ahead + 1)));
      } catch (error) {
        if (!NOT_NOW.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
  }
}

async function create(sql: Sql, table: PartitionedTable, from: Date, to: Date): Promise<void> {
  const name = partitionName(table, from);
  await sql.run(LOCK, []);
  if ((await sql.run(EXISTS, [name])).length > 0) return;
  await sql.run(PATIENCE, []);
  const text = `create table ${name} partition of ${table} for values from ('${from.toISOString()}') to ('${to.toISOString()}')${OPTIONS[table]}`;
  await sql.run({ name: `create-${name}`, text }, []);
}

const LIST = {
  name: 'list-partitions',
  text: `
select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass($1) order by c.relname`,
};

/** A partition that ends at some time; the default partition never does. */
export interface MonthPartition {
  readonly name: string;
  readonly endsAt: Date;
}

/** The month partitions of a table, the oldest first. */
export async function listPartitions(sql: Sql, table: PartitionedTable): Promise<MonthPartition[]> {
  const rows = await sql.run<{ name: string; bound: string }>(LIST, [table]);
  return rows.flatMap(({ name, bound }) => {
    const end = /TO \('([^']+)'\)/.exec(bound)?.[1];
    return end === undefined ? [] : [{ name, endsAt: new Date(end) }];
  });
}
