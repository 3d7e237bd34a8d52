import type { Sql } from '../database.js';

/** A mapping that somebody is working on: one for each stream of a connection, used by nothing until it is published. */
export interface MappingDraft {
  readonly connectionId: string;
  readonly stream: string;
  readonly document: string;
  /** The version that was in use when the draft was begun. */
  readonly baseVersion: number | null;
  /** Rises with every edit. */
  readonly revision: number;
  readonly actor: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `connection_id as "connectionId", stream, document, base_version as "baseVersion", revision, actor,
  created_at as "createdAt", updated_at as "updatedAt"`;

const READ = {
  name: 'read-mapping-draft',
  text: `select ${COLUMNS} from mapping_draft where connection_id = $1 and stream = $2`,
};

/** The draft of a stream's mapping. */
export async function readMappingDraft(
  sql: Sql,
  connectionId: string,
  stream: string,
): Promise<MappingDraft | undefined> {
  return (await sql.run<MappingDraft>(READ, [connectionId, stream]))[0];
}

const DRAFTED = {
  name: 'list-mapping-drafts',
  text: `select stream from mapping_draft where connection_id = $1 order by stream`,
};

/** Streams of a connection that have a draft. */
export async function listDraftedStreams(sql: Sql, connectionId: string): Promise<string[]> {
  return (await sql.run<{ stream: string }>(DRAFTED, [connectionId])).map((row) => row.stream);
}

/** What a draft is to become. */
export interface DraftEdit {
  readonly connectionId: string;
  readonly stream: string;
  readonly document: string;
  readonly baseVersion: number | null;
  readonly actor: string;
}

const BEGIN = {
  name: 'begin-mapping-draft',
  text: `
insert into mapping_draft (connection_id, stream, document, base_version, actor, created_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)
on conflict do nothing returning ${COLUMNS}`,
};

/** Begins a draft; undefined = there is one already. */
export async function beginMappingDraft(sql: Sql, now: Date, edit: DraftEdit): Promise<MappingDraft | undefined> {
  const { connectionId, stream, document, baseVersion, actor } = edit;
  return (await sql.run<MappingDraft>(BEGIN, [connectionId, stream, document, baseVersion, actor, now]))[0];
}

const EDIT = {
  name: 'edit-mapping-draft',
  text: `
update mapping_draft set document = $3, actor = $4, updated_at = $5, revision = revision + 1
where connection_id = $1 and stream = $2 and revision = $6 returning ${COLUMNS}`,
};

/** Replaces the text of a draft of that revision; undefined = it is gone or somebody edited it meanwhile. */
export async function editMappingDraft(
  sql: Sql,
  now: Date,
  edit: Omit<DraftEdit, 'baseVersion'> & { readonly revision: number },
): Promise<MappingDraft | undefined> {
  const { connectionId, stream, document, actor, revision } = edit;
  return (await sql.run<MappingDraft>(EDIT, [connectionId, stream, document, actor, now, revision]))[0];
}

const TAKE = {
  name: 'take-mapping-draft',
  text: `delete from mapping_draft where connection_id = $1 and stream = $2 and revision = $3 returning ${COLUMNS}`,
};

/**
 * Takes a draft of that revision away, to publish it or to drop it. Of two that try at once, the second finds nothing (undefined).
 */
export async function takeMappingDraft(
  sql: Sql,
  connectionId: string,
  stream: string,
  revision: number,
): Promise<MappingDraft | undefined> {
  return (await sql.run<MappingDraft>(TAKE, [connectionId, stream, revision]))[0];
}
