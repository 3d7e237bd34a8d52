import type { Sql } from '../database.js';

/** `new-only`: only later changes use it; `resync`: what is stored is brought to it as well. */
export type PublicationMode = 'new-only' | 'resync';

/** A mapping version that was put to use for a stream of a connection. The newest active one of a stream is in use. */
export interface MappingPublication {
  readonly id: number;
  readonly connectionId: string;
  readonly stream: string;
  /** Number of the mapping version. */
  readonly version: number;
  /** The version that was in use before; null = there was none. */
  readonly previousVersion: number | null;
  /** Hash of the configured or shipped text beneath, when this was published. */
  readonly beneathHash: string;
  readonly mode: PublicationMode;
  readonly state: 'active' | 'rolled-back';
  readonly note: string | null;
  readonly actor: string;
  readonly at: Date;
  readonly rolledBackAt: Date | null;
  readonly rolledBackBy: string | null;
}

const COLUMNS = `p.id, p.connection_id as "connectionId", p.stream, p.version, p.previous_version as "previousVersion",
  p.beneath_hash as "beneathHash", p.mode, p.state, p.note, p.actor, p.at, p.rolled_back_at as "rolledBackAt",
  p.rolled_back_by as "rolledBackBy"`;

/** A publication with its text. */
export interface PublishedMapping extends MappingPublication {
  /** As it was written: whole, or a layer over the shipped mapping. */
  readonly document: string;
  /** The whole text of its version, as it was previewed: what changes in the shipped mapping later is not in it. */
  readonly effective: string;
}

const IN_USE = {
  name: 'list-publications-in-use',
  text: `
select distinct on (p.connection_id, p.stream) ${COLUMNS}, p.document, v.document as effective
from mapping_publication p join mapping_version v on v.id = p.version
where p.state = 'active' order by p.connection_id, p.stream, p.id desc`,
};

/** The publication that is in use, for each stream that has one. */
export async function listPublicationsInUse(sql: Sql): Promise<PublishedMapping[]> {
  return sql.run<PublishedMapping>(IN_USE, []);
}

const LOCK = {
  name: 'lock-mapping',
  text: `select pg_advisory_xact_lock(hashtext('isthmus:mapping'), hashtext($1 || '/' || $2))`,
};

/** Makes this transaction the only one that publishes or rolls back the mapping of the stream. */
export async function lockMapping(sql: Sql, connectionId: string, stream: string): Promise<void> {
  await sql.run(LOCK, [connectionId, stream]);
}

const LIST = {
  name: 'list-mapping-publications',
  text: `
select ${COLUMNS} from mapping_publication p
where p.connection_id = $1 and p.stream = $2 and p.id < $3 order by p.id desc limit $4`,
};

/** Publications of a stream's mapping, newest first. */
export async function listMappingPublications(
  sql: Sql,
  connectionId: string,
  stream: string,
  page: { readonly limit: number; readonly below?: number },
): Promise<MappingPublication[]> {
  return sql.run<MappingPublication>(LIST, [connectionId, stream, page.below ?? 2_147_483_647, page.limit]);
}

const ONE_IN_USE = {
  name: 'read-publication-in-use',
  text: `
select ${COLUMNS}, p.document, v.document as effective from mapping_publication p join mapping_version v on v.id = p.version
where p.connection_id = $1 and p.stream = $2 and p.state = 'active' order by p.id desc limit 1`,
};

/** The publication that is in use for a stream, if there is one. */
export async function readPublicationInUse(
  sql: Sql,
  connectionId: string,
  stream: string,
): Promise<PublishedMapping | undefined> {
  return (await sql.run<PublishedMapping>(ONE_IN_USE, [connectionId, stream]))[0];
}

/** What is published. */
export type NewPublication = Pick<
  PublishedMapping,
  'connectionId' | 'stream' | 'version' | 'document' | 'previousVersion' | 'beneathHash' | 'mode' | 'note' | 'actor'
>;

const INSERT = {
  name: 'insert-mapping-publication',
  text: `
insert into mapping_publication as p (connection_id, stream, version, document, previous_version, beneath_hash, mode, note, actor, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
};

/** Puts a version to use, from this commit on. */
export async function insertMappingPublication(sql: Sql, now: Date, row: NewPublication): Promise<MappingPublication> {
  const rows = await sql.run<MappingPublication>(INSERT, [
    row.connectionId,
    row.stream,
    row.version,
    row.document,
    row.previousVersion,
    row.beneathHash,
    row.mode,
    row.note,
    row.actor,
    now,
  ]);
  return rows[0] as MappingPublication;
}

const ROLL_BACK = {
  name: 'roll-back-mapping-publication',
  text: `
update mapping_publication p set state = 'rolled-back', rolled_back_at = $2, rolled_back_by = $3
where p.id = $1 and p.state = 'active' returning ${COLUMNS}`,
};

/** Takes a publication out of use; undefined = it was taken out already. */
export async function rollBackPublication(
  sql: Sql,
  now: Date,
  id: number,
  actor: string,
): Promise<MappingPublication | undefined> {
  return (await sql.run<MappingPublication>(ROLL_BACK, [id, now, actor]))[0];
}
