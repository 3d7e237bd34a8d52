import type { Sql } from '../database.js';

/** A stream with the mapping version that works for it. */
export interface UsedMapping {
  readonly connectionId: string;
  readonly stream: string;
  readonly version: number;
}

const NOTE = {
  name: 'note-used-mappings',
  text: `
insert into mapping_used as m (connection_id, stream, version, at)
select u.connection_id, u.stream, u.version, $1 from unnest($2::text[], $3::text[], $4::int[]) as u(connection_id, stream, version)
on conflict (connection_id, stream) do update set version = excluded.version, at = excluded.at where m.version <> excluded.version`,
};

/** Notes which mapping versions streams work with now, so that the last good one is known when the next is broken. */
export async function noteUsedMappings(sql: Sql, now: Date, used: readonly UsedMapping[]): Promise<void> {
  if (used.length === 0) return;
  await sql.run(NOTE, [
    now,
    used.map((row) => row.connectionId),
    used.map((row) => row.stream),
    used.map((row) => row.version),
  ]);
}

/** A mapping version with its whole text. */
export interface UsedDocument {
  readonly version: number;
  readonly mapping: string;
  readonly document: string;
  /** Since when the stream has worked with it. */
  readonly at: Date;
}

const LAST = {
  name: 'last-used-mapping',
  text: `
select u.version, v.mapping, v.document, u.at from mapping_used u join mapping_version v on v.id = u.version
where u.connection_id = $1 and u.stream = $2`,
};

/** The mapping with which a stream worked last; undefined = it never has. */
export async function lastUsedMapping(
  sql: Sql,
  connectionId: string,
  stream: string,
): Promise<UsedDocument | undefined> {
  return (await sql.run<UsedDocument>(LAST, [connectionId, stream]))[0];
}

/** What a change of a stream waits on whose mapping is broken. */
export function waitsForMapping(stream: string): string {
  return `mapping|${stream}`;
}

const RELEASE = {
  name: 'release-mapped-changes',
  text: `
update change c set
  state = case when overtaken.found then 'stale' when c.raw is null and c.kind = 'upsert' then 'fetch' else 'pending' end,
  reason = case when overtaken.found then jsonb_build_object('code', 'change.superseded', 'message', jsonb_build_object(
    'en', 'A newer change of the same object was merged meanwhile.', 'zh', '同一对象已有更新的变更被合并。')) end,
  waiting_on = null, attempts = 0, due_at = $1, settled_at = case when overtaken.found then $1::timestamptz end
from (
  select w.id, w.received_at, exists (select 1 from change n where n.connection_id = w.connection_id and n.stream = w.stream
    and n.native_id = w.native_id and n.id > w.id and n.state in ('merged', 'unchanged')) as found
  from unnest($2::text[], $3::text[]) as s(connection_id, stream)
  join change w on w.connection_id = s.connection_id and w.state = 'waiting' and w.waiting_on = '${waitsForMapping('')}' || s.stream
) overtaken
where c.id = overtaken.id and c.received_at = overtaken.received_at and c.state = 'waiting'
returning c.entity, c.connection_id as "connectionId", c.state`,
};

/** Changes that waited for a usable mapping of their stream go on. Returns what has work now, one row for each change. */
export async function releaseMappedChanges(
  sql: Sql,
  now: Date,
  streams: readonly { readonly connectionId: string; readonly stream: string }[],
): Promise<
  { readonly entity: string; readonly connectionId: string; readonly state: 'pending' | 'fetch' | 'stale' }[]
> {
  if (streams.length === 0) return [];
  return sql.run(RELEASE, [now, streams.map((row) => row.connectionId), streams.map((row) => row.stream)]);
}
