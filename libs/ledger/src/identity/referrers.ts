import { jsonbArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

const REFERRERS = {
  name: 'find-referrers',
  text: `
select id from record where entity = $1 and updated_at >= $3 and status <> 'merged' and body @> any($2::jsonb[])`,
};

/**
 * Records of an entity whose bodies contain one of the given documents. Looks through all records that changed since a moment: without
 * one through all of the entity, so this runs outside any lock; under the lock only what changed meanwhile is looked at again.
 */
export async function findReferrers(
  sql: Sql,
  entity: string,
  containing: readonly object[],
  since: Date = new Date(0),
): Promise<string[]> {
  if (containing.length === 0) return [];
  const rows = await sql.run<{ id: string }>(REFERRERS, [
    entity,
    jsonbArray(containing.map((document) => JSON.stringify(document))),
    since,
  ]);
  return rows.map((row) => row.id);
}

const SOURCES = {
  name: 'find-change-natives',
  text: `select id::text, connection_id as "connectionId", stream, native_id as "nativeId" from change where id = any($1::bigint[])`,
};

/** Which native object said a change. */
export interface ChangeNative {
  readonly id: string;
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
}

/** Native objects of changes; a change that is not kept any more is left out. */
export async function findChangeNatives(sql: Sql, ids: readonly string[]): Promise<ChangeNative[]> {
  return ids.length === 0 ? [] : sql.run<ChangeNative>(SOURCES, [ids]);
}
