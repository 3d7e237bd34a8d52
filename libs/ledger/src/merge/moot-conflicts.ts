import type { Sql } from '../database.js';

/** A conflict that waits for a person, as a merge needs it. */
export interface OpenConflict {
  readonly id: string;
  readonly recordId: string;
  readonly pointer: string;
  readonly connectionId: string;
  readonly incomingValue: unknown;
}

const OPEN = {
  name: 'open-conflicts-of-records',
  text: `
select id::text, record_id as "recordId", pointer, connection_id as "connectionId", incoming_value as "incomingValue"
from conflict where state = 'open' and record_id = any($1::uuid[])`,
};

/** Undecided conflicts of the records. */
export async function openConflictsOf(sql: Sql, recordIds: readonly string[]): Promise<OpenConflict[]> {
  return recordIds.length === 0 ? [] : sql.run<OpenConflict>(OPEN, [recordIds]);
}

const SUPERSEDE = {
  name: 'supersede-conflicts',
  text: `update conflict set state = 'superseded', decided_at = $1 where state = 'open' and id = any($2::bigint[])`,
};

/** Closes conflicts that there is nothing to decide about any more. */
export async function supersedeConflicts(sql: Sql, now: Date, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql.run(SUPERSEDE, [now, ids]);
}
