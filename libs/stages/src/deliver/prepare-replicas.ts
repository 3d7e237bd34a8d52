import { entityDefinition, findRefs, isEntityName } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { WriteItem } from '@isthmus/connector-kit';
import { difference } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { resolveReplicaReferences } from '@isthmus/ledger';
import type { ClaimedReplica, ReferencedReplica, ReplicaOutcome } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import { blockedOn, deadLetter, mayExist, outcomeOf, upToDate } from './outcomes.js';

/** A replica that really has to be written. */
export interface PreparedWrite {
  readonly replica: ClaimedReplica;
  readonly binding: StreamBinding;
  readonly item: WriteItem;
  /** Delete instead of write. */
  readonly remove: boolean;
}

/** What was decided without a call, and what needs one. */
export interface Prepared {
  readonly outcomes: readonly ReplicaOutcome[];
  readonly writes: readonly PreparedWrite[];
}

/** Maps records to native rows, resolves references, and leaves out what the far side holds already. */
export async function prepareReplicas(
  context: StageContext,
  connection: LiveConnection,
  claimed: readonly ClaimedReplica[],
): Promise<Prepared> {
  const references = await loadReferences(context, connection, claimed);
  const outcomes: ReplicaOutcome[] = [];
  const writes: PreparedWrite[] = [];
  for (const replica of claimed) {
    const prepared = prepareSafely(connection, repeated(connection, replica), references);
    if ('state' in prepared) outcomes.push(prepared);
    else writes.push(prepared);
  }
  return { outcomes, writes };
}

/**
 * A create that may have taken effect goes out again as it was: the far side knows it by its key, and with another body under the same key
 * it would refuse, or answer with what it stored then. What came later follows as an update.
 */
function repeated(connection: LiveConnection, replica: ClaimedReplica): ClaimedReplica {
  const { triedBody: body, triedVersion: recordVersion } = replica;
  if (body === null || recordVersion === null || replica.nativeId !== null) return replica;
  const repeat = connection.streams.get(replica.stream)?.stream.write?.repeat;
  // Where it is deleted by now, an upsert too goes out again first: without the id that it answers, nothing there can be deleted.
  if (repeat !== 'idempotency-key' && (repeat !== 'upsert' || replica.recordStatus !== 'deleted')) return replica;
  return { ...replica, body, recordVersion, recordStatus: 'active' };
}

type References = ReadonlyMap<string, ReferencedReplica>;

async function loadReferences(
  context: StageContext,
  connection: LiveConnection,
  claimed: readonly ClaimedReplica[],
): Promise<References> {
  const wanted = new Set<string>();
  for (const replica of claimed) for (const id of referencedIds(replica)) wanted.add(id);
  const found = await resolveReplicaReferences(context.database, connection.id, [...wanted]);
  return new Map(found.map((reference) => [reference.recordId, reference]));
}

function referencedIds(replica: ClaimedReplica): string[] {
  const refs = findRefs(replica.entity as EntityName, replica.body as JsonObject);
  return refs.flatMap(({ ref }) => ('id' in ref ? [ref.id] : []));
}

function prepareSafely(
  connection: LiveConnection,
  replica: ClaimedReplica,
  references: References,
): ReplicaOutcome | PreparedWrite {
  try {
    return prepare(connection, replica, references);
  } catch (error) {
    const message = { en: `The mapping failed: ${String(error)}`, zh: `映射执行失败：${String(error)}` };
    return deadLetter(replica, { kind: 'invalid', code: 'mapping.defect', message });
  }
}

function prepare(
  connection: LiveConnection,
  replica: ClaimedReplica,
  references: References,
): ReplicaOutcome | PreparedWrite {
  const binding = connection.streams.get(replica.stream);
  if (!binding?.stream.write) return deadLetter(replica, NOT_WRITABLE);
  const remove = replica.recordStatus === 'deleted';
  if (remove && !mayExist(replica)) return prepareRemoval(replica, binding);
  const missing = missingReference(binding, replica, references);
  if (missing) return blockedOn(replica, missing.recordId, missing.entity);
  const resolve = (reference: { readonly id: string }): { stream: string; id: string } | undefined => {
    const found = references.get(reference.id);
    return found?.nativeId && found.stream ? { stream: found.stream, id: found.nativeId } : undefined;
  };
  const mapped = binding.mapping.toNative(replica.body as JsonObject, connection.environment, resolve);
  if (!mapped.ok) {
    const message = {
      en: 'The record cannot be mapped to this system; see the issues.',
      zh: '记录无法映射到该系统，见问题列表。',
    };
    return deadLetter(replica, { kind: 'invalid', code: 'delivery.mapping', message, issues: mapped.issues });
  }
  const base = replica.base === null ? undefined : (JSON.parse(replica.base) as JsonObject);
  const changed = base && replica.nativeId !== null ? patchFor(connection, binding, mapped.row, base) : mapped.row;
  if (replica.nativeId !== null && Object.keys(changed).length === 0) return upToDate(replica);
  return { replica, binding, remove, item: writeItem(replica, mapped.row, changed, base) };
}

/** Compares what we would write now with what we would write for the base: formatting alone is never a difference. */
function patchFor(connection: LiveConnection, binding: StreamBinding, row: JsonObject, base: JsonObject): JsonObject {
  const held = binding.mapping.toCanonical(base, connection.environment);
  if (!held.ok) return row;
  // What follows from other fields was computed for the record; without the same for the base it would always differ.
  const body = isEntityName(binding.entity) ? entityDefinition(binding.entity).derive(held.body) : held.body;
  const heldRow = binding.mapping.toNative(body, connection.environment, () => undefined);
  return heldRow.ok ? difference(row, heldRow.row) : row;
}

function writeItem(
  replica: ClaimedReplica,
  native: JsonObject,
  changed: JsonObject,
  base: JsonObject | undefined,
): WriteItem {
  const suffix = replica.nativeId === null ? 'create' : `v${replica.recordVersion}`;
  return {
    idempotencyKey: `isthmus-${replica.recordId}-${suffix}`,
    recordId: replica.recordId,
    native,
    changed,
    ...(replica.nativeId !== null && { nativeId: replica.nativeId }),
    ...(base && { base }),
  };
}

function prepareRemoval(replica: ClaimedReplica, binding: StreamBinding): ReplicaOutcome | PreparedWrite {
  if (replica.nativeId === null) return outcomeOf(replica, { state: 'gone' });
  if (!binding.stream.write?.remove) return deadLetter(replica, NOT_REMOVABLE);
  return { replica, binding, remove: true, item: writeItem(replica, {}, {}, undefined) };
}

/** A reference that the mapping writes and that does not exist in the connection yet. */
function missingReference(
  binding: StreamBinding,
  replica: ClaimedReplica,
  references: References,
): { recordId: string; entity: string } | undefined {
  const refs = findRefs(replica.entity as EntityName, replica.body as JsonObject);
  for (const { path, ref, entity } of refs) {
    if (!('id' in ref) || !writesPath(binding, path)) continue;
    if (!references.get(ref.id)?.nativeId) return { recordId: ref.id, entity };
  }
  return undefined;
}

function writesPath(binding: StreamBinding, pointer: string): boolean {
  const pattern = pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*');
  return binding.mapping.writes.includes(pattern);
}

const NOT_WRITABLE = {
  kind: 'invalid',
  code: 'delivery.not-writable',
  message: {
    en: 'The stream cannot be written. Change the flow, then replay.',
    zh: '该数据流不可写入，请调整同步流程后重放。',
  },
};

const NOT_REMOVABLE = {
  kind: 'invalid',
  code: 'delivery.not-removable',
  message: {
    en: 'The record was deleted, but this system cannot delete through its API. Delete it there by hand.',
    zh: '记录已删除，但该系统接口不支持删除，请在该系统中手工删除。',
  },
};
