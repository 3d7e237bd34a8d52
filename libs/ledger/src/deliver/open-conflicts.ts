import type { Sql } from '../database.js';

const OPEN = {
  name: 'find-open-conflicts',
  text: `select distinct record_id as "recordId" from conflict where connection_id = $1 and state = 'open' and record_id = any($2::uuid[])`,
};

/** Which of the records have an undecided conflict with the connection: nothing is written over it meanwhile. */
export async function findOpenConflicts(
  sql: Sql,
  connectionId: string,
  recordIds: readonly string[],
): Promise<Set<string>> {
  if (recordIds.length === 0) return new Set();
  const rows = await sql.run<{ recordId: string }>(OPEN, [connectionId, recordIds]);
  return new Set(rows.map((row) => row.recordId));
}
