import { pointerPattern } from '@isthmus/decide';
import type { BodyDifference } from '@isthmus/decide';
import type { Json } from '@isthmus/json';

/** Most samples and most problems that a report keeps; everything is counted. */
const MOST_SAMPLES = 20;
const MOST_PROBLEMS = 20;
const MOST_VALUES = 10;

/** Writes to one stream of one connection. */
export interface RemapWrites {
  /** Rows that are written. */
  rows: number;
  /** Records that are created there. */
  creates: number;
  /** Native field (JSON Pointer) → rows. */
  fields: { [pointer: string]: number };
}

/** One value that a far side gets. */
export interface SampleWrite {
  readonly connectionId: string;
  readonly stream: string;
  readonly pointer: string;
  readonly before?: Json;
  readonly after: Json;
}

/** What becomes of one record. */
export interface RemapSample {
  readonly recordId: string;
  readonly nativeId: string;
  readonly changes: readonly BodyDifference[];
  readonly writes: readonly SampleWrite[];
}

/** A stored row or record that the new mapping refuses; it stays as it is. */
export interface RemapProblem {
  /** `in`: the stored row cannot be read; `out`: the record cannot be written. */
  readonly direction: 'in' | 'out';
  readonly connectionId: string;
  readonly recordId: string;
  readonly nativeId: string;
  readonly code: string;
  readonly path: string;
  readonly message: Json;
}

/** A record that an undo left as it is, and why. */
export interface KeptRecord {
  readonly recordId: string;
  readonly code: string;
  readonly pointers: readonly string[];
}

/** What a run found (preview) or did. Grows step by step; all of it is JSON. */
export interface RemapReport {
  /** Records that change. */
  records: number;
  /** Canonical field (JSON Pointer, list items as `*`) → records. */
  fields: { [pointer: string]: number };
  /** `<connection>/<stream>` → what is written there. */
  writes: { [target: string]: RemapWrites };
  /** Copies whose record no longer belongs in this stream; they stay as they are and are not written any more. */
  notAccepted: number;
  /** Fields that somebody else changed too and that a person must decide. */
  conflicts: number;
  problems: { count: number; codes: { [code: string]: number }; items: RemapProblem[] };
  /** Changes that the mapping before refused, and how many of them pass now. */
  blocked: { changes: number; pass: number };
  /** With `undo`: records that were left as they are, in part or whole. */
  kept: { count: number; codes: { [code: string]: number }; items: KeptRecord[] };
  samples: RemapSample[];
}

/** A report of nothing. */
export function emptyReport(): RemapReport {
  return {
    records: 0,
    fields: {},
    writes: {},
    notAccepted: 0,
    conflicts: 0,
    problems: { count: 0, codes: {}, items: [] },
    blocked: { changes: 0, pass: 0 },
    kept: { count: 0, codes: {}, items: [] },
    samples: [],
  };
}

/** Counts a record with the fields that change in it. */
export function noteRecord(report: RemapReport, entity: string, differences: readonly BodyDifference[]): void {
  report.records += 1;
  const patterns = new Set(differences.map(({ pointer }) => pointerPattern(entity, pointer)));
  for (const pattern of patterns) raise(report.fields, pattern);
}

/** Counts a row that is written. */
export function noteWrite(report: RemapReport, target: string, pointers: readonly string[]): void {
  const writes = writesTo(report, target);
  writes.rows += 1;
  for (const pointer of pointers) raise(writes.fields, pointer);
}

/** Counts a record that is created somewhere. */
export function noteCreate(report: RemapReport, target: string): void {
  writesTo(report, target).creates += 1;
}

function writesTo(report: RemapReport, target: string): RemapWrites {
  return (report.writes[target] ??= { rows: 0, creates: 0, fields: {} });
}

/** Counts a problem and keeps the first ones. */
export function noteProblem(report: RemapReport, problem: RemapProblem): void {
  report.problems.count += 1;
  raise(report.problems.codes, problem.code);
  if (report.problems.items.length < MOST_PROBLEMS) report.problems.items.push(problem);
}

/** Counts a record that an undo left as it is. */
export function noteKept(report: RemapReport, kept: KeptRecord): void {
  report.kept.count += 1;
  raise(report.kept.codes, kept.code);
  if (report.kept.items.length < MOST_PROBLEMS) report.kept.items.push(kept);
}

/** Keeps what becomes of a record, if there is room. */
export function noteSample(report: RemapReport, sample: RemapSample): void {
  if (report.samples.length >= MOST_SAMPLES || sample.changes.length + sample.writes.length === 0) return;
  report.samples.push({
    ...sample,
    changes: sample.changes.slice(0, MOST_VALUES),
    writes: sample.writes.slice(0, MOST_VALUES),
  });
}

function raise(counts: { [name: string]: number }, name: string): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + 1;
}
