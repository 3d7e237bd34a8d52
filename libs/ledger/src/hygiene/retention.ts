import type { Database, Sql } from '../database.js';
import { forgetNativeImages } from '../mappings/native-images.js';
import { listPartitions, partitionedTables } from './partitions.js';
import type { PartitionedTable } from './partitions.js';

/** How long what grows with every event is kept. Records, their versions and what is still open are kept for ever. */
export interface Retention {
  /** Days after which a settled change is forgotten. */
  readonly changeDays: number;
  /** Days after which a try of a delivery is forgotten. */
  readonly attemptDays: number;
  /** Days after which the payload of a settled change and the calls of a try are dropped; what came of them stays. */
  readonly payloadDays: number;
}

/** What a round of hygiene did. */
export interface HygieneReport {
  readonly droppedPartitions: readonly string[];
  readonly deletedRows: number;
  readonly clearedPayloads: number;
}

const DAY_MS = 86_400_000;
const BATCH = 5_000;
const SETTLED = `('merged', 'unchanged', 'stale', 'ignored')`;
const TIME: { readonly [table in PartitionedTable]: string } = { change: 'received_at', attempt: 'at' };
const CLOSED: { readonly [table in PartitionedTable]: string } = { change: `state in ${SETTLED}`, attempt: 'true' };
const LOCK = { name: 'lock-hygiene', text: `select pg_try_advisory_xact_lock(hashtext('isthmus:hygiene')) as mine` };

/**
 * Forgets what is older than it is to be kept: whole partitions where nothing in them is open, else their settled rows in batches; and
 * drops old payloads, and what was kept to undo publications of mappings that nobody can undo any more. Safe to run in several processes: one does it.
 */
export async function keepHygiene(database: Database, now: Date, retention: Retention): Promise<HygieneReport> {
  const report = { droppedPartitions: [] as string[], deletedRows: 0, clearedPayloads: 0 };
  for (const table of partitionedTables) {
    const days = table === 'change' ? retention.changeDays : retention.attemptDays;
    const before = new Date(now.getTime() - days * DAY_MS);
    report.droppedPartitions.push(...(await dropOld(database, table, before)));
    report.deletedRows += await untilNone(() => deleteOld(database, table, before));
    const unpaid = new Date(now.getTime() - retention.payloadDays * DAY_MS);
    report.clearedPayloads += await untilNone(() => clearPayloads(database, table, unpaid));
  }
  await forgetNativeImages(database);
  return report;
}

async function untilNone(step: () => Promise<{ rows: number; more: boolean }>): Promise<number> {
  let total = 0;
  for (;;) {
    const { rows, more } = await step();
    total += rows;
    if (!more) return total;
  }
}

async function alone<Result>(
  database: Database,
  otherwise: Result,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  return database.transaction(async (sql) => {
    const [lock] = await sql.run<{ mine: boolean }>(LOCK, []);
    return lock?.mine === true ? work(sql) : otherwise;
  });
}

async function dropOld(database: Database, table: PartitionedTable, before: Date): Promise<string[]> {
  const old = (await listPartitions(database, table)).filter(({ endsAt }) => endsAt <= before);
  const dropped: string[] = [];
  for (const { name } of old) {
    const gone = await alone(database, false, async (sql) => {
      const open = {
        name: `open-in-${name}`,
        text: `select 1 as open from ${name} where not (${CLOSED[table]}) limit 1`,
      };
      if ((await sql.run(open, [])).length > 0) return false;
      await sql.run({ name: `drop-${name}`, text: `drop table ${name}` }, []);
      return true;
    });
    if (gone) dropped.push(name);
  }
  return dropped;
}

async function deleteOld(
  database: Database,
  table: PartitionedTable,
  before: Date,
): Promise<{ rows: number; more: boolean }> {
  const statement = {
    name: `delete-old-${table}`,
    text: `
delete from ${table} t using (select id, ${TIME[table]} as at from ${table} where ${TIME[table]} < $1 and ${CLOSED[table]} limit ${BATCH}) old
where t.id = old.id and t.${TIME[table]} = old.at returning 1 as gone`,
  };
  const rows = await alone(database, 0, async (sql) => (await sql.run(statement, [before])).length);
  return { rows, more: rows === BATCH };
}

const CLEAR: { readonly [table in PartitionedTable]: string } = {
  change: `update change c set raw = null from batch b where c.id = b.id and c.received_at = b.at and c.raw is not null and c.state in ${SETTLED}`,
  attempt: `update attempt c set calls = null from batch b where c.id = b.id and c.at = b.at and c.calls is not null`,
};

/** Goes through the table once, in the order of its ids; the mark says how far it is. */
async function clearPayloads(
  database: Database,
  table: PartitionedTable,
  before: Date,
): Promise<{ rows: number; more: boolean }> {
  const statement = {
    name: `clear-payloads-${table}`,
    text: `
with mark as (
  select coalesce(max(up_to), 0) as up_to from hygiene_mark where name = '${table}'
), batch as (
  select id, ${TIME[table]} as at from ${table} where id > (select up_to from mark) and ${TIME[table]} < $1 order by id limit ${BATCH}
), cleared as (
  ${CLEAR[table]} returning 1
), moved as (
  insert into hygiene_mark (name, up_to) select '${table}', max(id) from batch having count(*) > 0
  on conflict (name) do update set up_to = excluded.up_to
)
select (select count(*) from batch)::int as seen, (select count(*) from cleared)::int as cleared`,
  };
  const [result] = await alone(database, [], (sql) => sql.run<{ seen: number; cleared: number }>(statement, [before]));
  return { rows: result?.cleared ?? 0, more: result?.seen === BATCH };
}
