import type { Sql } from '../database.js';

/** A native object of one of the two records of a merge, and how it was matched before. */
export interface MergedNative {
  readonly connectionId: string;
  readonly stream: string;
  readonly nativeId: string;
  readonly evidence: object | null;
}

/** References of another record that were pointed at the survivor. */
export interface RepointedRecord {
  readonly recordId: string;
  readonly entity: string;
  /** JSON Pointers; list items by their index, as the body stood. */
  readonly pointers: readonly string[];
}

/** What the undo of a merge must put back. Holds ids only, never values of records. */
export interface MergeUndo {
  /** Native objects that were the other record's. */
  readonly ofOther: readonly MergedNative[];
  /** Native objects that were the survivor's and gave way to one of the other record's. */
  readonly parked: readonly MergedNative[];
  readonly references: readonly RepointedRecord[];
  /** Conflicts that were the other record's. */
  readonly conflicts: readonly string[];
  /** Reviews of deletions that were the other record's. */
  readonly changes: readonly string[];
  /** Records that had been merged into the other one before. */
  readonly followers: readonly string[];
}

/** A merge of two records, done and perhaps undone. */
export interface RecordMerge {
  readonly id: string;
  readonly entity: string;
  readonly survivor: string;
  readonly other: string;
  /** Version of the survivor that the merge superseded; its before-image is kept. */
  readonly survivorBefore: number;
  /** Version of the survivor that the merge made. */
  readonly survivorVersion: number;
  readonly otherBefore: number;
  readonly state: 'merged' | 'undone';
  readonly undo: MergeUndo;
  readonly report: Record<string, unknown>;
  readonly actor: string;
  readonly at: Date;
  readonly undoneBy: string | null;
  readonly undoneAt: Date | null;
}

const COLUMNS = `id::text, entity, survivor, other, survivor_before as "survivorBefore", survivor_version as "survivorVersion",
  other_before as "otherBefore", state, undo, report, actor, at, undone_by as "undoneBy", undone_at as "undoneAt"`;

const INSERT = {
  name: 'insert-record-merge',
  text: `
insert into record_merge (entity, survivor, other, survivor_before, survivor_version, other_before, undo, report, actor, at)
values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10) returning id::text`,
};

/** Keeps a merge with what its undo needs; returns its id. */
export async function insertRecordMerge(
  sql: Sql,
  merge: Pick<RecordMerge, 'entity' | 'survivor' | 'other' | 'survivorBefore' | 'survivorVersion' | 'otherBefore'> & {
    readonly undo: MergeUndo;
    readonly report: object;
    readonly actor: string;
    readonly at: Date;
  },
): Promise<string> {
  const rows = await sql.run<{ id: string }>(INSERT, [
    merge.entity,
    merge.survivor,
    merge.other,
    merge.survivorBefore,
    merge.survivorVersion,
    merge.otherBefore,
    JSON.stringify(merge.undo),
    JSON.stringify(merge.report),
    merge.actor,
    merge.at,
  ]);
  return rows[0]?.id ?? '';
}

const OF_OTHER = {
  name: 'read-merge-of-other',
  text: `select ${COLUMNS} from record_merge where other = $1 and state = 'merged'`,
};

/** The merge that took a record away; undefined = it is not merged. */
export async function readMergeOfOther(sql: Sql, other: string): Promise<RecordMerge | undefined> {
  return (await sql.run<RecordMerge>(OF_OTHER, [other]))[0];
}

const OF_RECORD = {
  name: 'list-merges-of-record',
  text: `select ${COLUMNS} from record_merge where survivor = $1 union all select ${COLUMNS} from record_merge where other = $1 order by at desc limit $2`,
};

/** Merges that a record took part in, newest first. */
export async function listMergesOfRecord(sql: Sql, recordId: string, limit: number): Promise<RecordMerge[]> {
  return sql.run<RecordMerge>(OF_RECORD, [recordId, limit]);
}

const UNDONE = {
  name: 'mark-merge-undone',
  text: `update record_merge set state = 'undone', undone_by = $2, undone_at = $3 where id = $1::bigint and state = 'merged' returning id`,
};

/** Notes that a merge was undone; false = somebody undid it before. */
export async function markMergeUndone(sql: Sql, id: string, actor: string, at: Date): Promise<boolean> {
  return (await sql.run(UNDONE, [id, actor, at])).length > 0;
}

const FOLLOW = {
  name: 'set-merged-into',
  text: `
update record set merged_into = t.into_id from unnest($1::uuid[], $2::uuid[]) as t(id, into_id) where record.id = t.id`,
};

/** Says where merged records lead; null = the record stands for itself again. */
export async function setMergedInto(
  sql: Sql,
  rows: readonly { readonly id: string; readonly into: string | null }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql.run(FOLLOW, [rows.map((row) => row.id), rows.map((row) => row.into)]);
}

const FOLLOWERS = { name: 'find-merged-followers', text: `select id from record where merged_into = $1 order by id` };

/** Records that lead to the given one. */
export async function findFollowers(sql: Sql, recordId: string): Promise<string[]> {
  return (await sql.run<{ id: string }>(FOLLOWERS, [recordId])).map((row) => row.id);
}

const IMAGE = {
  name: 'read-record-image',
  text: `
select body, provenance, status from record_version where record_id = $1 and version = $2
union all select body, provenance, status from record where id = $1 and version = $2 limit 1`,
};

/** A version of a record as it was. */
export interface RecordImage {
  readonly body: Record<string, unknown>;
  readonly provenance: Record<string, unknown>;
  readonly status: 'active' | 'archived' | 'deleted' | 'merged';
}

/** One version of a record, from its before-images or as it stands; undefined = it is not kept any more. */
export async function readRecordImage(sql: Sql, recordId: string, version: number): Promise<RecordImage | undefined> {
  return (await sql.run<RecordImage>(IMAGE, [recordId, version]))[0];
}

const INTO = {
  name: 'read-merged-into',
  text: `select id, merged_into as "into" from record where id = any($1::uuid[]) and merged_into is not null`,
};

/** Where merged ones among the given records lead. */
export async function readMergedInto(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.run<{ id: string; into: string }>(INTO, [ids]);
  return new Map(rows.map((row) => [row.id, row.into]));
}
