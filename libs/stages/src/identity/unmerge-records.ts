import { isEntityName } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import {
  dropPlannedReplicas,
  giveConflictsBack,
  giveDeletionsBack,
  insertAudit,
  loadRecords,
  lockPairReplicas,
  markMergeUndone,
  placeReplicas,
  readMergedInto,
  readMergeOfOther,
  readRecordImage,
  setMergedInto,
} from '@isthmus/ledger';
import type { RecordMerge, Sql } from '@isthmus/ledger';
import { attributeChanges } from './attribute-changes.js';
import { lockIdentity } from './merge-records.js';
import type { IdentityParts, IdentityRefusal } from './merge-order.js';
import { planPlaces } from './plan-places.js';
import { restoredBodies } from './restored-bodies.js';
import type { KeptChange } from './restored-bodies.js';
import { restoreReferences } from './restore-references.js';
import { nextVersion, saveVersions } from './save-versions.js';
import type { Torn } from './torn-records.js';

/** What taking two records apart did. */
export interface UnmergeReport {
  readonly mergeId: string;
  readonly survivorId: string;
  readonly otherId: string;
  readonly survivorVersion: number;
  readonly otherVersion: number;
  /** What was changed since the merge. */
  readonly changes: readonly KeptChange[];
  /** Copies that went back. */
  readonly replicas: readonly {
    readonly connectionId: string;
    readonly nativeId: string;
    readonly to: 'survivor' | 'other';
  }[];
  /** Copies that did not: their place is taken by something newer, or they are not known any more. */
  readonly lost: readonly { readonly connectionId: string; readonly nativeId: string }[];
  /** Native objects that were matched since the merge: they stay with the survivor. */
  readonly since: readonly { readonly connectionId: string; readonly nativeId: string }[];
  /** References that went back. */
  readonly references: number;
  /** References that point elsewhere by now and were left. */
  readonly leftReferences: readonly { readonly recordId: string; readonly pointer: string }[];
}

type Refused = { readonly refused: IdentityRefusal };

/** Records taken apart, with who has work now. */
export interface UnmergeDone {
  readonly report: UnmergeReport;
  readonly deliverTo: ReadonlySet<string>;
}

/**
 * Takes a merged record out of the one that it was merged into: both are again as their before-images say, with what their own native
 * objects have said since. What cannot be told whose it is stays with the survivor and is reported.
 */
export async function unmergeRecords(
  parts: IdentityParts,
  order: { readonly otherId: string; readonly actor: string },
): Promise<UnmergeDone | Refused> {
  const [known] = await loadRecords(parts.database, [order.otherId]);
  if (!known || !isEntityName(known.entity)) return { refused: { code: 'record.not-found' } };
  const { entity } = known;
  return parts.database.transaction(async (sql) => {
    await lockIdentity(sql, entity);
    const merge = await readMergeOfOther(sql, order.otherId);
    if (!merge) return { refused: { code: 'record.not-merged' } };
    const torn = await loadTorn(sql, merge);
    return 'refused' in torn ? torn : takeApart(sql, parts, { ...torn, entity, merge, actor: order.actor });
  });
}

async function loadTorn(sql: Sql, merge: RecordMerge): Promise<Omit<Torn, 'entity' | 'merge' | 'actor'> | Refused> {
  const records = await loadRecords(sql, [merge.survivor, merge.other]);
  const survivor = records.find((record) => record.id === merge.survivor);
  const other = records.find((record) => record.id === merge.other);
  if (!survivor || !other) return { refused: { code: 'record.image-missing' } };
  if (survivor.status === 'merged') return { refused: { code: 'record.merged-again' } };
  const merged = await readRecordImage(sql, survivor.id, merge.survivorVersion);
  const survivorBefore = await readRecordImage(sql, survivor.id, merge.survivorBefore);
  const otherBefore = await readRecordImage(sql, other.id, merge.otherBefore);
  if (!merged || !survivorBefore || !otherBefore) return { refused: { code: 'record.image-missing' } };
  const replicas = await lockPairReplicas(sql, [survivor.id, other.id]);
  if (replicas.some((replica) => replica.busy)) return { refused: { code: 'record.merge-busy' } };
  return { survivor, other, replicas, merged, survivorBefore, otherBefore };
}

async function takeApart(sql: Sql, parts: IdentityParts, torn: Torn): Promise<UnmergeDone> {
  const { merge, survivor, other, actor } = torn;
  const { now } = parts;
  const { undo } = merge;
  const changes = await attributeChanges(sql, torn.merged.body as JsonObject, survivor, undo, torn.replicas);
  const version = Math.max(survivor.version, other.version) + 1;
  const bodies = await restoredBodies(sql, torn, changes);
  const steps = [
    { before: survivor, after: nextVersion(survivor, now, actor, { version, ...bodies.survivor }) },
    {
      before: other,
      after: nextVersion(other, now, actor, { version, ...bodies.other, status: torn.otherBefore.status }),
    },
  ];
  const placing = planPlaces(torn, version);
  await dropPlannedReplicas(sql, placing.dropped);
  await placeReplicas(sql, now, placing.places);
  const references = await restoreReferences(sql, parts, merge, actor);
  await setMergedInto(sql, [{ id: other.id, into: null }]);
  const leading = await readMergedInto(sql, undo.followers);
  const followers = undo.followers.filter((id) => leading.get(id) === survivor.id);
  await setMergedInto(
    sql,
    followers.map((id) => ({ id, into: other.id })),
  );
  // Own keys first: what one record loses the other may gain.
  const deliverTo = await saveVersions(sql, parts, [...steps, ...references.steps], true);
  await giveConflictsBack(sql, undo.conflicts, other.id);
  await giveDeletionsBack(sql, undo.changes, other.id);
  await markMergeUndone(sql, merge.id, actor, now);
  const report: UnmergeReport = {
    mergeId: merge.id,
    survivorId: survivor.id,
    otherId: other.id,
    survivorVersion: version,
    otherVersion: version,
    changes: bodies.kept,
    replicas: placing.places.map(({ connectionId, nativeId, recordId }) => ({
      connectionId,
      nativeId,
      to: recordId === survivor.id ? 'survivor' : 'other',
    })),
    lost: placing.lost,
    since: placing.since,
    references: references.steps.length,
    leftReferences: references.left,
  };
  await note(sql, parts, torn, report);
  return { report, deliverTo };
}

async function note(sql: Sql, { now }: IdentityParts, { actor }: Torn, report: UnmergeReport): Promise<void> {
  const details = { merge: report.mergeId, changes: report.changes.length, references: report.references };
  for (const [id, partner] of [
    [report.survivorId, report.otherId],
    [report.otherId, report.survivorId],
  ])
    await insertAudit(sql, now, {
      actor,
      action: 'record.unmerge',
      object: `record:${id}`,
      details: { ...details, partner },
    });
}
