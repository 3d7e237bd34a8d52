import type { Sql } from '../database.js';

const FINISHED = {
  name: 'first-read-finished',
  text: `
select (select count(*) from cursor c where c.connection_id = $1 and c.stream = any($2::text[]) and c.purpose = 'changes' and c.finished_at is not null)
    = cardinality($2::text[])
  and not exists (select 1 from change h where h.entity = $3 and h.connection_id = $1 and h.state = 'pending')
  and not exists (select 1 from change h where h.entity = $3 and h.connection_id = $1 and h.state = 'fetch')
  and not exists (select 1 from change h where h.entity = $3 and h.connection_id = $1 and h.state = 'waiting' and h.waiting_on = 'create|' || h.stream)
    as finished`,
};

/**
 * Whether the given streams of a connection were read once to their end and all that they brought is merged. Rows that wait because a create
 * was in hand (`create|<stream>`) are not merged: the very create that this look holds back may have made them wait.
 */
export async function isFirstReadFinished(
  sql: Sql,
  connectionId: string,
  streams: readonly string[],
  entity: string,
): Promise<boolean> {
  return (await sql.run<{ finished: boolean }>(FINISHED, [connectionId, streams, entity]))[0]?.finished ?? false;
}

const UNDER_REVIEW = {
  name: 'records-under-review',
  text: `
select distinct k->>'recordId' as "recordId" from change c, jsonb_array_elements(c.reason->'candidates') k
where c.connection_id = $1 and c.state = 'review'`,
};

/** Records that an undecided identity review of the connection may turn out to be: creating them there could make a double. */
export async function findRecordsUnderReview(sql: Sql, connectionId: string): Promise<Set<string>> {
  const rows = await sql.run<{ recordId: string }>(UNDER_REVIEW, [connectionId]);
  return new Set(rows.map((row) => row.recordId));
}
