import { findRefs, parsePointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { IdentityKey } from '@isthmus/decide';
import { keyText } from '@isthmus/decide';
import type { Json, JsonObject } from '@isthmus/json';
import {
  findCreatesInFlight,
  findRecordsByKeys,
  findTombstones,
  loadRecords,
  loadReplicasByNativeId,
  loadReplicasOfRecords,
} from '@isthmus/ledger';
import type { MergeReplica, NativeKey, PendingChange, Sql, StoredRecord } from '@isthmus/ledger';
import type { CompiledMapping } from '@isthmus/mapping';
import { rowHash } from '../topology/row-hash.js';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf } from '../topology/topology.js';
import type { EntityFlow, StreamBinding, Topology } from '../topology/topology.js';
import { Breather } from '../topology/breather.js';
import { loadErased, resolveErased } from './guard-erased.js';
import { identityKeys } from './identity-keys.js';
import { MergeSession, nativeKeyText } from './merge-session.js';
import type { MappedChange } from './merge-session.js';
import { loadOwnWrites } from './own-writes.js';

/**
 * Loads all that a batch needs in a handful of statements, and maps every row, so that merging itself touches no database.
 *
 * @param mappingBefore the mapping of the bases, where the changes are stored rows that are mapped anew (`remap`)
 */
export async function loadSession(
  sql: Sql,
  context: StageContext,
  flow: EntityFlow,
  changes: readonly PendingChange[],
  mappingBefore?: CompiledMapping,
): Promise<MergeSession> {
  const session = new MergeSession(context.topology.current(), flow, context.clock.now(), mappingBefore);
  // Before the replicas: see findCreatesInFlight.
  for (const { connectionId, stream } of await findCreatesInFlight(sql, flow.definition.name))
    session.creating.add(`${connectionId}|${stream}`);
  for (const replica of await loadReplicasByNativeId(sql, changes))
    session.replicas.set(replicaKey(replica), { stored: replica });
  const unknown = changes.filter((change) => change.kind === 'upsert' && !session.replicas.has(nativeKeyText(change)));
  for (const tombstone of await findTombstones(sql, unknown))
    session.tombstones.set(nativeKeyText(tombstone), tombstone);
  await mapRows(session, changes);
  await resolveReferences(sql, session, changes);
  await loadErased(sql, session, changes);
  await loadKnownRecords(sql, session);
  const candidates = await loadCandidates(sql, session, changes);
  await loadOwnWrites(sql, session, [...[...session.replicas.values()].map(({ stored }) => stored), ...candidates]);
  return session;
}

function replicaKey(replica: MergeReplica): string {
  return nativeKeyText({
    connectionId: replica.connectionId,
    stream: replica.stream,
    nativeId: replica.nativeId ?? '',
  });
}

async function mapRows(session: MergeSession, changes: readonly PendingChange[]): Promise<void> {
  const breather = new Breather();
  for (const change of changes) {
    await breather.pause();
    const binding = bindingOf(session.topology, change.connectionId, change.stream);
    if (!binding || change.raw === null) continue;
    const hash = rowHash(change.raw);
    const key = nativeKeyText(change);
    const replica = session.replicas.get(key)?.stored;
    session.mapped.set(change.id, mapRow(session.topology, binding, change.raw, hash));
    if (replica?.base && (session.mappingBefore || replica.baseHash !== hash) && !session.bases.has(key)) {
      const mapping = session.mappingBefore ?? binding.mapping;
      const base = mapRow(session.topology, { ...binding, mapping }, replica.base, replica.baseHash ?? '');
      session.bases.set(key, base.body);
      session.baseRows.set(key, base.row);
    }
  }
}

/** Maps a stored row; a defect in a mapping refuses the row and never the batch. */
function mapRow(topology: Topology, binding: StreamBinding, text: string, hash: string): MappedChange {
  const row = JSON.parse(text) as JsonObject;
  const common = { binding, text, hash, row, missing: [] };
  const environment = topology.connections.get(binding.connectionId)?.environment;
  if (!environment) return { ...common, body: undefined, issues: [] };
  try {
    const mapped = binding.mapping.toCanonical(row, environment);
    return mapped.ok
      ? { ...common, body: mapped.body, issues: mapped.warnings ?? [] }
      : { ...common, body: undefined, issues: mapped.issues };
  } catch (error) {
    const message = { en: `The mapping failed: ${String(error)}`, zh: `映射执行失败：${String(error)}` };
    return { ...common, body: undefined, issues: [{ code: 'mapping.defect', path: '', message }] };
  }
}

async function resolveReferences(sql: Sql, session: MergeSession, changes: readonly PendingChange[]): Promise<void> {
  const wanted = new Map<string, NativeKey>();
  const bodies: { connectionId: string; body: JsonObject; change?: PendingChange }[] = [];
  for (const change of changes) {
    const mapped = session.mapped.get(change.id);
    if (mapped?.body) bodies.push({ connectionId: change.connectionId, body: mapped.body, change });
    const base = session.bases.get(nativeKeyText(change));
    if (base) bodies.push({ connectionId: change.connectionId, body: base });
  }
  const entity = session.definition.name as EntityName;
  const found = bodies.flatMap((item) =>
    findRefs(entity, item.body).flatMap(({ path, ref }) => {
      if (!('native' in ref)) return [];
      const key = { connectionId: item.connectionId, stream: ref.native.stream, nativeId: ref.native.id };
      wanted.set(nativeKeyText(key), key);
      return [{ ...item, path, key }];
    }),
  );
  if (found.length === 0) return;
  const known = new Map<string, string>();
  for (const replica of await loadReplicasByNativeId(sql, [...wanted.values()]))
    known.set(replicaKey(replica), replica.recordId);
  await resolveErased(sql, wanted, known);
  for (const reference of found) {
    const recordId = known.get(nativeKeyText(reference.key));
    if (recordId !== undefined) setAt(reference.body, reference.path, { id: recordId });
    else if (reference.change) noteMissing(session, reference.change, reference.key);
  }
}

function noteMissing(session: MergeSession, change: PendingChange, key: NativeKey): void {
  const mapped = session.mapped.get(change.id);
  if (!mapped) return;
  session.mapped.set(change.id, { ...mapped, missing: [...mapped.missing, { stream: key.stream, id: key.nativeId }] });
}

/** Puts a value at a JSON Pointer that exists in the body. */
function setAt(body: JsonObject, pointer: string, value: Json): void {
  const segments = parsePointer(pointer);
  const last = segments.pop() as string;
  let here: Json = body;
  for (const segment of segments) here = (here as { [key: string]: Json })[segment] as Json;
  (here as { [key: string]: Json })[last] = value;
}

async function loadKnownRecords(sql: Sql, session: MergeSession): Promise<void> {
  const ids = new Set([...session.replicas.values()].map((replica) => replica.stored.recordId));
  for (const record of await loadRecords(sql, [...ids])) adopt(session, record);
}

function adopt(session: MergeSession, record: StoredRecord): void {
  if (session.records.has(record.id)) return;
  const keys = identityKeys(session.flow, record.body as JsonObject);
  session.records.set(record.id, {
    current: record,
    isNew: false,
    versionAtLoad: record.version,
    touched: false,
    lane: Number.MAX_SAFE_INTEGER,
    beforeImages: [],
    keysBefore: keys,
    keys,
    saidBy: new Map(),
  });
  session.index(record.id, keys);
}

/** Records that share an identity key with a native object that no replica knows yet. */
async function loadCandidates(
  sql: Sql,
  session: MergeSession,
  changes: readonly PendingChange[],
): Promise<readonly MergeReplica[]> {
  const keys = new Map<string, IdentityKey>();
  for (const change of changes) {
    const body = session.mapped.get(change.id)?.body;
    if (!body || session.replicas.has(nativeKeyText(change))) continue;
    for (const key of identityKeys(session.flow, body)) keys.set(keyText(key), key);
  }
  const decided = changes.flatMap((change) =>
    typeof change.reason?.['link'] === 'string' ? [change.reason['link']] : [],
  );
  const hits = await findRecordsByKeys(sql, session.definition.name, [...keys.keys()]);
  const ids = [...new Set([...hits.map((hit) => hit.recordId), ...decided])];
  for (const record of await loadRecords(sql, ids)) adopt(session, record);
  for (const hit of hits) {
    const key = keys.get(hit.key);
    if (key) session.alias(hit.recordId, key);
  }
  const replicas = await loadReplicasOfRecords(sql, ids);
  for (const replica of replicas) {
    // A replica that is only planned is no native object yet: the one that was found takes its place.
    if (replica.nativeId !== null && replica.state !== 'gone')
      session.linked.add(`${replica.recordId}|${replica.connectionId}`);
  }
  return replicas.filter(({ nativeId }) => nativeId === null);
}
