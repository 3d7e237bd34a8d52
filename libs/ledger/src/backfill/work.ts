import type { Sql } from '../database.js';

/** A record or native object that a backfill is to take. */
export interface BackfillItem {
  /** Where to go on after it. */
  readonly position: string;
  readonly recordId: string | null;
  /** Null = the stream has no such object. */
  readonly nativeId: string | null;
}

const LISTED = {
  name: 'page-backfill-list',
  text: `
select i.seq::text as position, coalesce(i.record_id, n.record_id) as "recordId", coalesce(i.native_id, p.native_id) as "nativeId"
from backfill_item i
left join replica p on i.record_id is not null and p.record_id = i.record_id and p.connection_id = $2 and p.stream = $3 and p.state <> 'gone'
left join replica n on i.native_id is not null and n.connection_id = $2 and n.stream = $3 and n.native_id = i.native_id
where i.backfill_id = $1 and i.seq > $4::int order by i.seq limit $5`,
};

/** Items of the backfill's own list, after a position. */
export async function pageBackfillList(
  sql: Sql,
  place: { readonly backfillId: number; readonly connectionId: string; readonly stream: string },
  after: string,
  limit: number,
): Promise<BackfillItem[]> {
  return sql.run<BackfillItem>(LISTED, [place.backfillId, place.connectionId, place.stream, after || '0', limit]);
}

const TOUCHED = {
  name: 'page-backfill-replicas',
  text: `
select p.record_id::text as position, p.record_id as "recordId", p.native_id as "nativeId"
from replica p join record r on r.id = p.record_id
where p.connection_id = $1 and p.stream = $2 and p.native_id is not null and p.state <> 'gone' and p.record_id > $3::uuid
  and ($4::int is null or r.mapping_version = $4) and ($5::timestamptz is null or r.updated_at >= $5) and ($6::timestamptz is null or r.updated_at < $6)
order by p.record_id limit $7`,
};

/** Copies of the stream, after a record id: all, of records that a mapping version wrote last, or of records changed in a window. */
export async function pageBackfillReplicas(
  sql: Sql,
  place: {
    readonly connectionId: string;
    readonly stream: string;
    readonly mappingVersion: number | null;
    readonly changedSince: Date | null;
    readonly changedUntil: Date | null;
  },
  after: string,
  limit: number,
): Promise<BackfillItem[]> {
  return sql.run<BackfillItem>(TOUCHED, [
    place.connectionId,
    place.stream,
    after || '00000000-0000-0000-0000-000000000000',
    place.mappingVersion,
    place.changedSince,
    place.changedUntil,
    limit,
  ]);
}

const DELIVER_AGAIN = {
  name: 'deliver-again',
  text: `
update replica r set state = 'pending', due_at = $1, lane = $2, desired_version = d.version, behind_since = coalesce(r.behind_since, $1)
from record d where d.id = r.record_id and r.connection_id = $3 and r.record_id = any($4::uuid[]) and r.state = 'settled' returning 1 as planned`,
};

/** Has settled copies compared with their records and written where they differ. Returns how many were planned. */
export async function deliverAgain(
  sql: Sql,
  now: Date,
  lane: number,
  connectionId: string,
  recordIds: readonly string[],
): Promise<number> {
  return recordIds.length === 0 ? 0 : (await sql.run(DELIVER_AGAIN, [now, lane, connectionId, recordIds])).length;
}
