import type { Sql } from '../database.js';

const KNOWN = {
  name: 'known-rows',
  text: `
select r.native_id as "nativeId" from unnest($3::text[], $4::text[]) as t(native_id, hash)
join replica r on r.connection_id = $1 and r.stream = $2 and r.native_id = t.native_id and r.base_hash = t.hash
where not exists (select 1 from change c where c.entity = $5 and c.state = 'pending')`,
};

/**
 * Which of the rows just read say nothing new: the replica's base has the same content, and nothing that waits to be merged could
 * change that. Re-reading an overlap window then stores nothing.
 */
export async function findKnownRows(
  sql: Sql,
  connectionId: string,
  stream: string,
  entity: string,
  rows: readonly { readonly nativeId: string; readonly hash: string }[],
): Promise<Set<string>> {
  const known = await sql.run<{ nativeId: string }>(KNOWN, [
    connectionId,
    stream,
    rows.map((row) => row.nativeId),
    rows.map((row) => row.hash),
    entity,
  ]);
  return new Set(known.map((row) => row.nativeId));
}
