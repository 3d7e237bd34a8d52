import {
  hasLiveChanges,
  loadNativeImages,
  lockMerge,
  mappingRuns,
  pageMappingEffects,
  pageRecordsWithoutReplica,
  pageRefusedChanges,
  pageRemapReplicas,
  saveMappingRun,
} from '@isthmus/ledger';
import type { MappingRun, MappingRunKind, Sql } from '@isthmus/ledger';
import type { CompiledMapping } from '@isthmus/mapping';
import { announce } from '../merge/merge-batch.js';
import type { StageContext } from '../topology/stage-context.js';
import { stepFailure } from '../topology/step-failure.js';
import { releaseRefused, remapUnknown } from './remap-others.js';
import { loadCopies, markOwn, NO_EFFECT, remapPage } from './remap-page.js';
import type { PageEffect } from './remap-page.js';
import { noteKept } from './remap-report.js';
import type { RemapReport } from './remap-report.js';
import { tallyWrites } from './remap-tally.js';
import { remapTarget } from './remap-target.js';
import type { RemapTarget } from './remap-target.js';
import { planOwnWrites } from './remap-writes.js';
import { planRestores, withRestores } from './restore-fields.js';
import { undoPage } from './undo-page.js';

const PAGE = 200;
/** So long a run lets live changes go first. */
const PATIENCE_MS = 2_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Gives a stored version of a mapping (or a text that is no version yet), compiled for a stream; undefined = it cannot be used. */
export type MappingSource = (
  place: { readonly connectionId: string; readonly stream: string },
  wanted: { readonly version: number | null; readonly document: string | null },
) => Promise<CompiledMapping | undefined>;

/** What a run goes through, in this order. */
const PHASES: { readonly [kind in MappingRunKind]: readonly string[] } = {
  preview: ['copies', 'records', 'refused'],
  resync: ['copies', 'records', 'refused'],
  release: ['refused'],
  undo: ['effects', 'writes'],
};

/** The phase that a run of this kind begins with. */
export function firstPhase(kind: MappingRunKind): string {
  return PHASES[kind][0] as string;
}

/** What a step came to: `waits` = somebody else is at it, more urgent work goes first, or the step failed. */
export type RunStep = 'stepped' | 'ended' | 'waits';

/**
 * Does one page of a run in one transaction that ends with how far it came: a process that dies loses one page, and the next step of any
 * process goes on. A run that writes holds its entity's merge lock for the page, as a merge does.
 */
export async function stepMappingRun(
  context: StageContext,
  mappings: MappingSource,
  runId: number,
  failpoint?: (kind: MappingRunKind, place: string) => void,
): Promise<RunStep> {
  try {
    const { step, effect } = await context.database.transaction((sql) =>
      stepOnce(sql, context, mappings, runId, failpoint),
    );
    announce(context, effect);
    return step;
  } catch (error) {
    const failure = stepFailure('mapping.run-failed', error);
    await mappingRuns.fail(context.database, context.clock.now(), runId, failure);
    context.observer.warn({ code: failure.code, message: failure.message.en, details: { run: runId } });
    return 'waits';
  }
}

interface Stepped {
  readonly step: RunStep;
  readonly effect: PageEffect;
}

async function stepOnce(
  sql: Sql,
  context: StageContext,
  mappings: MappingSource,
  runId: number,
  failpoint: ((kind: MappingRunKind, place: string) => void) | undefined,
): Promise<Stepped> {
  const run = await mappingRuns.take(sql, runId);
  if (typeof run === 'string') return { step: run, effect: NO_EFFECT };
  const target = await targetOf(context, mappings, run);
  if (!target || (await mustWait(sql, context, run, target))) return { step: 'waits', effect: NO_EFFECT };
  if (run.kind !== 'preview') await lockMerge(sql, target.after.entity);
  const report = structuredClone(run.report) as unknown as RemapReport;
  const page = await runPage(sql, target, run, report);
  failpoint?.(run.kind, `${run.phase}:${run.done}`);
  const next = following(run, page);
  await saveMappingRun(sql, context.clock.now(), {
    id: run.id,
    ...next,
    done: run.done + page.done,
    report: report as unknown as Record<string, unknown>,
  });
  return { step: next.state === 'done' ? 'ended' : 'stepped', effect: page.effect };
}

async function targetOf(
  context: StageContext,
  mappings: MappingSource,
  run: MappingRun,
): Promise<RemapTarget | undefined> {
  const { fromVersion, toVersion, document } = run;
  const after = await mappings(run, { version: toVersion, document });
  const before = fromVersion === null ? after : await mappings(run, { version: fromVersion, document: null });
  if (!after || !before) throw new Error('one of the two versions of the mapping cannot be used any more');
  return remapTarget(context, run, {
    before: { mapping: before, version: fromVersion ?? 0 },
    after: { mapping: after, version: toVersion ?? 0 },
  });
}

async function mustWait(sql: Sql, context: StageContext, run: MappingRun, target: RemapTarget): Promise<boolean> {
  if (run.kind === 'preview') return false;
  const lastMs = (run.steppedAt ?? run.startedAt).getTime();
  if (context.clock.now().getTime() - lastMs > PATIENCE_MS) return false;
  return hasLiveChanges(sql, target.after.entity);
}

interface Page {
  readonly effect: PageEffect;
  /** Key of the last row; undefined = the phase is at its end. */
  readonly last: string | undefined;
  readonly done: number;
}

function following(
  run: MappingRun,
  page: Page,
): { readonly phase: string; readonly position: string; readonly state: 'running' | 'done' } {
  if (page.last !== undefined) return { phase: run.phase, position: page.last, state: 'running' };
  const phases = PHASES[run.kind];
  const next = phases[phases.indexOf(run.phase) + 1];
  return next === undefined
    ? { phase: run.phase, position: '', state: 'done' }
    : { phase: next, position: '', state: 'running' };
}

const PAGES: {
  readonly [phase: string]: (sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport) => Promise<Page>;
} = { copies: copiesPage, records: recordsPage, refused: refusedPage, effects: effectsPage, writes: writesPage };

function runPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const page = PAGES[run.phase];
  if (!page) throw new Error(`a run has no phase ${run.phase}`);
  return page(sql, target, run, report);
}

async function copiesPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const rows = await pageRemapReplicas(sql, run.connectionId, run.stream, run.position, PAGE);
  const apply = run.kind === 'resync' ? run : undefined;
  const effect = rows.length === 0 ? NO_EFFECT : await remapPage(sql, target, rows, report, apply);
  return { effect, done: rows.length, last: lastOf(rows, ({ nativeId }) => nativeId) };
}

async function recordsPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const { after } = target;
  if (!after.writes || !after.creates) return { effect: NO_EFFECT, done: 0, last: undefined };
  const rows = await pageRecordsWithoutReplica(sql, run.connectionId, after.entity, run.position || FIRST_ID, PAGE);
  const effect = await remapUnknown(sql, target, rows, report, run.kind === 'resync');
  return { effect, done: 0, last: lastOf(rows, ({ id }) => id) };
}

async function refusedPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const rows = await pageRefusedChanges(sql, run.connectionId, run.stream, run.position, PAGE);
  const effect = await releaseRefused(sql, target, rows, report, run.kind !== 'preview');
  return { effect, done: 0, last: lastOf(rows, ({ id }) => id) };
}

async function effectsPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const [recordId = FIRST_ID, version = '0'] = run.position === '' ? [] : run.position.split('|');
  const after = { recordId, version: Number(version) };
  const rows = await pageMappingEffects(sql, run.publicationId ?? 0, after, PAGE);
  const effect = await undoPage(sql, target, rows, run.actor, report);
  return { effect, done: 0, last: lastOf(rows, (row) => `${row.recordId}|${row.version}`) };
}

/** Far-side fields that only the mapping writes are not found in records: every copy is looked at. */
async function writesPage(sql: Sql, target: RemapTarget, run: MappingRun, report: RemapReport): Promise<Page> {
  const rows = await pageRemapReplicas(sql, run.connectionId, run.stream, run.position, PAGE);
  const copies = await loadCopies(sql, rows);
  const natives = new Map(rows.map(({ recordId, nativeId }) => [recordId, nativeId]));
  const images = await loadNativeImages(sql, run.publicationId ?? 0, [...natives.values()]);
  const undone = await planRestores(sql, target, copies, images);
  const accepted = copies.filter(({ body }) => target.after.mapping.accepts(body));
  const writes = withRestores(target, await planOwnWrites(sql, target, accepted), undone);
  tallyWrites(writes, natives, report);
  for (const { recordId, edited, left } of undone) {
    if (edited.length > 0) noteKept(report, { recordId, pointers: edited, code: 'mapping.undo-edited-there' });
    if (left.length > 0) noteKept(report, { recordId, pointers: left, code: 'mapping.undo-left-there' });
  }
  const effect = await markOwn(sql, target, writes, run, NO_EFFECT);
  return { effect, done: rows.length, last: lastOf(rows, ({ nativeId }) => nativeId) };
}

function lastOf<Row>(rows: readonly Row[], key: (row: Row) => string): string | undefined {
  const last = rows.at(-1);
  return last === undefined || rows.length < PAGE ? undefined : key(last);
}
