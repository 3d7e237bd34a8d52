import type { JsonObject } from '@isthmus/json';
import {
  insertMappingEffects,
  insertNativeImages,
  insertRemapChanges,
  LANE,
  loadRecords,
  markRemapDeliveries,
} from '@isthmus/ledger';
import type { ChangeOutcome, MappingRun, PendingChange, RemapReplica, Sql } from '@isthmus/ledger';
import { loadSession } from '../merge/load-session.js';
import { saveSession } from '../merge/merge-batch.js';
import { mergeChange } from '../merge/merge-change.js';
import type { MergeSession } from '../merge/merge-session.js';
import { planTargets } from '../merge/plan-targets.js';
import { Breather } from '../topology/breather.js';
import { withRestored } from '../topology/native-patch.js';
import type { RemapReport } from './remap-report.js';
import { tally } from './remap-tally.js';
import type { RemapTarget } from './remap-target.js';
import { planOtherWrites, planOwnWrites } from './remap-writes.js';
import type { OwnCopy, PlannedWrite } from './remap-writes.js';

/** What a page made due, for hints after the commit. */
export interface PageEffect {
  readonly deliverTo: ReadonlySet<string>;
  readonly mergeAlso: ReadonlySet<string>;
  readonly fetchFrom: ReadonlySet<string>;
}

export const NO_EFFECT: PageEffect = { deliverTo: new Set(), mergeAlso: new Set(), fetchFrom: new Set() };

/**
 * Maps one page of stored rows anew and counts what changes. It is the merge itself that runs, with the old mapping's reading of each row as
 * the base: owners, policies and conflicts hold as for any change. With `apply` the same is then stored, so that a preview and what follows
 * it cannot differ.
 */
export async function remapPage(
  sql: Sql,
  target: RemapTarget,
  replicas: readonly RemapReplica[],
  report: RemapReport,
  apply: MappingRun | undefined,
): Promise<PageEffect> {
  const changes = replicas.map((replica, index) => changeOf(target, replica, `${-1 - index}`));
  const session = await mergeAnew(sql, target, changes);
  const outcomes = new Map(session.outcomes.map((outcome) => [outcome.id, outcome]));
  const copies = changes.flatMap((change, index) =>
    ownCopy(session, change, replicas[index] as RemapReplica, outcomes.get(change.id)),
  );
  const own = await planOwnWrites(sql, target, acceptedCopies(target, copies, report));
  const bodies = new Map(copies.map(({ recordId, body }) => [recordId, body]));
  const others = await planOtherWrites(sql, target, planTargets(session, session.touchedRecords()), bodies);
  tally(session, target, { changes, copies, outcomes, writes: [...own, ...others] }, report);
  if (!apply) return NO_EFFECT;
  const effect = await applyPage(sql, target, { changes, replicas, session }, apply);
  return markOwn(sql, target, own, apply, effect);
}

function changeOf(
  { after }: RemapTarget,
  { nativeId, base, modifiedAt }: RemapReplica,
  id: string,
  receivedAt = new Date(),
): PendingChange {
  return {
    id,
    receivedAt,
    connectionId: after.connectionId,
    stream: after.name,
    nativeId,
    kind: 'upsert',
    origin: 'remap',
    lane: LANE.backfill,
    raw: base,
    // As old as what the row says: an edit that somebody made elsewhere since stays the newer one.
    sourceAt: modifiedAt,
    reason: null,
    recordVersion: null,
    wasFetched: true,
  };
}

async function mergeAnew(
  sql: Sql,
  { context, flow, before }: RemapTarget,
  changes: readonly PendingChange[],
): Promise<MergeSession> {
  const session = await loadSession(sql, context, flow, changes, before.mapping);
  const breather = new Breather();
  for (const change of changes) {
    mergeChange(session, change);
    await breather.pause();
  }
  for (const [index, outcome] of session.outcomes.entries()) {
    if (outcome.state === 'waiting') session.outcomes[index] = { ...outcome, state: 'rejected', waitingOn: null };
  }
  return session;
}

function ownCopy(
  session: MergeSession,
  change: PendingChange,
  replica: RemapReplica,
  outcome: ChangeOutcome | undefined,
): OwnCopy[] {
  const record = session.records.get(replica.recordId);
  if (!record || record.current.status !== 'active' || outcome?.state === 'rejected') return [];
  const bodyBefore = (record.beforeImages[0] ?? record.current).body as JsonObject;
  const body = record.current.body as JsonObject;
  return [{ recordId: replica.recordId, nativeId: change.nativeId, ...heldBy(replica), body, bodyBefore }];
}

function acceptedCopies(
  { before, after }: RemapTarget,
  copies: readonly OwnCopy[],
  report: RemapReport,
): readonly OwnCopy[] {
  return copies.filter(({ body, bodyBefore }) => {
    if (after.mapping.accepts(body)) return true;
    if (before.mapping.accepts(bodyBefore)) report.notAccepted += 1;
    return false;
  });
}

interface Merged {
  readonly changes: readonly PendingChange[];
  readonly replicas: readonly RemapReplica[];
  readonly session: MergeSession;
}

/** Merges those rows once more that change something, now as stored changes; rows that change nothing leave no trace. */
async function applyPage(
  sql: Sql,
  target: RemapTarget,
  { changes, replicas, session }: Merged,
  run: MappingRun,
): Promise<PageEffect> {
  const contested = new Set(session.conflicts.map(({ changeId }) => changeId));
  const unchanged = new Set(session.outcomes.flatMap(({ id, state }) => (state === 'unchanged' ? [id] : [])));
  const telling = replicas.filter((_, index) => {
    const id = changes[index]?.id ?? '';
    return !unchanged.has(id) || contested.has(id);
  });
  if (telling.length === 0) return NO_EFFECT;
  const now = target.context.clock.now();
  const { connectionId, name: stream, entity } = target.after;
  const ids = await insertRemapChanges(sql, now, { connectionId, stream, entity }, telling);
  const stored = telling.map((replica) => changeOf(target, replica, ids.get(replica.nativeId) ?? '', now));
  const again = await mergeAnew(sql, target, stored);
  const effect = await saveSession(sql, target.context, again);
  const made = again.touchedRecords().map(({ current }) => ({ recordId: current.id, version: current.version }));
  if (run.publicationId !== null) await insertMappingEffects(sql, run.publicationId, made);
  return effect;
}

/** Plans the deliveries of this stream's own copies, and keeps what a re-sync writes over. */
export async function markOwn(
  sql: Sql,
  { context, connection }: RemapTarget,
  own: readonly PlannedWrite[],
  run: MappingRun,
  effect: PageEffect,
): Promise<PageEffect> {
  const rows = own.filter(({ issues }) => issues.length === 0);
  if (rows.length === 0) return effect;
  const mark = { connectionId: connection.id, lane: LANE.backfill, runId: run.id };
  const images = rows.flatMap((row) => row.images ?? []);
  if (run.kind === 'resync' && run.publicationId !== null) await insertNativeImages(sql, run.publicationId, images);
  await markRemapDeliveries(sql, context.clock.now(), mark, rows);
  return { ...effect, deliverTo: new Set([...effect.deliverTo, connection.id]) };
}

/** Bodies of records by id, for copies whose records stay as they are. */
export async function loadCopies(sql: Sql, replicas: readonly RemapReplica[]): Promise<OwnCopy[]> {
  const records = await loadRecords(
    sql,
    replicas.map(({ recordId }) => recordId),
  );
  const bodies = new Map(
    records.flatMap(({ id, status, body }) => (status === 'active' ? [[id, body as JsonObject]] : [])),
  );
  return replicas.flatMap((replica) => {
    const { recordId, nativeId } = replica;
    const body = bodies.get(recordId);
    return body ? [{ recordId, nativeId, ...heldBy(replica), body, bodyBefore: body }] : [];
  });
}

/** What the far side holds, once what an earlier undo brings back has arrived there. */
function heldBy({ base: text, restore, inHand }: RemapReplica): Pick<OwnCopy, 'base' | 'inHand'> {
  const base = JSON.parse(text) as JsonObject;
  return { base: withRestored(base, {}, base, restore), inHand };
}
