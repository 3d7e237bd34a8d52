import type { Sql } from '../database.js';

/** What a far side made of a write, where it differs from what was sent in fields that the hub only reads. */
export interface WrittenChange {
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly nativeId: string;
  readonly recordId: string;
  /** The version that was delivered; the merge drops the change when the record has moved on. */
  readonly recordVersion: number;
  readonly raw: string;
  /** Canonical pointers that the answer may change. */
  readonly fields: readonly string[];
}

const INSERT = {
  name: 'insert-written-changes',
  text: `
insert into change (received_at, connection_id, stream, entity, native_id, kind, origin, lane, state, raw, record_id, record_version, reason, due_at)
select $1, connection_id, stream, entity, native_id, 'upsert', 'delivery', 0, 'pending', raw, record_id, record_version, reason, $1
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::int[], $9::jsonb[])
  as t(connection_id, stream, entity, native_id, raw, record_id, record_version, reason)`,
};

/** Stores what far sides answered to writes as changes of their own. */
export async function insertWrittenChanges(sql: Sql, now: Date, changes: readonly WrittenChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.run(INSERT, [
    now,
    changes.map((row) => row.connectionId),
    changes.map((row) => row.stream),
    changes.map((row) => row.entity),
    changes.map((row) => row.nativeId),
    changes.map((row) => row.raw),
    changes.map((row) => row.recordId),
    changes.map((row) => row.recordVersion),
    changes.map((row) => JSON.stringify({ fields: row.fields })),
  ]);
}
