import type { Sql } from '../database.js';
import type { NativeKey } from '../merge/load-merge-batch.js';

const COUNTS = {
  name: 'count-person',
  text: `
select (select count(*)::int from record where id = any($1::uuid[])) as records,
  (select count(*)::int from record_version where record_id = any($1::uuid[])) as versions,
  (select count(*)::int from identity_key where record_id = any($1::uuid[])) as "identityKeys",
  (select count(*)::int from conflict where record_id = any($1::uuid[])) as conflicts,
  (select count(*)::int from replica where record_id = any($1::uuid[]) and native_id is not null) as copies,
  (select count(*)::int from replica where record_id = any($1::uuid[]) and state = 'dead') as "deadCopies",
  (select count(*)::int from attempt where record_ids && $1::uuid[]) as attempts,
  (select count(*)::int from replica where state = 'blocked' and blocked_on = any($1::uuid[])) as "blockedByPerson",
  (select count(*)::int from change c join unnest($2::text[], $3::text[], $4::text[]) as n(connection_id, stream, native_id)
    on c.connection_id = n.connection_id and c.stream = n.stream and c.native_id = n.native_id) as changes,
  (select count(*)::int from change c join unnest($2::text[], $3::text[], $4::text[]) as n(connection_id, stream, native_id)
    on c.connection_id = n.connection_id and c.stream = n.stream and c.native_id = n.native_id
    where c.state in ('fetch', 'pending', 'waiting', 'review', 'rejected', 'dead')) as "openChanges"`,
};

/** How much is stored of a person, by what it is. */
export async function countPerson(
  sql: Sql,
  recordIds: readonly string[],
  objects: readonly NativeKey[],
): Promise<{ readonly [what: string]: number }> {
  const [row] = await sql.run<{ [what: string]: number }>(COUNTS, [
    recordIds,
    objects.map((key) => key.connectionId),
    objects.map((key) => key.stream),
    objects.map((key) => key.nativeId),
  ]);
  return row ?? {};
}

const CREATING = {
  name: 'creates-of-person-in-flight',
  text: `
select connection_id as "connectionId" from replica
where record_id = any($1::uuid[]) and native_id is null and (claims > 0 or outcome_unknown or tried_versions is not null) order by 1`,
};

/** Connections in which a record of the person is being created now, or may have been without the hub knowing its id. */
export async function createsInFlight(sql: Sql, recordIds: readonly string[]): Promise<string[]> {
  return (await sql.run<{ connectionId: string }>(CREATING, [recordIds])).map((row) => row.connectionId);
}

const FAMILY = {
  name: 'records-of-person',
  text: `
with root as (select coalesce(merged_into, id) as id from record where id = $1)
select r.id, r.id = root.id as "isRoot" from record r, root where r.id = root.id or r.merged_into = root.id order by r.id`,
};

/** The record that stands for a person, and the ones that were merged into it; empty = there is no such record. */
export async function recordsOfPerson(sql: Sql, recordId: string): Promise<{ id: string; isRoot: boolean }[]> {
  return sql.run<{ id: string; isRoot: boolean }>(FAMILY, [recordId]);
}
