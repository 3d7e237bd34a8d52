import { isEntityName, personalMembers, withoutPersonal } from '@isthmus/canonical';
import { equalJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import {
  bodiesOfDocuments,
  copiesOfDocuments,
  dropSettledRaw,
  endChanges,
  eraseAttempts,
  eraseDocumentConflicts,
  eraseFromReports,
  eraseNativeImages,
  loadRecords,
  lockMerge,
  objectsOfPerson,
  openChangesOfDocuments,
  replaceBases,
  replaceBodies,
  replaceRaw,
  settleErasedDocuments,
} from '@isthmus/ledger';
import type { ErasureCounts, OpenDocumentChange, Sql } from '@isthmus/ledger';
import { ROW_DROPPED, textWithoutPersonal } from './readable-row.js';
import type { Topology } from '../topology/topology.js';

/**
 * Takes the personal fields out of records that carry data of an erased person: the record, its versions, conflicts, bases, changes, and
 * tries. The records keep their versions, and nobody is owed a write: what other systems hold of them stays there.
 */
export async function eraseDocuments(
  sql: Sql,
  topology: Topology,
  recordIds: readonly string[],
  now: Date,
): Promise<ErasureCounts> {
  const entities = new Set((await loadRecords(sql, recordIds)).map(({ entity }) => entity));
  for (const entity of [...entities].sort()) await lockMerge(sql, entity);
  const documentVersions = await eraseBodies(sql, recordIds);
  await eraseBases(sql, topology, recordIds);
  const documentChanges = await eraseRows(sql, topology, recordIds, now);
  const members = [...entities].flatMap((entity) => (isEntityName(entity) ? personalMembers(entity) : []));
  const documentConflicts = await eraseDocumentConflicts(sql, recordIds, [...new Set(members)]);
  const attempts = await eraseAttempts(sql, recordIds);
  await eraseFromReports(sql, recordIds);
  await settleErasedDocuments(sql, recordIds);
  return { documents: recordIds.length, documentVersions, documentChanges, documentConflicts, attempts };
}

async function eraseBodies(sql: Sql, recordIds: readonly string[]): Promise<number> {
  const changed = (await bodiesOfDocuments(sql, recordIds)).flatMap((stored) => {
    if (!isEntityName(stored.entity)) return [];
    const body = withoutPersonal(stored.entity, stored.body as JsonObject);
    return equalJson(body, stored.body as JsonObject) ? [] : [{ ...stored, body }];
  });
  await replaceBodies(sql, changed);
  return changed.length;
}

async function eraseBases(sql: Sql, topology: Topology, recordIds: readonly string[]): Promise<void> {
  const copies = await copiesOfDocuments(sql, recordIds);
  await replaceBases(
    sql,
    copies.map((copy) => ({
      ...copy,
      base: copy.base === null ? null : (textWithoutPersonal(topology, copy, copy.base) ?? null),
    })),
  );
}

async function eraseRows(sql: Sql, topology: Topology, recordIds: readonly string[], now: Date): Promise<number> {
  const objects = await objectsOfPerson(sql, recordIds);
  await eraseNativeImages(sql, objects);
  const open = await openChangesOfDocuments(sql, objects);
  await eraseOpenRows(sql, topology, open, now);
  return open.length + (await dropSettledRaw(sql, objects));
}

/** Takes personal fields out of rows that are still needed; one that nobody can read is let go. */
export async function eraseOpenRows(
  sql: Sql,
  topology: Topology,
  changes: readonly OpenDocumentChange[],
  now: Date,
): Promise<void> {
  const read = changes.map((change) => ({ ...change, kept: textWithoutPersonal(topology, change, change.raw) }));
  await replaceRaw(
    sql,
    read.flatMap(({ kept, ...change }) => (kept === undefined ? [] : [{ ...change, raw: kept }])),
  );
  await endChanges(
    sql,
    read.filter(({ kept }) => kept === undefined),
    now,
    ROW_DROPPED,
  );
}
