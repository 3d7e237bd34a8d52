import {
  emptyProvenance,
  newRecordId,
  normaliseBody,
  provenanceOf,
  validateBody,
  withoutDerived,
  withProvenance,
} from '@isthmus/canonical';
import type { CompactProvenance, EntityName, ProvenanceSource } from '@isthmus/canonical';
import { mergePolicy, threeWayMerge } from '@isthmus/decide';
import type { MatchEvidence, MergeResult } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange, SourceReplica, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import type { MappedChange, MergeSession, WorkingRecord, WorkingReplica } from './merge-session.js';
import { nativeKeyText } from './merge-session.js';

/** A change with what is known of its record: neither = a new record; no replica = a new link to a known record. */
export interface Merging {
  readonly change: PendingChange;
  readonly mapped: MappedChange;
  readonly body: JsonObject;
  readonly record?: WorkingRecord;
  readonly replica?: WorkingReplica;
  readonly evidence?: MatchEvidence;
  /** The body is the far side's answer to a write of the record as it stands: only what differs from the record counts, and nothing collides. */
  readonly answersWrite?: boolean;
}

/** Merges a change into its record, or makes the record; refuses a result that the canonical model refuses. */
export function mergeIntoRecord(session: MergeSession, merging: Merging): void {
  const { change, body, record, replica } = merging;
  const base = merging.answersWrite
    ? (record?.current.body as JsonObject)
    : replica
      ? session.bases.get(nativeKeyText(change))
      : undefined;
  if (!record) return createRecord(session, merging);
  const result = threeWayMerge(
    session.flow.plan,
    { record: (record?.current.body as JsonObject | undefined) ?? {}, base, incoming: body },
    policyOf(session, merging),
  );
  const versionBefore = record.current.version;
  if (result.changed.length === 0) return finish(session, merging, record, result, versionBefore, 'unchanged');
  const next = stamped(session, merging, complete(session, result.body, body));
  const findings = refusals(session, next);
  if (findings.length > 0)
    return session.settle(change, {
      state: 'rejected',
      recordId: record.current.id,
      reason: { code: 'change.invalid', findings },
    });
  advance(session, merging, record, next, result);
  finish(session, merging, record, result, versionBefore, 'merged');
}

function policyOf(session: MergeSession, { change, record }: Merging): ReturnType<typeof mergePolicy> {
  const incomingAtMs = (change.sourceAt ?? change.receivedAt).getTime();
  return mergePolicy(session.flow.policies, {
    source: change.connectionId,
    incomingAtMs,
    lastSetBy: (pointer) => {
      const found = record && provenanceOf(record.current.provenance as unknown as CompactProvenance, pointer);
      return found && { connectionId: found.connectionId, atMs: Date.parse(found.at) };
    },
  });
}

/**
 * Computes derived fields anew from the merged inputs. Where the merged inputs are exactly what the source says, its stated results (a
 * total that was rounded its way) are kept.
 */
function complete(session: MergeSession, merged: JsonObject, incoming: JsonObject): JsonObject {
  const entity = session.definition.name as EntityName;
  const inputs = withoutDerived(entity, merged);
  const said = withoutDerived(entity, incoming);
  const body: JsonObject = { ...inputs };
  const stated = Object.keys(incoming).filter((name) => !equalJson(said[name], incoming[name]));
  const agrees = stated.every((name) => said[name] === undefined || equalJson(said[name], inputs[name]));
  if (agrees) Object.assign(body, Object.fromEntries(stated.map((name) => [name, incoming[name]])));
  return session.definition.derive(normaliseBody(entity, withoutNulls(body)));
}

/** A new record is what its source says, with what follows from it. */
function completeNew(session: MergeSession, body: JsonObject): JsonObject {
  return session.definition.derive(normaliseBody(session.definition.name as EntityName, withoutNulls(body)));
}

/** A level of which the source does not say when it was true was true when the source said it. */
function stamped(session: MergeSession, { change, body }: Merging, next: JsonObject): JsonObject {
  const hasStamp = (session.definition.schema.properties ?? {})['asOf'] !== undefined;
  if (!hasStamp || typeof body['asOf'] === 'string') return next;
  return { ...next, asOf: (change.sourceAt ?? change.receivedAt).toISOString() };
}

function refusals(session: MergeSession, body: JsonObject): readonly object[] {
  const schema = validateBody(session.definition.name as EntityName, body).filter(
    (finding) => finding.severity === 'error',
  );
  if (schema.length > 0) return schema;
  return session.definition.check(body).filter((finding) => finding.severity === 'error');
}

const NOTHING_TO_MERGE: Omit<MergeResult, 'body'> = { changed: [], refused: [], collisions: [] };

function createRecord(session: MergeSession, merging: Merging): void {
  const { change, body } = merging;
  const next = stamped(session, merging, completeNew(session, body));
  const findings = refusals(session, next);
  if (findings.length > 0)
    return session.settle(change, { state: 'rejected', reason: { code: 'change.invalid', findings } });
  const keys = identityKeys(session.flow, next);
  const record: WorkingRecord = {
    current: {
      id: newRecordId(),
      entity: session.definition.name,
      version: 1,
      status: 'active',
      body: next,
      provenance: withProvenance(emptyProvenance, [''], sourceOf(session, merging)) as unknown as Record<
        string,
        unknown
      >,
      changeId: change.id,
      connectionId: change.connectionId,
      mappingVersion: merging.mapped.binding.mappingVersion,
      sourceUpdatedAt: change.sourceAt,
      createdAt: session.now,
      updatedAt: session.now,
    },
    isNew: true,
    versionAtLoad: 0,
    touched: true,
    lane: change.lane,
    beforeImages: [],
    keysBefore: [],
    keys,
    saidBy: new Map(),
  };
  session.records.set(record.current.id, record);
  session.index(record.current.id, keys);
  finish(session, merging, record, NOTHING_TO_MERGE, 0, 'merged');
}

function sourceOf(session: MergeSession, { change, mapped }: Merging): ProvenanceSource {
  return {
    connectionId: change.connectionId,
    changeId: change.id,
    at: (change.sourceAt ?? change.receivedAt).toISOString(),
    mappingVersion: String(mapped.binding.mappingVersion),
  };
}

function advance(
  session: MergeSession,
  merging: Merging,
  record: WorkingRecord,
  body: JsonObject,
  result: MergeResult,
): void {
  const { change, mapped } = merging;
  const before = record.current;
  record.beforeImages.push(before);
  const provenance = withProvenance(
    before.provenance as unknown as CompactProvenance,
    result.changed,
    sourceOf(session, merging),
  );
  record.current = {
    ...before,
    version: before.version + 1,
    body,
    provenance: provenance as unknown as Record<string, unknown>,
    changeId: change.id,
    connectionId: change.connectionId,
    mappingVersion: mapped.binding.mappingVersion,
    sourceUpdatedAt: newest(before, change),
    updatedAt: session.now,
  };
  record.touched = true;
  record.lane = Math.min(record.lane, change.lane);
  session.unindex(before.id, record.keys);
  record.keys = identityKeys(session.flow, body);
  session.index(before.id, record.keys);
}

function newest(before: StoredRecord, change: PendingChange): Date | null {
  if (change.sourceAt === null) return before.sourceUpdatedAt;
  return before.sourceUpdatedAt !== null && before.sourceUpdatedAt > change.sourceAt
    ? before.sourceUpdatedAt
    : change.sourceAt;
}

/** The newest version that the source held before it spoke: what it lacks of the record it still has to get. */
function heldVersion(record: WorkingRecord, change: PendingChange, replica: WorkingReplica | undefined): number {
  return record.saidBy.get(change.connectionId) ?? (replica?.stored.state === 'settled' ? record.versionAtLoad : 0);
}

/** Notes link, base, conflicts and outcome. */
function finish(
  session: MergeSession,
  merging: Merging,
  record: WorkingRecord,
  result: Omit<MergeResult, 'body'>,
  versionBefore: number,
  state: 'merged' | 'unchanged',
): void {
  const { change, replica } = merging;
  const held = heldVersion(record, change, replica);
  const writes =
    session.flow.targets.get(change.connectionId)?.some((binding) => binding.name === change.stream) ?? false;
  const complete = held === versionBefore && result.refused.length === 0;
  const key = nativeKeyText(change);
  const stored = replica?.stored ?? newReplica(record, change);
  session.replicas.set(key, { stored, saved: sourceReplica(session, merging, record, stored, writes && !complete) });
  if (!merging.answersWrite) session.bases.set(key, merging.body);
  session.linked.add(`${record.current.id}|${change.connectionId}`);
  record.saidBy.set(
    change.connectionId,
    complete ? record.current.version : Math.min(held, record.current.version - 1),
  );
  if (!replica)
    session.newlyKnown.push({ connectionId: change.connectionId, stream: change.stream, nativeId: change.nativeId });
  noteConflicts(session, merging, record, result);
  session.settle(change, { state, recordId: record.current.id, recordVersion: record.current.version });
}

/** What the source said, as it is kept. The answer to a write tells fields, it is no new base. */
function sourceReplica(
  session: MergeSession,
  merging: Merging,
  record: WorkingRecord,
  stored: WorkingReplica['stored'],
  behind: boolean,
): SourceReplica {
  const { change, mapped, replica, evidence } = merging;
  const kept = merging.answersWrite === true && stored.base !== null && stored.baseHash !== null;
  return {
    recordId: record.current.id,
    connectionId: change.connectionId,
    entity: session.definition.name,
    stream: change.stream,
    nativeId: change.nativeId,
    nativeVersion: mapped.binding.stream.version?.(mapped.row) ?? null,
    base: kept ? (stored.base as string) : mapped.text,
    baseHash: kept ? (stored.baseHash as string) : mapped.hash,
    modifiedAt: change.sourceAt,
    version: record.current.version,
    behind,
    lane: change.lane,
    evidence: replica ? null : (evidence ?? null),
  };
}

function newReplica(record: WorkingRecord, change: PendingChange): WorkingReplica['stored'] {
  return {
    recordId: record.current.id,
    connectionId: change.connectionId,
    stream: change.stream,
    nativeId: change.nativeId,
    base: null,
    baseHash: null,
    modifiedAt: null,
    deliveredAt: null,
    desiredVersion: record.current.version,
    deliveredVersion: record.current.version,
    state: 'settled',
  };
}

function noteConflicts(
  session: MergeSession,
  { change }: Merging,
  record: WorkingRecord,
  result: Omit<MergeResult, 'body'>,
): void {
  for (const collision of result.collisions) {
    session.conflicts.push({
      recordId: record.current.id,
      entity: session.definition.name,
      pointer: collision.pointer,
      connectionId: change.connectionId,
      changeId: change.id,
      recordValue: collision.record,
      incomingValue: collision.incoming,
      baseValue: collision.base,
      state: collision.chosen === 'review' ? 'open' : collision.chosen,
    });
  }
}
