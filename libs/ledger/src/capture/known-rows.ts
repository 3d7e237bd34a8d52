import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

// The newest few of an object by its own index: an existence check by state would be planned as a walk over all that is pending, for each row.
const KNOWN = {
  name: 'known-rows',
  text: `
select r.native_id as "nativeId" from unnest($3::text[], $4::text[]) as t(native_id, hash)
join replica r on r.connection_id = $1 and r.stream = $2 and r.native_id = t.native_id and r.base_hash = t.hash and r.state <> 'gone'
where not exists (select 1 from change c where c.entity = $5 and c.state = 'pending')
  or not exists (select 1 from (
    select c.state from change c where c.connection_id = $1 and c.stream = $2 and c.native_id = t.native_id order by c.id desc limit 10
  ) newest where newest.state = 'pending')`,
};

const OPEN = {
  name: 'known-open-rows',
  text: `
select t.native_id as "nativeId" from unnest($3::text[], $4::text[]) as t(native_id, raw)
cross join lateral (
  select c.state, c.raw from change c where c.connection_id = $1 and c.stream = $2 and c.native_id = t.native_id order by c.id desc limit 1
) newest
where (exists (select 1 from change o where o.entity = $5 and o.state = 'pending')
    or exists (select 1 from change o where o.connection_id = $1 and o.state in ('waiting', 'review', 'rejected', 'dead')))
  and newest.state in ('pending', 'waiting', 'review', 'rejected', 'dead') and newest.raw = t.raw`,
};

/**
 * Which of the rows just read say nothing new: the replica's base has the same content, and nothing of the object that waits to be merged
 * could change that; or the same row is the newest that was told of it and waits already, to be merged, for something or for a person.
 * Re-reading an overlap window then stores nothing, in a storm of edits as well.
 */
export async function findKnownRows(
  sql: Sql,
  connectionId: string,
  stream: string,
  entity: string,
  rows: readonly { readonly nativeId: string; readonly hash: string; readonly text: string }[],
): Promise<Set<string>> {
  const known = await sql.run<{ nativeId: string }>(KNOWN, [
    connectionId,
    stream,
    rows.map((row) => row.nativeId),
    rows.map((row) => row.hash),
    entity,
  ]);
  const ids = new Set(known.map((row) => row.nativeId));
  const others = rows.filter((row) => !ids.has(row.nativeId));
  if (others.length === 0) return ids;
  const values = [
    connectionId,
    stream,
    others.map((row) => row.nativeId),
    textArray(others.map((row) => row.text)),
    entity,
  ];
  for (const { nativeId } of await sql.run<{ nativeId: string }>(OPEN, values)) ids.add(nativeId);
  return ids;
}
