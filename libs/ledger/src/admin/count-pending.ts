import type { Sql } from '../database.js';

const COUNT = {
  name: 'count-pending-changes',
  text: `select count(*)::int as pending from change where entity = $1 and state = 'pending'`,
};

/** How many changes of an entity wait to be merged. */
export async function countPendingChanges(sql: Sql, entity: string): Promise<number> {
  return (await sql.run<{ pending: number }>(COUNT, [entity]))[0]?.pending ?? 0;
}
