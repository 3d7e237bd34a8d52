import { bodyDifferences } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import {
  fillUndoTargets,
  insertUndoEffects,
  loadRecords,
  loadUndoImages,
  lockMerge,
  pageUndoTargets,
  saveUndoRun,
  undoRuns,
} from '@isthmus/ledger';
import type { Sql, StoredRecord, UndoImage, UndoRun, UndoTarget } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import { stepFailure } from '../topology/step-failure.js';
import type { EntityFlow } from '../topology/topology.js';
import { nextVersion, saveVersions } from './save-versions.js';
import { takeBack } from './take-back.js';
import type { UndoneStep } from './take-back.js';
import { noteUndone, noteUndoKept } from './undo-report.js';
import type { UndoReport } from './undo-report.js';

const PAGE = 200;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What an undo needs of a stage's context. */
export type UndoContext = Pick<StageContext, 'database' | 'topology' | 'clock' | 'hint'>;

/**
 * Takes back one page of a batch in one transaction that ends with how far it came: a process that dies loses one page, and the next step of
 * any process goes on. Holds the merge locks of the page's entities, as merges do.
 *
 * @returns `waits` = somebody else is at it, or the step failed and will be tried again
 */
export async function stepUndoRun(
  context: UndoContext,
  runId: number,
  failpoint?: () => void,
): Promise<'stepped' | 'ended' | 'waits'> {
  const { database, clock } = context;
  try {
    const { step, deliverTo } = await database.transaction((sql) => stepOnce(sql, context, runId, failpoint));
    for (const key of deliverTo) context.hint({ kind: 'deliver', key });
    return step;
  } catch (error) {
    await undoRuns.fail(database, clock.now(), runId, stepFailure('undo.run-failed', error));
    return 'waits';
  }
}

interface Stepped {
  readonly step: 'stepped' | 'ended' | 'waits';
  readonly deliverTo: ReadonlySet<string>;
}

async function stepOnce(
  sql: Sql,
  context: UndoContext,
  runId: number,
  failpoint: (() => void) | undefined,
): Promise<Stepped> {
  const run = await undoRuns.take(sql, runId);
  if (typeof run === 'string') return { step: run, deliverTo: new Set() };
  if (run.position === null) await fillUndoTargets(sql, run.id, run.batch);
  const targets = await pageUndoTargets(sql, run.id, run.position ?? FIRST_ID, PAGE);
  const report = structuredClone(run.report) as unknown as UndoReport;
  const deliverTo = await undoPage(sql, context, run, targets, report);
  failpoint?.();
  const last = targets.at(-1)?.recordId;
  const state = last === undefined ? 'done' : 'running';
  const position = last ?? run.position ?? FIRST_ID;
  await saveUndoRun(sql, context.clock.now(), {
    id: run.id,
    position,
    state,
    report: report as unknown as Record<string, unknown>,
  });
  return { step: state === 'done' ? 'ended' : 'stepped', deliverTo };
}

async function undoPage(
  sql: Sql,
  context: UndoContext,
  run: UndoRun,
  targets: readonly UndoTarget[],
  report: UndoReport,
): Promise<ReadonlySet<string>> {
  const byRecord = new Map<string, UndoTarget[]>();
  for (const target of targets) byRecord.set(target.recordId, [...(byRecord.get(target.recordId) ?? []), target]);
  const ids = [...byRecord.keys()];
  const entities = new Set((await loadRecords(sql, ids)).map(({ entity }) => entity));
  for (const entity of [...entities].sort()) await lockMerge(sql, entity);
  // Again, now that nobody else changes them.
  const records = new Map((await loadRecords(sql, ids)).map((record) => [record.id, record]));
  const wanted = targets.flatMap((target) => [target, { ...target, version: target.version - 1 }]);
  const images = new Map((await loadUndoImages(sql, wanted)).map((image) => [keyOf(image), image]));
  const flows = context.topology.current().flows;
  const versions = new Map<EntityFlow, { before: StoredRecord; next: StoredRecord }[]>();
  for (const [recordId, made] of byRecord) {
    report.touched += 1;
    const record = records.get(recordId);
    const flow = record && flows.get(record.entity);
    const next = record && flow ? undoRecord({ context, run, flow, record, images, report }, made) : undefined;
    if (!flow) noteUndoKept(report, { recordId, code: 'undo.no-flow', pointers: [] });
    else if (record && next) versions.set(flow, [...(versions.get(flow) ?? []), { before: record, next }]);
  }
  return run.dryRun ? new Set() : save(sql, context, run, versions);
}

function keyOf({ recordId, version }: UndoTarget): string {
  return `${recordId}|${version}`;
}

interface Undoing {
  readonly context: UndoContext;
  readonly run: UndoRun;
  readonly flow: EntityFlow;
  readonly record: StoredRecord;
  readonly images: ReadonlyMap<string, UndoImage>;
  readonly report: UndoReport;
}

/** The version of a record without what the batch did; undefined = it stays as it is. */
function undoRecord(undoing: Undoing, made: readonly UndoTarget[]): StoredRecord | undefined {
  const { context, run, flow, record, images, report } = undoing;
  const recordId = record.id;
  const keep = (code: string, pointers: readonly string[] = []): void =>
    noteUndoKept(report, { recordId, code, pointers });
  if (record.status === 'deleted') return keep('undo.deleted') as undefined;
  if (record.status === 'merged') return keep('undo.record-gone') as undefined;
  if (made.some(({ version }) => version === 1)) return undoCreation(undoing, made, keep);
  const imageOf = (version: number): Pick<UndoImage, 'body' | 'status'> | undefined =>
    version === record.version ? record : images.get(keyOf({ recordId, version }));
  const pairs = made.map(({ version }) => ({ was: imageOf(version - 1), made: imageOf(version) }));
  const whole = pairs.flatMap(({ was, made: image }) => (was && image ? [{ was, made: image }] : []));
  if (whole.length < pairs.length) keep('undo.no-image');
  const steps: UndoneStep[] = whole.map(({ was, made: image }) => ({
    was: was.body as JsonObject,
    made: image.body as JsonObject,
  }));
  const taken = takeBack(flow, record.body as JsonObject, steps);
  if (taken.editedSince.length > 0) keep('undo.edited-since', taken.editedSince);
  if (taken.invalid.length > 0) keep('undo.invalid', taken.invalid);
  const status = statusBefore(record, whole);
  if (!taken.body && status === record.status) return undefined;
  const body = taken.body ?? (record.body as JsonObject);
  noteUndone(report, record.entity, recordId, bodyDifferences(record.entity, record.body as JsonObject, body));
  return nextVersion(record, { body, status }, { actor: run.actor, now: context.clock.now() });
}

/** A record that the batch archived, and that still is, lives again. */
function statusBefore(
  record: StoredRecord,
  steps: readonly { readonly was: Pick<UndoImage, 'status'>; readonly made: Pick<UndoImage, 'status'> }[],
): StoredRecord['status'] {
  let { status } = record;
  for (const { was, made } of steps) if (made.status === status && was.status === 'active') status = was.status;
  return status;
}

/** There is nothing to go back to. Whether the record should be is for a person to say; its copies in other systems stay. */
function undoCreation(
  { context, run, record, report }: Undoing,
  made: readonly UndoTarget[],
  keep: (code: string, pointers?: readonly string[]) => void,
): StoredRecord | undefined {
  const isUntouched = made.some(({ version }) => version === record.version);
  if (run.created === 'keep' || !isUntouched || record.status !== 'active')
    return keep(isUntouched ? 'undo.created' : 'undo.edited-since') as undefined;
  report.archived += 1;
  return nextVersion(
    record,
    { body: record.body as JsonObject, status: 'archived' },
    { actor: run.actor, now: context.clock.now() },
  );
}

async function save(
  sql: Sql,
  context: UndoContext,
  run: UndoRun,
  versions: ReadonlyMap<EntityFlow, readonly { before: StoredRecord; next: StoredRecord }[]>,
): Promise<ReadonlySet<string>> {
  const deliverTo = new Set<string>();
  for (const [flow, ofFlow] of versions) {
    for (const key of await saveVersions(sql, flow, ofFlow, context.clock.now())) deliverTo.add(key);
    const made = ofFlow.map(({ next }) => ({ recordId: next.id, version: next.version }));
    await insertUndoEffects(sql, run.id, made);
  }
  return deliverTo;
}
