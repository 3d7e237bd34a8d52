import { documentEntities, emptyProvenance, erasedBody, hubConnectionId, withProvenance } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import {
  buryErasedObjects,
  createsInFlight,
  endChanges,
  eraseAttempts,
  eraseByObject,
  eraseByRecord,
  eraseChanges,
  eraseFromReports,
  erasePersonTraces,
  insertAudit,
  insertErasure,
  leaveStubs,
  loadRecords,
  lockMerge,
  openChangesNaming,
  saveErasureCounts,
} from '@isthmus/ledger';
import type { ErasureRun, Sql } from '@isthmus/ledger';
import { namesPerson, readPerson } from './plan-erasure.js';
import type { Topology } from '../topology/topology.js';
import { eraseOpenRows } from './erase-documents.js';
import type { ErasureRefusal, Person } from './plan-erasure.js';

/** Who asks for which erasure, and why. */
export interface ErasureOrder {
  readonly recordId: string;
  readonly reason: string;
  readonly actor: string;
  /** True = also when a system may be creating the person at this moment without the hub knowing the id. @default false */
  readonly force?: boolean;
}

const ERASED = {
  code: 'change.erased',
  message: { en: 'The person was erased.', zh: '该个人信息已被删除。' },
};

/**
 * Erases a person from everything that is kept of the person's own records, in the caller's transaction. What is left is a stub: its id, that
 * it was erased, and keyed hashes of the native ids. The run that is returned goes on with the documents that carry the person's data.
 *
 * Holds the merge locks of the entity and of every entity whose records may carry personal data, as merges and edits do: nobody merges, edits
 * or undoes meanwhile, and who comes later finds the stub.
 */
export async function eraseNow(
  sql: Sql,
  topology: Topology,
  order: ErasureOrder,
  now: Date,
): Promise<ErasureRun | { readonly refused: ErasureRefusal }> {
  const known = await readPerson(sql, order.recordId);
  if ('refused' in known) return known;
  for (const entity of [...new Set([known.entity, ...documentEntities()])].sort()) await lockMerge(sql, entity);
  // Again, now that nobody else changes it.
  const person = await readPerson(sql, order.recordId);
  if ('refused' in person) return person;
  if (namesPerson(person, order.reason)) return { refused: { code: 'erasure.reason-personal' } };
  const creating = await createsInFlight(sql, person.recordIds);
  if (creating.length > 0 && order.force !== true)
    return { refused: { code: 'erasure.create-in-flight', connections: creating } };
  return erase(sql, topology, order, person, now);
}

async function erase(
  sql: Sql,
  topology: Topology,
  { reason, actor }: ErasureOrder,
  person: Person,
  now: Date,
): Promise<ErasureRun> {
  const { entity, rootId, recordIds, objects } = person;
  const stubs = (await loadRecords(sql, recordIds)).map(({ id, body }) => ({
    id,
    body: erasedBody(entity, body as JsonObject),
    provenance: withProvenance(emptyProvenance, [''], {
      connectionId: hubConnectionId,
      changeId: actor,
      at: now.toISOString(),
    }),
  }));
  const run = await insertErasure(sql, now, { recordId: rootId, entity, counts: {}, reason, actor });
  await buryErasedObjects(sql, now, objects);
  const changes = await eraseChanges(sql, now, objects, ERASED);
  const letters = await eraseLetters(sql, topology, person, now);
  const { differences } = await eraseByObject(sql, objects);
  const byRecord = await eraseByRecord(sql, recordIds);
  const attempts = await eraseAttempts(sql, recordIds);
  await eraseFromReports(sql, recordIds);
  await erasePersonTraces(sql, recordIds, { actor, now });
  await leaveStubs(sql, now, run.id, stubs);
  const counts = { records: recordIds.length, ...byRecord, changes, letters, attempts, differences };
  await saveErasureCounts(sql, run.id, counts);
  const details = { erasure: run.id, reason, records: recordIds, counts };
  await insertAudit(sql, now, { actor, action: 'record.erase', object: `record:${rootId}`, details });
  return { ...run, counts };
}

/**
 * Changes that became no record, because a mapping refused them or a person has to decide: nothing but their rows says whose they are. Rows of
 * persons in which an address or number of the person stands are dropped; documents go on without personal fields.
 */
async function eraseLetters(sql: Sql, topology: Topology, person: Person, now: Date): Promise<number> {
  const texts = person.texts.filter(isTelling).map((text) => text.toLowerCase());
  const national = texts.flatMap((text) => (/^\+\d{9,}$/.test(text) ? [text.slice(-8)] : []));
  const natives = person.objects.map(({ nativeId }) => JSON.stringify(nativeId).toLowerCase());
  const same = await openChangesNaming(sql, [person.entity], [...texts, ...national]);
  await endChanges(sql, same, now, ERASED);
  const others = await openChangesNaming(sql, documentEntities(), [...texts, ...national, ...natives]);
  await eraseOpenRows(sql, topology, others, now);
  return same.length + others.length;
}

/** An e-mail address or a longer number is nobody else's by chance; a name may be. */
function isTelling(text: string): boolean {
  return text.includes('@') || text.replaceAll(/\D/g, '').length >= 7;
}
