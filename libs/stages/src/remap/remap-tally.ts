import { bodyDifferences } from '@isthmus/decide';
import type { Json } from '@isthmus/json';
import type { ChangeOutcome, PendingChange } from '@isthmus/ledger';
import type { MergeSession } from '../merge/merge-session.js';
import { nativeKeyText } from '../merge/merge-session.js';
import { noteCreate, noteProblem, noteRecord, noteSample, noteWrite } from './remap-report.js';
import type { RemapReport, SampleWrite } from './remap-report.js';
import type { RemapTarget } from './remap-target.js';
import type { OwnCopy, PlannedWrite } from './remap-writes.js';

/** What became of one page. */
export interface Tallied {
  readonly changes: readonly PendingChange[];
  readonly copies: readonly OwnCopy[];
  readonly outcomes: ReadonlyMap<string, ChangeOutcome>;
  readonly writes: readonly PlannedWrite[];
}

/** Counts what became of one page. */
export function tally(
  session: MergeSession,
  { after }: RemapTarget,
  { changes, copies, outcomes, writes }: Tallied,
  report: RemapReport,
): void {
  report.conflicts += session.conflicts.filter(({ state }) => state === 'open').length;
  const natives = new Map(copies.map(({ recordId, nativeId }) => [recordId, nativeId]));
  for (const change of changes) {
    const outcome = outcomes.get(change.id);
    if (outcome?.state === 'rejected') noteRefusal(session, change, outcome, report);
  }
  tallyWrites(writes, natives, report);
  const values = new Map<string, SampleWrite[]>();
  for (const write of writes) values.set(write.recordId, [...(values.get(write.recordId) ?? []), ...write.values]);
  for (const { recordId, nativeId, body, bodyBefore } of copies) {
    const isTouched = session.records.get(recordId)?.touched === true;
    const differences = isTouched ? bodyDifferences(after.entity, bodyBefore, body) : [];
    if (isTouched) noteRecord(report, after.entity, differences);
    noteSample(report, { recordId, nativeId, changes: differences, writes: values.get(recordId) ?? [] });
  }
}

/** Counts writes, and those that the mapping cannot make. */
export function tallyWrites(
  writes: readonly PlannedWrite[],
  natives: ReadonlyMap<string, string>,
  report: RemapReport,
): void {
  for (const { recordId, target, creates, pointers, issues, isPrecaution } of writes) {
    if (isPrecaution === true) continue;
    const [issue] = issues;
    const connectionId = target.slice(0, target.indexOf('/'));
    const nativeId = natives.get(recordId) ?? '';
    if (issue) {
      const { code, path, message } = issue;
      noteProblem(report, {
        direction: 'out',
        connectionId,
        recordId,
        nativeId,
        code,
        path,
        message: message as unknown as Json,
      });
    } else if (creates) noteCreate(report, target);
    else noteWrite(report, target, pointers);
  }
}

function noteRefusal(session: MergeSession, change: PendingChange, outcome: ChangeOutcome, report: RemapReport): void {
  const { code, path, message } = firstIssue(outcome);
  noteProblem(report, {
    direction: 'in',
    connectionId: change.connectionId,
    recordId: outcome.recordId ?? session.replicas.get(nativeKeyText(change))?.stored.recordId ?? '',
    nativeId: change.nativeId,
    code,
    path,
    message,
  });
}

function firstIssue({ reason }: ChangeOutcome): Issue {
  const said = (reason ?? {}) as { code?: string; issues?: Issue[]; findings?: Issue[]; message?: Json };
  const whole = { code: said.code ?? 'change.mapping', path: '', message: said.message ?? null };
  return said.issues?.[0] ?? said.findings?.[0] ?? whole;
}

interface Issue {
  readonly code: string;
  readonly path: string;
  readonly message: Json;
}
