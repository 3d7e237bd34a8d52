import {
  emptyProvenance,
  newRecordId,
  normaliseBody,
  validateBody,
  withoutDerived,
  withProvenance,
} from '@isthmus/canonical';
import type { CompactProvenance, EntityName, ProvenanceSource } from '@isthmus/canonical';
import { threeWayMerge, withUnsaid } from '@isthmus/decide';
import type { MatchEvidence, MergeResult } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import type { PendingChange, SourceReplica, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from './identity-keys.js';
import type { MappedChange, MergeSession, WorkingRecord, WorkingReplica } from './merge-session.js';
import { isDouble, nativeKeyText } from './merge-session.js';
import { knownBase } from './own-writes.js';
import type { KnownBase } from './own-writes.js';
import { completes, waitForReference } from './wait-for-reference.js';
import { withoutReferences } from './without-references.js';
import { noteConflicts, policyOfChange, saidAt } from './note-conflicts.js';

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
  /** Version of an unanswered write of ours that the source now shows. */
  readonly seenWrite?: number;
}

/** Merges a change into its record, or makes the record; refuses a result that the canonical model refuses. */
export function mergeIntoRecord(session: MergeSession, given: Merging): void {
  const { change, body, record, replica } = given;
  if (!record) return createRecord(session, given);
  const said = replica && session.bases.get(nativeKeyText(change));
  const { base, seenWrite } = baseOf(session, given, record, said);
  const merging = seenWrite === undefined ? given : { ...given, seenWrite };
  const result = threeWayMerge(
    session.flow.plan,
    { record: record.current.body as JsonObject, base, incoming: body },
    policyOfChange(session, change, record),
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

function baseOf(
  session: MergeSession,
  { change, body, answersWrite }: Merging,
  record: WorkingRecord,
  said: JsonObject | undefined,
): KnownBase {
  if (answersWrite) return { base: record.current.body as JsonObject };
  // All but its references was merged before.
  if (completes(change)) return { base: withoutReferences(session.definition.name as EntityName, body, 'all') };
  return knownBase(session, record, { connectionId: change.connectionId, base: said, incoming: body });
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
    at: saidAt(session.flow, change).toISOString(),
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
  if (replica && isDouble(replica)) return finishDouble(session, { ...merging, record, replica }, result, state);
  const held = heldVersion(record, change, replica);
  const writes =
    session.flow.targets.get(change.connectionId)?.some((binding) => binding.name === change.stream) ?? false;
  const complete = held === versionBefore && result.refused.length === 0;
  const key = nativeKeyText(change);
  const stored = replica?.stored ?? newReplica(record, change);
  session.replicas.set(key, { stored, saved: sourceReplica(session, merging, record, stored, writes && !complete) });
  if (!merging.answersWrite) rememberBase(session, merging);
  session.linked.add(`${record.current.id}|${change.connectionId}`);
  record.saidBy.set(
    change.connectionId,
    complete ? record.current.version : Math.min(held, record.current.version - 1),
  );
  if (!replica)
    session.newlyKnown.push({ connectionId: change.connectionId, stream: change.stream, nativeId: change.nativeId });
  noteConflicts(session, change, record, result.collisions);
  settleMerged(session, merging, record, state);
}

/** The change is done; what its mapping gave up on the way stays with it. */
function settleMerged(
  session: MergeSession,
  { change, mapped }: Merging,
  { current }: WorkingRecord,
  state: 'merged' | 'unchanged',
): void {
  const { issues, missing } = mapped;
  if (missing.length > 0)
    return waitForReference(session, change, mapped, { recordId: current.id, recordVersion: current.version });
  session.settle(change, {
    state,
    recordId: current.id,
    recordVersion: current.version,
    ...(issues.length > 0 && { reason: { code: 'change.mapping-warnings', issues } }),
  });
}

type DoubleMerging = Merging & { readonly record: WorkingRecord; readonly replica: WorkingReplica };

/** A double is not kept in step, and says nothing of what the record's own copy there holds. */
function finishDouble(
  session: MergeSession,
  merging: DoubleMerging,
  result: Omit<MergeResult, 'body'>,
  state: 'merged' | 'unchanged',
): void {
  const { change, record, replica } = merging;
  const { stored } = replica;
  const saved = sourceReplica(session, merging, record, stored, false);
  const key = nativeKeyText(change);
  session.replicas.set(key, {
    stored,
    saved: { ...saved, recordId: stored.holderId, version: stored.desiredVersion },
  });
  rememberBase(session, merging);
  noteConflicts(session, change, record, result.collisions);
  settleMerged(session, merging, record, state);
}

/** What the source is known to hold is the base of what it says next. */
function rememberBase(session: MergeSession, { change, body }: Merging): void {
  const key = nativeKeyText(change);
  const before = session.bases.get(key);
  session.bases.set(key, before ? withUnsaid(before, body) : body);
}

/** The base as it is stored: the row, with what it does not supply this time. */
function baseText(session: MergeSession, { change, mapped }: Merging, stored: WorkingReplica['stored']): string {
  const key = nativeKeyText(change);
  const before = stored.state === 'gone' ? undefined : session.baseRows.get(key);
  const row = before ? withUnsaid(before, mapped.row) : mapped.row;
  session.baseRows.set(key, row);
  return row === mapped.row ? mapped.text : JSON.stringify(row);
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
    base: kept ? (stored.base as string) : baseText(session, merging, stored),
    baseHash: kept ? (stored.baseHash as string) : mapped.hash,
    modifiedAt: change.sourceAt,
    version: record.current.version,
    behind,
    lane: change.lane,
    seenWrite: merging.seenWrite ?? replica?.saved?.seenWrite,
    evidence: replica ? null : (evidence ?? null),
  };
}

function newReplica(record: WorkingRecord, change: PendingChange): WorkingReplica['stored'] {
  return {
    recordId: record.current.id,
    holderId: record.current.id,
    connectionId: change.connectionId,
    stream: change.stream,
    nativeId: change.nativeId,
    base: null,
    baseHash: null,
    modifiedAt: null,
    deliveredAt: null,
    goneSince: null,
    goneAt: null,
    desiredVersion: record.current.version,
    deliveredVersion: record.current.version,
    state: 'settled',
    triedVersions: null,
  };
}
