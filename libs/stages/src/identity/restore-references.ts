import { findRefs, hubConnectionId, isNativeRef, isRecordRef, provenanceOf } from '@isthmus/canonical';
import type { CompactProvenance, EntityName } from '@isthmus/canonical';
import { applyDifferences, bodyDifferences, valueAt } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { loadRecords, loadReplicasOfRecords } from '@isthmus/ledger';
import type { MergeReplica, RecordMerge, Sql, StoredRecord } from '@isthmus/ledger';
import { bindingOf } from '../topology/topology.js';
import { nativeText } from './attribute-changes.js';
import type { IdentityParts } from './merge-order.js';
import { redirectRefs, scanReferrers } from './references.js';
import { nextVersion } from './save-versions.js';
import type { VersionStep } from './save-versions.js';

/** References that go back to the other record, and those that do not. */
export interface RestoredReferences {
  readonly steps: readonly VersionStep[];
  /** Pointed at the survivor by the merge, and at something else by somebody since. */
  readonly left: readonly { readonly recordId: string; readonly pointer: string }[];
}

/**
 * Finds the references that are the other record's: those that the merge redirected, unless they point elsewhere by now, and newer ones
 * whose system names one of the other record's objects. What a system says of a redirected one tells nothing: the hub has written it there.
 */
export async function restoreReferences(
  sql: Sql,
  parts: IdentityParts,
  merge: RecordMerge,
  actor: string,
): Promise<RestoredReferences> {
  const { survivor, other, undo, entity } = merge;
  const redirected = new Map(undo.references.map((reference) => [reference.recordId, reference]));
  const newer = await scanReferrers(sql, entity, survivor, merge.at);
  const ids = new Set([...redirected.keys(), ...[...newer.values()].flatMap((found) => [...found])]);
  ids.delete(survivor);
  ids.delete(other);
  const records = await loadRecords(sql, [...ids].sort());
  const bases = new Bases(parts, await loadReplicasOfRecords(sql, [...ids]), new Set(undo.ofOther.map(nativeText)));
  const steps: VersionStep[] = [];
  const left: { recordId: string; pointer: string }[] = [];
  for (const before of records) {
    if (before.status === 'merged') continue;
    const stored = new Set(redirected.get(before.id)?.pointers ?? []);
    for (const pointer of stored) if (!refersTo(before, pointer, survivor)) left.push({ recordId: before.id, pointer });
    const mine = pointersTo(before, survivor).filter(
      (pointer) => stored.has(pointer) || bases.isOthers(before, pointer),
    );
    if (mine.length === 0) continue;
    const { body } = applyDifferences(
      before.entity,
      before.body as JsonObject,
      mine.map((pointer) => ({ pointer: `${pointer}/id`, after: other })),
    );
    steps.push({ before, after: nextVersion(before, parts.now, actor, { version: before.version + 1, body }) });
  }
  return { steps, left };
}

function refersTo(record: StoredRecord, pointer: string, id: string): boolean {
  const value = valueAt(record.entity, record.body as JsonObject, pointer);
  return isRecordRef(value) && value.id === id;
}

const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Pointers, list items by their key, of a record's references to another. */
function pointersTo(record: StoredRecord, id: string): string[] {
  const body = record.body as JsonObject;
  const elsewhere = redirectRefs(record.entity as EntityName, body, new Map([[id, NOBODY]]));
  return bodyDifferences(record.entity, body, elsewhere).map(({ pointer }) => pointer.replace(/\/id$/, ''));
}

/** What the systems themselves say in their last known rows. */
class Bases {
  private readonly bodies = new Map<MergeReplica, JsonObject | undefined>();

  constructor(
    private readonly parts: IdentityParts,
    private readonly replicas: readonly MergeReplica[],
    private readonly others: ReadonlySet<string>,
  ) {}

  /** Whether the system that set a reference names one of the other record's objects there. */
  isOthers(record: StoredRecord, pointer: string): boolean {
    const source = provenanceOf(record.provenance as unknown as CompactProvenance, pointer);
    if (!source || source.connectionId === hubConnectionId) return false;
    const { connectionId } = source;
    const replica = this.replicas.find((row) => row.recordId === record.id && row.connectionId === connectionId);
    const body = replica && this.bodyOf(replica, record.entity as EntityName);
    const named = body && valueAt(record.entity, body, pointer);
    if (!isNativeRef(named)) return false;
    return this.others.has(nativeText({ connectionId, stream: named.native.stream, nativeId: named.native.id }));
  }

  private bodyOf(replica: MergeReplica, entity: EntityName): JsonObject | undefined {
    if (!this.bodies.has(replica)) this.bodies.set(replica, this.mapped(replica, entity));
    return this.bodies.get(replica);
  }

  private mapped({ connectionId, stream, base }: MergeReplica, entity: EntityName): JsonObject | undefined {
    const { topology } = this.parts;
    const binding = bindingOf(topology, connectionId, stream);
    const environment = topology.connections.get(connectionId)?.environment;
    if (!binding || !environment || base === null) return undefined;
    const mapped = binding.mapping.toCanonical(JSON.parse(base) as JsonObject, environment);
    return mapped.ok && findRefs(entity, mapped.body).length > 0 ? mapped.body : undefined;
  }
}
