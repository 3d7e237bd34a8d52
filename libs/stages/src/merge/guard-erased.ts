import { findRefs, isEntityName, withoutPersonal } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import {
  findErasedObjects,
  findErasedRecords,
  noteErasedDocuments,
  noteToldOfErased,
  reopenErasures,
  replaceRaw,
} from '@isthmus/ledger';
import type { NativeKey, PendingChange, Sql } from '@isthmus/ledger';
import { rowWithoutPersonal } from '../topology/forget-personal.js';
import type { MergeSession } from './merge-session.js';
import { nativeKeyText } from './merge-session.js';

/**
 * Looks which changes of the batch are about erased persons, and takes the personal fields out of the documents that refer to them, before
 * anything is merged. Call when references are resolved.
 */
export async function loadErased(sql: Sql, session: MergeSession, changes: readonly PendingChange[]): Promise<void> {
  for (const object of await findErasedObjects(sql, changes))
    session.erased.objects.set(nativeKeyText(object), object.recordId);
  const referred = changes.map((change) => [change, referredIds(session, change)] as const);
  const held = [...session.replicas.values()].map(({ stored }) => stored.recordId);
  const erased = await findErasedRecords(sql, [...new Set([...held, ...referred.flatMap(([, ids]) => ids)])]);
  if (erased.length === 0) return;
  const byId = new Map(erased.map((row) => [row.recordId, row]));
  for (const [change, ids] of referred) {
    const own = byId.get(session.replicas.get(nativeKeyText(change))?.stored.recordId ?? '');
    const person = ids.map((id) => byId.get(id)).find((row) => row?.part === 'person');
    const cause = own?.part === 'document' ? own : own === undefined ? person : undefined;
    if (cause) forget(session, change, cause.erasureId);
  }
}

/** Records of other entities that the change refers to: a customer below an erased one is somebody else. */
function referredIds(session: MergeSession, change: PendingChange): string[] {
  const entity = session.definition.name;
  const body = session.mapped.get(change.id)?.body;
  if (!body || !isEntityName(entity)) return [];
  return findRefs(entity, body).flatMap(({ ref, entity: other }) => ('id' in ref && other !== entity ? [ref.id] : []));
}

function forget(session: MergeSession, change: PendingChange, erasureId: number): void {
  const mapped = session.mapped.get(change.id);
  const environment = session.topology.connections.get(change.connectionId)?.environment;
  if (!mapped || !environment) return;
  const entity = session.definition.name as EntityName;
  const key = nativeKeyText(change);
  const row = rowWithoutPersonal(mapped.binding, environment, mapped.row) ?? mapped.row;
  const body = mapped.body && withoutPersonal(entity, mapped.body);
  // The hash stays that of the whole row: read again, it says nothing new.
  session.mapped.set(change.id, { ...mapped, row, body, text: JSON.stringify(row), issues: body ? [] : mapped.issues });
  const base = session.bases.get(key);
  if (base) session.bases.set(key, withoutPersonal(entity, base));
  const baseRow = session.baseRows.get(key);
  if (baseRow) session.baseRows.set(key, rowWithoutPersonal(mapped.binding, environment, baseRow) ?? baseRow);
  session.erased.documents.set(change.id, erasureId);
}

/** Settles what is told of an erased person: it is noted that the system still holds it, and nothing of it is kept. True = settled. */
export function guardErased(session: MergeSession, change: PendingChange): boolean {
  const recordId = session.erased.objects.get(nativeKeyText(change));
  if (recordId === undefined) return false;
  session.settle(change, { state: 'ignored', recordId, reason: ERASED });
  return true;
}

/** Writes what the batch learned of erased persons, and takes their data out of the changes that told it. */
export async function saveErased(sql: Sql, session: MergeSession, changes: readonly PendingChange[]): Promise<void> {
  const { objects, documents } = session.erased;
  if (objects.size === 0 && documents.size === 0) return;
  const told = changes.filter((change) => objects.has(nativeKeyText(change)));
  const newest = new Map(
    told.map((change) => [nativeKeyText(change), { ...change, isHeld: change.kind === 'upsert' }]),
  );
  await noteToldOfErased(sql, session.now, [...newest.values()]);
  const kept = changes.filter((change) => documents.has(change.id));
  await replaceRaw(sql, [
    ...told.map((change) => ({ ...change, raw: null })),
    ...kept.map((change) => ({ ...change, raw: session.mapped.get(change.id)?.text ?? null })),
  ]);
  const outcomes = new Map(session.outcomes.map((outcome) => [outcome.id, outcome.recordId]));
  const merged = kept.flatMap((change) => {
    const recordId = outcomes.get(change.id);
    const erasureId = documents.get(change.id);
    return recordId && erasureId !== undefined ? [{ recordId, erasureId }] : [];
  });
  // One that was there before and came to refer to the person has a history that is still to be gone through.
  const fresh = merged.filter(({ recordId }) => session.records.get(recordId)?.isNew === true);
  await noteErasedDocuments(sql, session.now, fresh, true);
  const old = await noteErasedDocuments(sql, session.now, merged, false);
  if (old > 0) await reopenErasures(sql, [...new Set(merged.map(({ erasureId }) => erasureId))]);
}

/** References to an erased person whose native id is not kept in the clear lead to the stub all the same. */
export async function resolveErased(
  sql: Sql,
  wanted: ReadonlyMap<string, NativeKey>,
  known: Map<string, string>,
): Promise<void> {
  const missing = [...wanted].flatMap(([text, key]) => (known.has(text) ? [] : [key]));
  for (const object of await findErasedObjects(sql, missing)) known.set(nativeKeyText(object), object.recordId);
}

const ERASED = {
  code: 'change.erased',
  message: {
    en: 'The person was erased; what this system still holds is not taken in and not kept.',
    zh: '该个人信息已被删除；该系统仍保留的内容不再接收，也不会保存。',
  },
};
