import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** How a change reached the hub. */
export type ChangeOrigin = 'webhook' | 'poll' | 'backfill' | 'reconcile' | 'file' | 'reference' | 'delivery' | 'remap';

/** A change as capture stores it. */
export interface NewChange {
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly nativeId: string;
  readonly kind: 'upsert' | 'delete';
  readonly origin: ChangeOrigin;
  readonly lane: number;
  /** The whole row as JSON text; undefined = thin, it is fetched first. */
  readonly raw: string | undefined;
  /** Dedupe key of the event within the connection; undefined = never a duplicate by key. */
  readonly eventKey: string | undefined;
  /** Source time of the change, RFC 3339. */
  readonly sourceAt: string | undefined;
}

const INSERT = {
  name: 'insert-changes',
  text: `
with incoming as (
  select * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::text[], $11::timestamptz[])
    with ordinality as t(connection_id, stream, entity, native_id, kind, origin, lane, raw, event_key, source_at, position)
), fresh as (
  insert into seen_event (connection_id, event_key, seen_at)
  select connection_id, event_key, $1 from incoming where event_key is not null
  on conflict do nothing
  returning connection_id, event_key
), first as (
  select distinct on (connection_id, event_key) connection_id, event_key, position from incoming
  where event_key is not null order by connection_id, event_key, position
)
insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, event_key, source_at, due_at)
select $1, i.connection_id, i.stream, i.entity, i.native_id, i.kind, i.origin, i.lane,
  case when i.raw is null and i.kind = 'upsert' then 'fetch' else 'pending' end, i.raw, i.event_key, i.source_at, $1
from incoming i
where i.event_key is null
  or (exists (select 1 from fresh f where f.connection_id = i.connection_id and f.event_key = i.event_key)
      and exists (select 1 from first s where s.connection_id = i.connection_id and s.event_key = i.event_key and s.position = i.position))
order by i.position`,
};

const INSERT_UNKEYED = {
  name: 'insert-changes-unkeyed',
  text: `
insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, source_at, due_at)
select $1, connection_id, stream, entity, native_id, kind, origin, lane,
  case when raw is null and kind = 'upsert' then 'fetch' else 'pending' end, raw, source_at, $1
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::text[], $10::timestamptz[])
  with ordinality as t(connection_id, stream, entity, native_id, kind, origin, lane, raw, source_at, position)
order by position`,
};

/**
 * Stores changes in the given order. A change whose event key was seen before (in the ledger or earlier in this call) is left out:
 * the sender's repeat has no second effect.
 */
export async function insertChanges(sql: Sql, now: Date, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  const columns = [
    changes.map((change) => change.connectionId),
    changes.map((change) => change.stream),
    changes.map((change) => change.entity),
    changes.map((change) => change.nativeId),
    changes.map((change) => change.kind),
    changes.map((change) => change.origin),
    changes.map((change) => change.lane),
    textArray(changes.map((change) => change.raw ?? null)),
  ];
  const sourceAt = changes.map((change) => change.sourceAt ?? null);
  if (changes.every((change) => change.eventKey === undefined)) {
    await sql.run(INSERT_UNKEYED, [now, ...columns, sourceAt]);
    return;
  }
  await sql.run(INSERT, [now, ...columns, changes.map((change) => change.eventKey ?? null), sourceAt]);
}
