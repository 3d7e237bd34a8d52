import type { Sql } from '../database.js';
import type { UndoBatch } from './undo-runs.js';

/** A version of a record that a batch made. */
export interface UndoTarget {
  readonly recordId: string;
  readonly version: number;
}

const FROM_CHANGES = {
  name: 'undo-targets-of-changes',
  text: `
insert into undo_target (run_id, record_id, version)
select $1, record_id, record_version from change
where state = 'merged' and record_id is not null and record_version is not null
  and ($2::text is null or connection_id = $2) and ($3::text is null or stream = $3) and ($4::text is null or origin = $4)
  and ($5::int is null or mapping_version = $5)
  and ($6::timestamptz is null or received_at >= $6) and ($7::timestamptz is null or received_at < $7)
on conflict do nothing`,
};

const FROM_EDITS = {
  name: 'undo-targets-of-edits',
  text: `
insert into undo_target (run_id, record_id, version)
select $1, substr(object, 8)::uuid, (details->>'version')::int from audit
where actor = $2 and object like 'record:%' and details ? 'version'
  and ($3::timestamptz is null or at >= $3) and ($4::timestamptz is null or at < $4)
on conflict do nothing`,
};

const FROM_UNDO = {
  name: 'undo-targets-of-undo',
  text: `
insert into undo_target (run_id, record_id, version) select $1, record_id, version from undo_effect where run_id = $2 on conflict do nothing`,
};

/** Fixes which versions a run takes back, once, so that what comes later is not part of it. */
export async function fillUndoTargets(sql: Sql, runId: number, batch: UndoBatch): Promise<void> {
  const [from, to] = [batch.from ?? null, batch.to ?? null];
  if (batch.undo !== undefined) await sql.run(FROM_UNDO, [runId, batch.undo]);
  else if (batch.actor !== undefined) await sql.run(FROM_EDITS, [runId, batch.actor, from, to]);
  else {
    const { connection = null, stream = null, origin = null, mappingVersion = null } = batch;
    await sql.run(FROM_CHANGES, [runId, connection, stream, origin, mappingVersion, from, to]);
  }
}

const PAGE = {
  name: 'page-undo-targets',
  text: `
select t.record_id as "recordId", t.version from undo_target t
where t.run_id = $1 and t.record_id in (
  select distinct record_id from undo_target where run_id = $1 and record_id > $2::uuid order by record_id limit $3)
order by t.record_id, t.version desc`,
};

/** Versions of the next records of a run, newest first within each record. */
export async function pageUndoTargets(sql: Sql, runId: number, after: string, limit: number): Promise<UndoTarget[]> {
  return sql.run<UndoTarget>(PAGE, [runId, after, limit]);
}

const EFFECTS = {
  name: 'insert-undo-effects',
  text: `insert into undo_effect (run_id, record_id, version) select $1, * from unnest($2::uuid[], $3::int[])`,
};

/** Notes the versions that a run made, so that it can be taken back itself. */
export async function insertUndoEffects(sql: Sql, runId: number, made: readonly UndoTarget[]): Promise<void> {
  if (made.length === 0) return;
  await sql.run(EFFECTS, [runId, made.map((row) => row.recordId), made.map((row) => row.version)]);
}

const IMAGES = {
  name: 'load-undo-images',
  text: `
select v.record_id as "recordId", v.version, v.status, v.body from record_version v
join unnest($1::uuid[], $2::int[]) as t(record_id, version) on v.record_id = t.record_id and v.version = t.version`,
};

/** A superseded version of a record. */
export interface UndoImage extends UndoTarget {
  readonly status: 'active' | 'archived' | 'deleted' | 'merged';
  readonly body: Record<string, unknown>;
}

/** Superseded versions, each by record and number. */
export async function loadUndoImages(sql: Sql, wanted: readonly UndoTarget[]): Promise<UndoImage[]> {
  if (wanted.length === 0) return [];
  return sql.run<UndoImage>(IMAGES, [wanted.map((row) => row.recordId), wanted.map((row) => row.version)]);
}

const WINDOW = {
  name: 'read-reconcile-window',
  text: `select connection_id as connection, stream, started_at as "from", finished_at as "to" from reconcile_run where id = $1::bigint`,
};

/** What a reconcile run read, and when. Undefined = there is no such run. */
export async function readReconcileWindow(
  sql: Sql,
  id: string,
): Promise<
  | {
      readonly connection: string | null;
      readonly stream: string | null;
      readonly from: Date;
      readonly to: Date | null;
    }
  | undefined
> {
  const rows = await sql.run<{ connection: string | null; stream: string | null; from: Date; to: Date | null }>(
    WINDOW,
    [id],
  );
  return rows[0];
}
