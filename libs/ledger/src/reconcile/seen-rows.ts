import type { Sql } from '../database.js';

const NOTE = {
  name: 'note-seen-rows',
  text: `insert into reconcile_seen (run_id, connection_id, stream, native_id) select $1, $2, $3, * from unnest($4::text[]) on conflict do nothing`,
};
const FORGET = {
  name: 'forget-seen-rows',
  text: `delete from reconcile_seen where run_id = $1 and connection_id = $2 and stream = $3`,
};

/** Where a run looks. */
export interface RunPlace {
  readonly runId: string;
  readonly connectionId: string;
  readonly stream: string;
}

/** Notes which native objects a complete read listed. The notes lie in the database, so that a run needs no memory for them. */
export async function noteSeenRows(sql: Sql, place: RunPlace, nativeIds: readonly string[]): Promise<void> {
  if (nativeIds.length > 0) await sql.run(NOTE, [place.runId, place.connectionId, place.stream, nativeIds]);
}

/** Drops the notes. */
export async function forgetSeenRows(sql: Sql, place: RunPlace): Promise<void> {
  await sql.run(FORGET, [place.runId, place.connectionId, place.stream]);
}

/** A copy that the far side did not list. */
export interface UnlistedCopy {
  readonly recordId: string;
  readonly nativeId: string;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead';
  readonly baseHash: string | null;
  readonly version: number;
  readonly status: 'active' | 'archived' | 'deleted' | 'merged';
}

const UNLISTED = {
  name: 'unlisted-copies',
  text: `
select p.record_id as "recordId", p.native_id as "nativeId", p.state, p.base_hash as "baseHash", r.version, r.status
from replica p join record r on r.id = p.record_id
where p.connection_id = $1 and p.stream = $2 and p.native_id = any($3::text[]) and p.state <> 'gone'
  and coalesce(p.delivered_at, '-infinity') < $4 and coalesce(p.last_seen_at, '-infinity') < $4`,
};

// Two walks over indexes in the same order: a join would be planned without knowing how many rows a run has noted.
const KNOWN = {
  name: 'known-native-ids',
  text: `
select native_id as "nativeId" from replica where connection_id = $1 and stream = $2 and native_id is not null and native_id > $3
order by native_id limit $4`,
};
const SEEN = {
  name: 'seen-native-ids',
  text: `
select native_id as "nativeId" from reconcile_seen
where run_id = $1 and connection_id = $2 and stream = $3 and native_id > $4 and native_id <= $5 order by native_id`,
};

/** A stretch of copies in the order of their native ids. */
export interface UnlistedPage {
  /** Those that were there before the read began and that it did not list. */
  readonly copies: readonly UnlistedCopy[];
  /** Where the next stretch begins; undefined = this was the last one. */
  readonly next: string | undefined;
}

/** Looks through the next stretch of a stream's copies for those that the read did not list. */
export async function unlistedCopies(
  sql: Sql,
  place: RunPlace,
  page: { readonly after: string; readonly readSince: Date; readonly limit: number },
): Promise<UnlistedPage> {
  const { runId, connectionId, stream } = place;
  const known = await sql.run<{ nativeId: string }>(KNOWN, [connectionId, stream, page.after, page.limit]);
  const last = known.at(-1)?.nativeId;
  if (last === undefined) return { copies: [], next: undefined };
  const seen = await sql.run<{ nativeId: string }>(SEEN, [runId, connectionId, stream, page.after, last]);
  const listed = new Set(seen.map((row) => row.nativeId));
  const missing = known.map((row) => row.nativeId).filter((id) => !listed.has(id));
  const copies =
    missing.length === 0 ? [] : await sql.run<UnlistedCopy>(UNLISTED, [connectionId, stream, missing, page.readSince]);
  return { copies, next: known.length < page.limit ? undefined : last };
}
