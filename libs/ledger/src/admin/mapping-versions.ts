import type { Sql } from '../database.js';

const STORE = {
  name: 'store-mapping-version',
  text: `
with stored as (
  insert into mapping_version (mapping, hash, document, origin) values ($1, $2, $3, $4)
  on conflict (mapping, hash) do nothing returning id
)
select id from stored union all select id from mapping_version where mapping = $1 and hash = $2 limit 1`,
};

/** Keeps a mapping document and gives the number of its version; the same text keeps its number. */
export async function storeMappingVersion(
  sql: Sql,
  version: {
    readonly mapping: string;
    readonly hash: string;
    readonly document: string;
    readonly origin: 'file' | 'connection' | 'console';
  },
): Promise<number> {
  const rows = await sql.run<{ id: number }>(STORE, [version.mapping, version.hash, version.document, version.origin]);
  return rows[0]?.id ?? (await storeMappingVersion(sql, version));
}
