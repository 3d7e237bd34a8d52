import type { Sql } from '../database.js';

/** A fetch that has failed for longer says nothing about the moment any more, and must not hold deliveries for hours. */
const COUNTS_FOR_MS = 120_000;

const UNSEEN = {
  name: 'find-unseen-edits',
  text: `
select distinct t.record_id as "recordId" from unnest($2::uuid[], $3::text[], $4::text[]) as t(record_id, stream, native_id)
join change c on c.connection_id = $1 and c.stream = t.stream and c.native_id = t.native_id
  and c.state in ('fetch', 'pending') and c.origin <> 'delivery' and c.received_at > $5`,
};

/**
 * Which of the replicas the connection has told a change of that is not merged yet. Written over now, an edit made there would be lost
 * before anybody saw it, for a thin change is fetched as it stands by then (FAULTS F38).
 */
export async function findUnseenEdits(
  sql: Sql,
  connectionId: string,
  now: Date,
  replicas: readonly { readonly recordId: string; readonly stream: string; readonly nativeId: string | null }[],
): Promise<Set<string>> {
  const known = replicas.filter((replica) => replica.nativeId !== null);
  if (known.length === 0) return new Set();
  const rows = await sql.run<{ recordId: string }>(UNSEEN, [
    connectionId,
    known.map((replica) => replica.recordId),
    known.map((replica) => replica.stream),
    known.map((replica) => replica.nativeId),
    new Date(now.getTime() - COUNTS_FOR_MS),
  ]);
  return new Set(rows.map((row) => row.recordId));
}
