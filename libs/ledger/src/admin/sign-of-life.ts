import type { Database, Sql } from '../database.js';

const SIGN = {
  name: 'sign-of-life',
  text: `
insert into hygiene_mark (name, up_to) values ('alive', extract(epoch from clock_timestamp())::bigint)
on conflict (name) do update set up_to = excluded.up_to`,
};

/** Notes that a hub works on this ledger, by the clock of the database. */
export async function giveSignOfLife(sql: Sql): Promise<void> {
  await sql.run(SIGN, []);
}

const LAST = {
  name: 'last-sign-of-life',
  text: `select extract(epoch from clock_timestamp())::bigint - up_to as "awaySeconds" from hygiene_mark where name = 'alive' for update`,
};
const READ_FIRST = {
  name: 'read-before-creating',
  text: `update cursor set finished_at = null, next_at = null where purpose = 'changes' and state <> 'stopped' and finished_at is not null`,
};

/**
 * Says how long no hub has worked on this ledger, at the start of one. After more than `patienceSeconds` every stream is to be read up to now
 * before anything is created in its system: the ledger may be a backup that was put back, which does not know what it wrote since (FAULTS F48).
 * Of several processes that start at once, one finds it.
 *
 * @returns seconds since the last sign of life; 0 = another process works, this is the first start, or it was a short break
 */
export async function noteStart(database: Database, patienceSeconds: number): Promise<number> {
  return database.transaction(async (sql) => {
    const [last] = await sql.run<{ awaySeconds: string }>(LAST, []);
    const awaySeconds = Number(last?.awaySeconds ?? 0);
    await giveSignOfLife(sql);
    if (awaySeconds <= patienceSeconds) return 0;
    await sql.run(READ_FIRST, []);
    return awaySeconds;
  });
}
