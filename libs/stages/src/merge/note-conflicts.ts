import { provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance, ProvenanceSource } from '@isthmus/canonical';
import { mergePolicy, trustedTimeMs, valueAt } from '@isthmus/decide';
import type { DecidedCollision, MergePolicy } from '@isthmus/decide';
import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import { openConflictsOf, supersedeConflicts } from '@isthmus/ledger';
import type { NewConflict, OpenConflict, PendingChange, Sql } from '@isthmus/ledger';
import type { EntityFlow } from '../topology/topology.js';
import type { MergeSession, WorkingRecord } from './merge-session.js';
import { nativeKeyText } from './merge-session.js';

/** When a change was said, as far as its source's clock can be believed. */
export function saidAt({ policies }: EntityFlow, change: PendingChange): Date {
  const sourceAtMs = change.sourceAt?.getTime();
  return new Date(trustedTimeMs(sourceAtMs, change.receivedAt.getTime(), policies.clockSkewMs));
}

/** The flow's policies, as they decide about one change of a record. */
export function policyOfChange(session: MergeSession, change: PendingChange, record: WorkingRecord): MergePolicy {
  const provenance = record.current.provenance as unknown as CompactProvenance;
  const sides = {
    source: change.connectionId,
    incomingAtMs: saidAt(session.flow, change).getTime(),
    lastSetBy: (pointer: string) => {
      const found = lastSetIn(provenance, pointer);
      return found && { connectionId: found.connectionId, atMs: Date.parse(found.at) };
    },
  };
  return mergePolicy(session.flow.policies, sides, session.flow.plan);
}

/** Who last set a field or anything inside it. */
function lastSetIn(provenance: CompactProvenance, pointer: string): ProvenanceSource | undefined {
  let newest = provenanceOf(provenance, pointer);
  for (const [inner, index] of Object.entries(provenance.fields)) {
    const source = provenance.sources[index];
    if (source && inner.startsWith(`${pointer}/`) && (!newest || source.at > newest.at)) newest = source;
  }
  return newest;
}

/** Keeps both values of every collision, with who decided how. */
export function noteConflicts(
  session: MergeSession,
  change: PendingChange,
  record: WorkingRecord,
  collisions: readonly DecidedCollision[],
): void {
  for (const collision of collisions) {
    const conflict: NewConflict = {
      recordId: record.current.id,
      entity: session.definition.name,
      pointer: collision.pointer,
      connectionId: change.connectionId,
      changeId: change.id,
      recordValue: collision.record,
      incomingValue: collision.incoming,
      baseValue: collision.base,
      state: collision.chosen === 'review' ? 'open' : collision.chosen,
      policy: collision.policy ?? null,
      why: collision.why ?? null,
      recordBy: collision.last?.connectionId ?? null,
      recordAt: collision.last ? new Date(collision.last.atMs) : null,
      incomingAt: saidAt(session.flow, change),
      decidedValue: collision.chosen === 'joined' ? collision.value : undefined,
    };
    supersedeOlder(session, conflict);
    session.conflicts.push(conflict);
  }
}

/** What the source said before about the same field in the same batch is moot. */
function supersedeOlder(session: MergeSession, conflict: NewConflict): void {
  session.conflicts.forEach((older, index) => {
    if (older.state === 'open' && isSameQuestion(older, conflict))
      session.conflicts[index] = { ...older, state: 'superseded' };
  });
}

type Question = Pick<NewConflict, 'recordId' | 'pointer' | 'connectionId'>;

function isSameQuestion(a: Question, b: Question): boolean {
  return a.recordId === b.recordId && a.pointer === b.pointer && a.connectionId === b.connectionId;
}

/**
 * Closes conflicts that a batch answered: the source said something newer about the field, or both sides hold the same by now. Nothing would
 * be written to the source before somebody decided what there is nothing left to decide of.
 */
export async function closeMootConflicts(sql: Sql, session: MergeSession): Promise<void> {
  const spoke = session.sourceReplicas().map(({ recordId }) => recordId);
  const ids = new Set([...session.touchedRecords().map(({ current }) => current.id), ...spoke]);
  const open = await openConflictsOf(sql, [...ids]);
  if (open.length === 0) return;
  const moot = open.filter((conflict) => isMoot(session, conflict));
  await supersedeConflicts(
    sql,
    session.now,
    moot.map(({ id }) => id),
  );
}

function isMoot(session: MergeSession, conflict: OpenConflict): boolean {
  if (session.conflicts.some((other) => isSameQuestion(other, conflict))) return true;
  const record = session.records.get(conflict.recordId);
  if (!record) return false;
  const entity = session.definition.name;
  const held = valueAt(entity, record.current.body as JsonObject, conflict.pointer);
  const base = baseOf(session, conflict);
  const said = base ? valueAt(entity, base, conflict.pointer) : (conflict.incomingValue as Json | null);
  return equalJson(held, said ?? undefined);
}

/** What the source said in this batch. */
function baseOf(session: MergeSession, conflict: OpenConflict): JsonObject | undefined {
  for (const { stored, saved } of session.replicas.values()) {
    if (saved && stored.recordId === conflict.recordId && stored.connectionId === conflict.connectionId)
      return session.bases.get(nativeKeyText({ ...stored, nativeId: stored.nativeId ?? '' }));
  }
  return undefined;
}
