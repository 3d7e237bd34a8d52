import { findRefs } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { WriteItem } from '@isthmus/connector-kit';
import { contentHash } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { MapIssue, ResolveReference } from '@isthmus/mapping';
import { resolveReplicaReferences } from '@isthmus/ledger';
import type { ClaimedReplica, ReferencedReplica, ReplicaOutcome } from '@isthmus/ledger';
import { nativePatch, triedPatch, withRemapFields, withRestored, withTriedFields } from '../topology/native-patch.js';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import { splitByBrokenMapping } from './broken-mapping-gate.js';
import { splitByMapping } from './mapping-gate.js';
import { blockedOn, deadLetter, mayExist, outcomeOf, upToDate } from './outcomes.js';

/** A replica that really has to be written. */
export interface PreparedWrite {
  readonly replica: ClaimedReplica;
  readonly binding: StreamBinding;
  readonly item: WriteItem;
  /** Delete instead of write. */
  readonly remove: boolean;
  /** True = a reference was left out to break a ring; the update that sets it follows. @default false */
  readonly isPart?: boolean;
  /** The row that an earlier create of this replica said, where the record has moved on since. */
  readonly sent?: JsonObject;
  /** What the mapping gave up on the way, such as the end of a text. */
  readonly warnings: readonly MapIssue[];
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
  const { usable, waiting } = splitByBrokenMapping(context, connection, claimed);
  const { current, early } = splitByMapping(context, connection, usable);
  const references = await loadReferences(context, connection, current);
  const outcomes: ReplicaOutcome[] = [...waiting, ...early];
  const writes: PreparedWrite[] = [];
  for (const replica of current) {
    const prepared = prepareSafely(connection, repeated(connection, replica), references);
    if ('state' in prepared) outcomes.push(prepared);
    else {
      writes.push(prepared);
      tellLosses(context, prepared);
    }
  }
  return { outcomes, writes };
}

/** Nothing is cut in silence: the log names record and field. */
function tellLosses(context: StageContext, { replica, binding, warnings }: PreparedWrite): void {
  for (const { code, message, target } of warnings)
    context.observer.warn({
      code,
      message: message.en,
      details: { connection: binding.connectionId, stream: binding.name, record: replica.recordId, field: target },
    });
}

/**
 * A create that may have taken effect goes out again as it was: the far side knows it by its key, and with another body under the same key
 * it would refuse, or answer with what it stored then. What came later follows as an update.
 */
function repeated(connection: LiveConnection, replica: ClaimedReplica): ClaimedReplica {
  const {
    triedBodies: [body],
    triedVersions: [recordVersion],
  } = replica;
  if (body === undefined || recordVersion === undefined || replica.nativeId !== null) return replica;
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
  // The copies of a merged record belong to the one that it was merged into. What is left here is a double, written by nobody.
  if (replica.recordStatus === 'merged' && !replica.unwanted) return upToDate(replica);
  if (isToRemove(replica) && !mayExist(replica)) return prepareRemoval(replica, binding);
  const missing = missingReference(binding, replica, references);
  if (missing) return blockedOn(replica, missing.recordId, missing.entity);
  const resolve: ResolveReference = (reference) => {
    if (isLeftOut(replica, reference.id)) return undefined;
    const found = references.get(reference.id);
    return found?.nativeId && found.stream ? { stream: found.stream, id: found.nativeId } : undefined;
  };
  return mapToWrite(connection, binding, replica, resolve);
}

function sentBefore(
  connection: LiveConnection,
  binding: StreamBinding,
  { triedBodies: [tried], nativeId }: ClaimedReplica,
  resolve: ResolveReference,
): { sent?: JsonObject } {
  if (tried === undefined || nativeId !== null) return {};
  const sent = binding.mapping.toNative(tried as JsonObject, connection.environment, resolve);
  return sent.ok ? { sent: sent.row } : {};
}

function isToRemove(replica: ClaimedReplica): boolean {
  return replica.recordStatus === 'deleted' || replica.unwanted;
}

function mapToWrite(
  connection: LiveConnection,
  binding: StreamBinding,
  replica: ClaimedReplica,
  resolve: ResolveReference,
): ReplicaOutcome | PreparedWrite {
  const mapped = binding.mapping.toNative(replica.body as JsonObject, connection.environment, resolve);
  if (!mapped.ok) {
    const message = {
      en: 'The record cannot be mapped to this system; see the issues.',
      zh: '记录无法映射到该系统，见问题列表。',
    };
    return deadLetter(replica, { kind: 'invalid', code: 'delivery.mapping', message, issues: mapped.issues });
  }
  const base = replica.base === null ? undefined : (JSON.parse(replica.base) as JsonObject);
  const isUpdate = base !== undefined && replica.nativeId !== null;
  const row = isUpdate ? withRestored(mapped.row, mapped.row, base, replica.remap?.restore) : mapped.row;
  const changed = isUpdate ? patchFor(connection, binding, replica, { row: mapped.row, base, resolve }) : row;
  if (replica.nativeId !== null && Object.keys(changed).length === 0) return upToDate(replica);
  return {
    replica,
    binding,
    remove: isToRemove(replica),
    item: writeItem(replica, row, changed, base),
    warnings: mapped.warnings ?? [],
    ...sentBefore(connection, binding, replica, resolve),
    isPart: leavesOut(binding, replica),
  };
}

function patchFor(
  connection: LiveConnection,
  binding: StreamBinding,
  { remap, triedBodies, deliveredBody }: ClaimedReplica,
  { row, base, resolve }: { readonly row: JsonObject; readonly base: JsonObject; readonly resolve: ResolveReference },
): JsonObject {
  const { environment } = connection;
  let patch = nativePatch(environment, binding, row, base);
  if (remap) patch = withRestored(withRemapFields(patch, row, base, remap.fields), row, base, remap.restore);
  const rowOf = (body: object): JsonObject | undefined => {
    const mapped = binding.mapping.toNative(body as JsonObject, environment, resolve);
    return mapped.ok ? mapped.row : undefined;
  };
  const delivered = deliveredBody ? rowOf(deliveredBody) : undefined;
  for (const body of triedBodies) {
    const tried = rowOf(body);
    if (tried) patch = withTriedFields(patch, row, triedPatch(environment, binding, tried, delivered, base));
  }
  return patch;
}

/** A far side that knows a key answers it as it did before: the same version under another mapping is another write. */
function keySuffix({ nativeId, recordVersion, remap, incarnation }: ClaimedReplica): string {
  // After a deletion the key of the first create would only be answered with the object that is gone.
  if (nativeId === null) return incarnation === 0 ? 'create' : `create-${incarnation + 1}`;
  return remap ? `v${recordVersion}-m${remap.run}` : `v${recordVersion}`;
}

/**
 * What an update says, and over what, as the end of its key: after a backup was put back the same version of a record comes again with other
 * content, and the far side would answer it as it answered the first. A retry over the same base keeps its key.
 */
function contentSuffix(nativeId: string | null, native: JsonObject, base: JsonObject | undefined): string {
  return nativeId === null ? '' : `-${contentHash([native, base ?? null]).slice(0, 10)}`;
}

function writeItem(
  replica: ClaimedReplica,
  native: JsonObject,
  changed: JsonObject,
  base: JsonObject | undefined,
): WriteItem {
  return {
    idempotencyKey: `isthmus-${replica.recordId}-${keySuffix(replica)}${contentSuffix(replica.nativeId, native, base)}`,
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
  return { replica, binding, remove: true, item: writeItem(replica, {}, {}, undefined), warnings: [] };
}

/** A reference that the mapping writes and that does not exist in the connection yet. */
function missingReference(
  binding: StreamBinding,
  replica: ClaimedReplica,
  references: References,
): { recordId: string; entity: string } | undefined {
  const refs = findRefs(replica.entity as EntityName, replica.body as JsonObject);
  for (const { path, ref, entity } of refs) {
    if (!('id' in ref) || !writesPath(binding, path) || isLeftOut(replica, ref.id)) continue;
    if (!references.get(ref.id)?.nativeId) return { recordId: ref.id, entity };
  }
  return undefined;
}

function isLeftOut(replica: ClaimedReplica, recordId: string): boolean {
  return replica.nativeId === null && (replica.leftOut?.includes(recordId) ?? false);
}

/** Whether a create goes out without a reference that it should have: the same each time, for a far side may know its key by its body. */
function leavesOut(binding: StreamBinding, replica: ClaimedReplica): boolean {
  if (replica.nativeId !== null || !replica.leftOut?.length) return false;
  return findRefs(replica.entity as EntityName, replica.body as JsonObject).some(
    ({ path, ref }) => 'id' in ref && writesPath(binding, path) && isLeftOut(replica, ref.id),
  );
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
