import type { Sql } from '../database.js';

const READ = {
  name: 'read-native-row',
  text: `
select p.base, r.body from record r left join replica p on p.record_id = r.id and p.connection_id = $2 and p.stream = $3
where r.id = $1`,
};

/** A record and its row in one stream, as last seen there. */
export interface RecordWithRow {
  /** JSON text of the native row; null = the record has none in this stream. */
  readonly base: string | null;
  readonly body: Record<string, unknown>;
}

/** Reads a record with its native row in a stream; undefined = no such record. */
export async function readRecordWithRow(
  sql: Sql,
  recordId: string,
  connectionId: string,
  stream: string,
): Promise<RecordWithRow | undefined> {
  return (await sql.run<RecordWithRow>(READ, [recordId, connectionId, stream]))[0];
}
