/** Runs a statement and gives its rows. */
export type RunSql = <Row extends object>(sql: string) => Promise<Row[]>;

interface Column {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/**
 * Where a text stands in the database: every column of every table and partition that can hold text, by the catalogue, so that a new table is
 * looked through without anybody remembering it. Case does not count.
 */
export async function findText(run: RunSql, texts: readonly string[]): Promise<string[]> {
  const columns = await run<Column>(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind in ('r', 'm') and a.attnum > 0 and not a.attisdropped
      and (a.atttypid in ('text'::regtype, 'varchar'::regtype, 'jsonb'::regtype, 'json'::regtype, 'bytea'::regtype, 'text[]'::regtype,
        'jsonb[]'::regtype, 'xml'::regtype, 'bpchar'::regtype))
    order by 1, 2`);
  const found: string[] = [];
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `encode("${column}", 'escape')` : `"${column}"::text`;
    const wanted = texts.map((text) => `'${text.toLowerCase().replaceAll("'", "''")}'`).join(', ');
    const rows = await run<{ sample: string }>(
      `select left(${value}, 400) as sample from "${table}"
       where exists (select 1 from unnest(array[${wanted}]) as t(text) where strpos(lower(${value}), t.text) > 0) limit 1`,
    );
    if (rows[0]) found.push(`${table}.${column}: ${rows[0].sample}`);
  }
  return found;
}
