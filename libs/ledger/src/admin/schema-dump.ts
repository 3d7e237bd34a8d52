import type { Sql } from '../database.js';

const DUMP = {
  name: 'schema-dump',
  text: `
with tables as (
  select c.oid, c.relname, c.relkind, pg_get_partkeydef(c.oid) as partitions, array_to_string(c.reloptions, ', ') as options
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not in ('migrations', 'typeorm_metadata')
    -- Partitions of months come and go with the calendar.
    and c.relname !~ '^(change|attempt)_[0-9]{6}$'
)
select relname as name, 0 as kind, 0 as position,
  'table ' || relname || coalesce(' partition by ' || partitions, '') || coalesce(' with (' || options || ')', '') as line from tables
union all
select t.relname, 1, a.attnum, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end ||
  case when a.attidentity <> '' then ' identity' else '' end || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
union all
select t.relname, 2, row_number() over (partition by t.relname order by o.conname)::int, '  constraint ' || o.conname || ' ' || pg_get_constraintdef(o.oid)
from tables t join pg_constraint o on o.conrelid = t.oid where o.contype <> 'n'
union all
select t.relname, 3, row_number() over (partition by t.relname order by i.relname)::int, '  ' || pg_get_indexdef(x.indexrelid)
from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
where not exists (select 1 from pg_constraint o where o.conindid = x.indexrelid and o.conrelid = x.indrelid)
order by name, kind, position`,
};

/** The schema as text, in a fixed order: what all migrations together yield. Committed as `schema.txt` and compared in a test. */
export async function dumpSchema(sql: Sql): Promise<string> {
  const rows = await sql.run<{ line: string }>(DUMP, []);
  return `${rows.map((row) => row.line).join('\n')}\n`;
}
