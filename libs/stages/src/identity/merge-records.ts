import { isEntityName } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { JoinedField } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import {
  dropPlannedReplicas,
  findFollowers,
  insertAudit,
  insertRecordMerge,
  loadRecords,
  lockMerge,
  lockPairReplicas,
  moveOpenConflicts,
  moveRemapDeliveries,
  moveReviewedDeletions,
  placeReplicas,
  relinkDecidedChanges,
  releaseReviewsOf,
  setMergedInto,
  wakeBlockedOn,
} from '@isthmus/ledger';
import type { RepointedRecord, Sql, StoredRecord } from '@isthmus/ledger';
import type { IdentityParts, IdentityRefusal, MergeOrder, MovedReplica } from './merge-order.js';
import { planMerge } from './plan-merge.js';
import type { Pair, PlannedMerge } from './plan-merge.js';
import { redirectedPointers, redirectRefs, referringEntities, scanReferrers } from './references.js';
import { nextVersion, saveVersions } from './save-versions.js';
import type { VersionStep } from './save-versions.js';

/** A clock of another process may be behind by so much. */
const CLOCKS_APART_MS = 600_000;
const PAGE = 500;

/** What a merge does, or would do. */
export interface MergeReport {
  /** Null for a preview. */
  readonly mergeId: string | null;
  readonly survivorId: string;
  readonly otherId: string;
  /** Version of the survivor that the merge makes. */
  readonly version: number;
  /** What the merged record holds. */
  readonly body: JsonObject;
  readonly fields: readonly JoinedField[];
  readonly shared: readonly string[];
  readonly contradictions: readonly string[];
  readonly replicas: readonly MovedReplica[];
  /** Records that referred to the other one and refer to the survivor then. */
  readonly references: readonly RepointedRecord[];
  /** Open conflicts that go to the survivor. */
  readonly conflicts: number;
  /** Identity reviews that named the other record and are matched anew. */
  readonly reviews: number;
}

/** A merge that was done, with who has work now. */
export interface MergeDone {
  readonly report: MergeReport;
  readonly deliverTo: ReadonlySet<string>;
  readonly mergeAlso: ReadonlySet<string>;
}

type Refused = { readonly refused: IdentityRefusal };

/** What a merge would do, worked out without holding anybody up. */
export async function previewMerge(parts: IdentityParts, order: MergeOrder): Promise<MergeReport | Refused> {
  const pair = await loadPair(parts.database, order, false);
  if ('refused' in pair) return pair;
  const planned = planMerge(parts.topology.flows.get(pair.entity), pair, order, parts.now);
  if ('refused' in planned) return planned;
  const found = await scanReferrers(parts.database, pair.entity, order.otherId);
  const steps = await redirectionSteps(parts.database, parts, found, order);
  return reportOf(order, planned, steps.map(repointed), { mergeId: null, conflicts: 0, reviews: 0 });
}

/**
 * Makes one record of two, with everything that hangs on them: copies, references of other records, identity keys, open conflicts and waiting
 * decisions. Holds the merge locks of the entity and of all that refer to it, so a change of either record is merged wholly before or wholly
 * after.
 */
export async function mergeRecords(parts: IdentityParts, order: MergeOrder): Promise<MergeDone | Refused> {
  const [known] = await loadRecords(parts.database, [order.otherId]);
  if (!known || !isEntityName(known.entity)) return { refused: { code: 'record.not-found' } };
  const { entity } = known;
  // Looking through all records takes a while with many: done before the lock, what changes meanwhile is looked at again under it.
  const since = new Date(parts.now.getTime() - CLOCKS_APART_MS);
  const scanned = await scanReferrers(parts.database, entity, order.otherId);
  return parts.database.transaction(async (sql) => {
    await lockIdentity(sql, entity);
    const pair = await loadPair(sql, order, true);
    if ('refused' in pair) return pair;
    const planned = planMerge(parts.topology.flows.get(entity), pair, order, parts.now);
    if ('refused' in planned) return planned;
    for (const [name, ids] of await scanReferrers(sql, entity, order.otherId, since))
      for (const id of ids) scanned.get(name)?.add(id);
    return apply(sql, parts, order, pair, planned, scanned);
  });
}

/** Holds the merges of an entity and of all entities that may refer to it, in one fixed order. */
export async function lockIdentity(sql: Sql, entity: EntityName): Promise<void> {
  const names = new Set([entity, ...referringEntities(entity).map((referring) => referring.entity)]);
  for (const name of [...names].sort()) await lockMerge(sql, name);
}

async function loadPair(sql: Sql, order: MergeOrder, mustBeFree: boolean): Promise<Pair | Refused> {
  const records = await loadRecords(sql, [order.survivorId, order.otherId]);
  const survivor = records.find((record) => record.id === order.survivorId);
  const other = records.find((record) => record.id === order.otherId);
  if (!survivor || !other || !isEntityName(survivor.entity)) return { refused: { code: 'record.not-found' } };
  const unfit = unfitness(survivor, other);
  if (unfit) return { refused: { code: 'record.merge-unfit', places: [{ code: 'record.merge-unfit', ...unfit }] } };
  if (movedOn(survivor, order.survivorVersion) || movedOn(other, order.otherVersion))
    return { refused: { code: 'record.version-moved' } };
  const replicas = await lockPairReplicas(sql, [survivor.id, other.id]);
  if (mustBeFree && replicas.some((replica) => replica.busy)) return { refused: { code: 'record.merge-busy' } };
  return { entity: survivor.entity, survivor, other, replicas };
}

function movedOn(record: StoredRecord, expected: number | undefined): boolean {
  return expected !== undefined && record.version !== expected;
}

function unfitness(survivor: StoredRecord, other: StoredRecord): { pointer: string; message: string } | undefined {
  if (survivor.id === other.id) return { pointer: '/other', message: 'a record cannot be merged with itself' };
  if (survivor.entity !== other.entity) return { pointer: '/other', message: `it is no ${survivor.entity}` };
  const lives = ({ status }: StoredRecord): boolean => status === 'active' || status === 'archived';
  if (!lives(survivor)) return { pointer: '', message: `the survivor is ${survivor.status}` };
  return lives(other) ? undefined : { pointer: '/other', message: `it is ${other.status}` };
}

async function apply(
  sql: Sql,
  parts: IdentityParts,
  order: MergeOrder,
  pair: Pair,
  planned: PlannedMerge,
  referrers: ReadonlyMap<EntityName, ReadonlySet<string>>,
): Promise<MergeDone> {
  const { now } = parts;
  const { entity, survivor, other } = pair;
  await dropPlannedReplicas(sql, planned.dropped);
  await placeReplicas(sql, now, planned.places);
  await moveRemapDeliveries(sql, other.id, survivor.id);
  const followers = await findFollowers(sql, other.id);
  const own = [
    { before: survivor, after: planned.survivor },
    { before: other, after: planned.other },
  ];
  const steps = await redirectionSteps(sql, parts, referrers, order);
  const deliverTo = await saveVersions(sql, parts, [...own, ...steps], false);
  await setMergedInto(
    sql,
    [other.id, ...followers].map((id) => ({ id, into: survivor.id })),
  );
  await wakeBlockedOn(sql, other.id, now);
  const conflicts = await moveOpenConflicts(sql, other.id, survivor.id);
  const changes = await moveReviewedDeletions(sql, other.id, survivor.id);
  await relinkDecidedChanges(sql, entity, other.id, survivor.id);
  const reviews = await releaseReviewsOf(sql, other.id);
  const references = steps.map(repointed);
  const counts = { conflicts: conflicts.length, reviews: reviews.length };
  const report = reportOf(order, planned, references, { mergeId: null, ...counts });
  const mergeId = await insertRecordMerge(sql, {
    entity,
    survivor: survivor.id,
    other: other.id,
    survivorBefore: survivor.version,
    survivorVersion: planned.survivor.version,
    otherBefore: other.version,
    undo: { ofOther: planned.ofOther, parked: planned.parked, references, conflicts, changes, followers },
    report: storedReport(report),
    actor: order.actor,
    at: now,
  });
  await note(sql, parts, order, mergeId, report);
  for (const { connectionId, role } of planned.places) if (role === 'removed') deliverTo.add(connectionId);
  return { report: { ...report, mergeId }, deliverTo, mergeAlso: new Set(reviews.length > 0 ? [entity] : []) };
}

/** Records that refer to the other one, as they are once they refer to the survivor. */
async function redirectionSteps(
  sql: Sql,
  { now }: IdentityParts,
  referrers: ReadonlyMap<EntityName, ReadonlySet<string>>,
  { survivorId, otherId, actor }: MergeOrder,
): Promise<VersionStep[]> {
  const steps: VersionStep[] = [];
  const targets = new Map([[otherId, survivorId]]);
  for (const [entity, ids] of referrers) {
    const wanted = [...ids].filter((id) => id !== otherId && id !== survivorId).sort();
    for (let from = 0; from < wanted.length; from += PAGE) {
      for (const before of await loadRecords(sql, wanted.slice(from, from + PAGE))) {
        const body = redirectRefs(entity, before.body as JsonObject, targets);
        if (body === before.body) continue;
        steps.push({ before, after: nextVersion(before, now, actor, { version: before.version + 1, body }) });
      }
    }
  }
  return steps;
}

function repointed({ before, after }: VersionStep): RepointedRecord {
  const entity = after.entity as EntityName;
  const pointers = redirectedPointers(entity, before.body as JsonObject, after.body as JsonObject);
  return { recordId: after.id, entity, pointers };
}

function reportOf(
  order: MergeOrder,
  planned: PlannedMerge,
  references: readonly RepointedRecord[],
  done: Pick<MergeReport, 'mergeId' | 'conflicts' | 'reviews'>,
): MergeReport {
  return {
    ...done,
    survivorId: order.survivorId,
    otherId: order.otherId,
    version: planned.survivor.version,
    body: planned.survivor.body as JsonObject,
    fields: planned.fields,
    shared: planned.shared,
    contradictions: planned.contradictions,
    replicas: planned.replicas,
    references,
  };
}

/** What is kept of a report: no values of the records, those are in their versions. */
function storedReport({ fields, shared, contradictions, replicas, conflicts, reviews }: MergeReport): object {
  return { fields: fields.length, shared, contradictions, replicas, conflicts, reviews };
}

async function note(
  sql: Sql,
  { now }: IdentityParts,
  { survivorId, otherId, actor, fields }: MergeOrder,
  mergeId: string,
  { references, replicas }: MergeReport,
): Promise<void> {
  const details = { merge: mergeId, references: references.length, replicas: replicas.length };
  const choices = Object.keys(fields).length;
  await insertAudit(sql, now, {
    actor,
    action: 'record.merge',
    object: `record:${survivorId}`,
    details: { ...details, other: otherId, choices },
  });
  await insertAudit(sql, now, {
    actor,
    action: 'record.merged-away',
    object: `record:${otherId}`,
    details: { ...details, survivor: survivorId },
  });
}
