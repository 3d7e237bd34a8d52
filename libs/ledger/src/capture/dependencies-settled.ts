import type { Sql } from '../database.js';

const SETTLED = {
  name: 'dependencies-settled',
  text: `
select not exists (select 1 from change where entity = any($1::text[]) and state in ('pending'))
  and not exists (select 1 from change where entity = any($1::text[]) and state = 'fetch')
  and not exists (select 1 from replica where entity = any($1::text[]) and state = 'pending' and connection_id = any($2::text[]))
  and (select count(*) from cursor c join unnest($3::text[], $4::text[]) as t(connection_id, stream)
        on c.connection_id = t.connection_id and c.stream = t.stream where c.purpose = 'changes' and c.finished_at is not null) = cardinality($3::text[])
  as settled`,
};

/** Whether the streams of the given entities were read once everywhere, and what they brought is merged and delivered. */
export async function areDependenciesSettled(
  sql: Sql,
  dependencies: {
    readonly entities: readonly string[];
    readonly streams: readonly { readonly connectionId: string; readonly stream: string }[];
  },
): Promise<boolean> {
  const { entities, streams } = dependencies;
  const connections = [...new Set(streams.map((stream) => stream.connectionId))];
  const values = [
    entities,
    connections,
    streams.map((stream) => stream.connectionId),
    streams.map((stream) => stream.stream),
  ];
  return (await sql.run<{ settled: boolean }>(SETTLED, values))[0]?.settled ?? false;
}

const READ = {
  name: 'was-read',
  text: `select 1 as read from cursor where connection_id = $1 and stream = $2 and purpose = 'changes' and (finished_at is not null or value is not null)`,
};

/** Whether a stream's changes were read before, to the end or in part. */
export async function wasRead(sql: Sql, connectionId: string, stream: string): Promise<boolean> {
  return (await sql.run(READ, [connectionId, stream])).length > 0;
}
