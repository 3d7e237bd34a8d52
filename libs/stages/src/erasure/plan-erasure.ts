import {
  documentEntities,
  entityDefinition,
  fieldsOf,
  isEntityName,
  isPersonEntity,
  personalTexts,
} from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import {
  bodiesOfDocuments,
  countPerson,
  createsInFlight,
  erasureOfRecord,
  loadRecords,
  objectsOfPerson,
  recordsOfPerson,
} from '@isthmus/ledger';
import type { PersonObject, Sql } from '@isthmus/ledger';
import { scanReferrers } from '../identity/references.js';
import { tellsOf } from '../topology/forget-personal.js';

/** Why a person cannot be erased: a code of the API's catalogue. */
export interface ErasureRefusal {
  readonly code:
    | 'record.not-found'
    | 'erasure.no-person'
    | 'erasure.done'
    | 'erasure.running'
    | 'erasure.create-in-flight'
    | 'erasure.reason-personal';
  readonly connections?: readonly string[];
}

/** The records that one person is in the hub, and all that is known of where else the person stands. */
export interface Person {
  readonly entity: EntityName;
  /** The record that stays as a stub. */
  readonly rootId: string;
  /** With those that were merged into it. */
  readonly recordIds: readonly string[];
  readonly objects: readonly PersonObject[];
  /** Texts of all personal fields, of all versions. In memory only. */
  readonly texts: readonly string[];
}

/** Native ids that hold a personal text of so many letters or digits say who somebody is. */
const TELLING = 5;
/** A reason that holds one of so many names the person. */
const NAMING = 2;
/** Documents of which the plan looks at the fields; the others are counted. */
const SAMPLE = 500;

/** Reads who a record is; a refusal when it is nobody, or was erased. */
export async function readPerson(sql: Sql, recordId: string): Promise<Person | { readonly refused: ErasureRefusal }> {
  const family = await recordsOfPerson(sql, recordId);
  const root = family.find(({ isRoot }) => isRoot);
  const [record] = root ? await loadRecords(sql, [root.id]) : [];
  if (!root || !record) return { refused: { code: 'record.not-found' } };
  const { entity } = record;
  if (!isEntityName(entity) || !isPersonEntity(entity)) return { refused: { code: 'erasure.no-person' } };
  const before = await erasureOfRecord(sql, root.id);
  // A record that was merged into the stub by hand since would be a new person: there is none, a stub cannot be merged.
  if (before) return { refused: { code: before.state === 'running' ? 'erasure.running' : 'erasure.done' } };
  const recordIds = family.map(({ id }) => id);
  const bodies = await bodiesOfDocuments(sql, recordIds);
  const texts = [...new Set(bodies.flatMap(({ body }) => personalTexts(entity, body as JsonObject)))];
  const objects = (await objectsOfPerson(sql, recordIds)).map((object) => ({
    ...object,
    isTelling: tellsOf(object.nativeId, texts, TELLING),
  }));
  return { entity, rootId: root.id, recordIds, objects, texts };
}

/** Whether a text that is kept for good names the person. */
export function namesPerson(person: Person, text: string): boolean {
  return tellsOf(text, person.texts, NAMING);
}

/** Records of one entity that carry data of the person. */
export interface PlannedDocuments {
  readonly entity: string;
  readonly records: number;
  /** Canonical fields (list items as `*`) that hold personal data, and in how many of the records that were looked at. */
  readonly fields: { readonly [pointer: string]: number };
  /** Records that were looked at. */
  readonly lookedAt: number;
  /** Of those, records in whose other texts (a note) the person is named: these stay, a person has to edit them. */
  readonly namedElsewhere: number;
}

/** What an erasure would do. */
export interface ErasurePlan {
  readonly recordId: string;
  readonly entity: string;
  readonly recordIds: readonly string[];
  readonly counts: { readonly [what: string]: number };
  readonly documents: readonly PlannedDocuments[];
  /** Systems that hold the person, as far as is known: an erasure here deletes nothing there. */
  readonly held: readonly { readonly connectionId: string; readonly stream: string; readonly nativeId: string }[];
  /** Connections in which the person is being created at this moment, or may have been. */
  readonly creating: readonly string[];
}

/** Works out an erasure; changes nothing. */
export async function planErasure(
  sql: Sql,
  recordId: string,
): Promise<ErasurePlan | { readonly refused: ErasureRefusal }> {
  const person = await readPerson(sql, recordId);
  if ('refused' in person) return person;
  const { entity, rootId, recordIds, objects } = person;
  const documents: PlannedDocuments[] = [];
  for (const [name, ids] of await findDocuments(sql, person)) documents.push(await lookAt(sql, person, name, ids));
  return {
    recordId: rootId,
    entity,
    recordIds,
    counts: await countPerson(sql, recordIds, objects),
    documents,
    held: objects
      .filter(({ isHeld }) => isHeld)
      .map(({ connectionId, stream, nativeId }) => ({ connectionId, stream, nativeId })),
    creating: await createsInFlight(sql, recordIds),
  };
}

/** Records of other entities that refer to the person and may carry personal data, per entity. Looks through all of them. */
export async function findDocuments(
  sql: Sql,
  { entity, recordIds }: Pick<Person, 'entity' | 'recordIds'>,
): Promise<Map<EntityName, string[]>> {
  const documents = new Set<string>(documentEntities());
  const found = new Map<EntityName, Set<string>>();
  for (const recordId of recordIds) {
    for (const [name, ids] of await scanReferrers(sql, entity, recordId)) {
      if (!documents.has(name) || ids.size === 0) continue;
      found.set(name, new Set([...(found.get(name) ?? []), ...ids]));
    }
  }
  return new Map([...found].map(([name, ids]) => [name, [...ids].sort()]));
}

async function lookAt(sql: Sql, person: Person, entity: EntityName, ids: readonly string[]): Promise<PlannedDocuments> {
  const records = await loadRecords(sql, ids.slice(0, SAMPLE));
  const pointers = fieldsOf(entityDefinition(entity).schema).flatMap(({ pointer, schema }) =>
    schema['x-personal'] === true ? [pointer] : [],
  );
  const fields: { [pointer: string]: number } = {};
  let namedElsewhere = 0;
  for (const { body } of records) {
    for (const pointer of pointers) if (holds(body, pointer)) fields[pointer] = (fields[pointer] ?? 0) + 1;
    const own = new Set(personalTexts(entity, body as JsonObject));
    if (textsOf(body).some((text) => !own.has(text) && tellsOf(text, person.texts, TELLING))) namedElsewhere += 1;
  }
  return { entity, records: ids.length, fields, lookedAt: records.length, namedElsewhere };
}

function holds(value: unknown, pointer: string): boolean {
  if (pointer === '') return value !== undefined && value !== null;
  const [, name = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(pointer) ?? [];
  if (name === '*') return Array.isArray(value) && value.some((item) => holds(item, rest));
  return typeof value === 'object' && value !== null && holds((value as { [name: string]: unknown })[name], rest);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
