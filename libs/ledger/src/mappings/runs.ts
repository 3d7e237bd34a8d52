import type { Sql } from '../database.js';
import { SteppedRuns } from '../stepped-runs.js';

/**
 * `preview` counts what a publication would change, `resync` changes it, `undo` takes it back; `release` only tries changes again that the
 * mapping before refused.
 */
export type MappingRunKind = 'preview' | 'release' | 'resync' | 'undo';

/** A pass over what is stored of a stream, in steps, each a transaction that ends with how far it came. */
export interface MappingRun {
  readonly id: number;
  readonly kind: MappingRunKind;
  readonly connectionId: string;
  readonly stream: string;
  readonly publicationId: number | null;
  /** Version that what is stored was mapped with. */
  readonly fromVersion: number | null;
  /** Version to bring it to; null = `document`, which is no version yet. */
  readonly toVersion: number | null;
  readonly document: string | null;
  readonly documentHash: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly phase: string;
  /** Key of the last row that is done in this phase. */
  readonly position: string;
  readonly done: number;
  readonly total: number;
  readonly report: Record<string, unknown>;
  /** Steps in a row that failed. */
  readonly attempts: number;
  readonly failure: Record<string, unknown> | null;
  readonly actor: string;
  readonly startedAt: Date;
  readonly steppedAt: Date | null;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, kind, connection_id as "connectionId", stream, publication_id as "publicationId", from_version as "fromVersion",
  to_version as "toVersion", document, document_hash as "documentHash", state, phase, position, done, total, report, attempts, failure,
  actor, started_at as "startedAt", stepped_at as "steppedAt", finished_at as "finishedAt"`;

/** Mapping runs as they are read and taken, step by step. */
export const mappingRuns = new SteppedRuns<MappingRun>('mapping_run', COLUMNS);

/** What a run is to do. */
export type NewMappingRun = Pick<
  MappingRun,
  | 'kind'
  | 'connectionId'
  | 'stream'
  | 'publicationId'
  | 'fromVersion'
  | 'toVersion'
  | 'document'
  | 'documentHash'
  | 'phase'
  | 'report'
  | 'actor'
>;

const INSERT = {
  name: 'insert-mapping-run',
  text: `
insert into mapping_run (kind, connection_id, stream, publication_id, from_version, to_version, document, document_hash, phase, report, actor,
  started_at, total)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12,
  (select count(*)::int from replica r where r.connection_id = $2 and r.stream = $3 and r.native_id is not null)
on conflict (connection_id, stream) where state = 'running' and kind <> 'preview' do nothing
returning ${COLUMNS}`,
};

/** Stores a run; undefined = another one writes to the same stream at this moment. */
export async function insertMappingRun(sql: Sql, now: Date, run: NewMappingRun): Promise<MappingRun | undefined> {
  const rows = await sql.run<MappingRun>(INSERT, [
    run.kind,
    run.connectionId,
    run.stream,
    run.publicationId,
    run.fromVersion,
    run.toVersion,
    run.document,
    run.documentHash,
    run.phase,
    JSON.stringify(run.report),
    run.actor,
    now,
  ]);
  return rows[0];
}

const LIST = {
  name: 'list-mapping-runs',
  text: `select ${COLUMNS} from mapping_run where connection_id = $1 and stream = $2 order by mapping_run.id desc limit $3`,
};

/** Runs over a stream, newest first. */
export async function listMappingRuns(
  sql: Sql,
  connectionId: string,
  stream: string,
  limit: number,
): Promise<MappingRun[]> {
  return sql.run<MappingRun>(LIST, [connectionId, stream, limit]);
}

const SAVE = {
  name: 'save-mapping-run',
  text: `
update mapping_run set phase = $2, position = $3, done = $4, report = $5::jsonb, state = $6, attempts = 0, failure = null, stepped_at = $7,
  finished_at = case when $6 = 'running' then null else $7::timestamptz end
where id = $1`,
};

/** Stores how far a step brought a run. */
export async function saveMappingRun(
  sql: Sql,
  now: Date,
  run: Pick<MappingRun, 'id' | 'phase' | 'position' | 'done' | 'report'> & { readonly state: 'running' | 'done' },
): Promise<void> {
  await sql.run(SAVE, [run.id, run.phase, run.position, run.done, JSON.stringify(run.report), run.state, now]);
}

const CANCEL = {
  name: 'cancel-mapping-runs',
  text: `
update mapping_run set state = 'cancelled', finished_at = $3 where connection_id = $1 and stream = $2 and state = 'running' returning id`,
};

/** Ends all runs of a stream where they stand; a step in hand is waited for. */
export async function cancelMappingRuns(sql: Sql, now: Date, connectionId: string, stream: string): Promise<number[]> {
  return (await sql.run<{ id: number }>(CANCEL, [connectionId, stream, now])).map((row) => row.id);
}

const CANCEL_ONE = {
  name: 'cancel-mapping-run',
  text: `update mapping_run set state = 'cancelled', finished_at = $2 where id = $1 and state = 'running' returning id`,
};

/** Ends one run where it stands; false = it had ended. */
export async function cancelMappingRun(sql: Sql, now: Date, id: number): Promise<boolean> {
  return (await sql.run(CANCEL_ONE, [id, now])).length > 0;
}
