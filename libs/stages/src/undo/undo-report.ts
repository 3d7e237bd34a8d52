import { pointerPattern } from '@isthmus/decide';
import type { BodyDifference } from '@isthmus/decide';

const MOST_SAMPLES = 20;
const MOST_VALUES = 10;

/** Something that a run left as it is: in a record, some fields or all of it. */
export interface UndoKept {
  readonly recordId: string;
  /** `undo.edited-since`, `undo.created`, `undo.record-gone`, `undo.deleted`, `undo.no-image`, `undo.invalid` or `undo.no-flow`. */
  readonly code: string;
  readonly pointers: readonly string[];
}

/** What a run took back, or with `dryRun` would take back. Grows step by step; all of it is JSON. */
export interface UndoReport {
  /** Records that the batch touched. */
  touched: number;
  /** Records that go back, in part or whole. */
  records: number;
  /** Records that the batch made and that are archived. */
  archived: number;
  /** Canonical field (JSON Pointer, list items as `*`) → records. */
  fields: { [pointer: string]: number };
  kept: { count: number; codes: { [code: string]: number }; items: UndoKept[] };
  samples: { readonly recordId: string; readonly changes: readonly BodyDifference[] }[];
}

/** A report of nothing. */
export function emptyUndoReport(): UndoReport {
  return { touched: 0, records: 0, archived: 0, fields: {}, kept: { count: 0, codes: {}, items: [] }, samples: [] };
}

/** Counts a record that goes back. */
export function noteUndone(
  report: UndoReport,
  entity: string,
  recordId: string,
  changes: readonly BodyDifference[],
): void {
  report.records += 1;
  for (const pattern of new Set(changes.map(({ pointer }) => pointerPattern(entity, pointer))))
    raise(report.fields, pattern);
  if (report.samples.length < MOST_SAMPLES) report.samples.push({ recordId, changes: changes.slice(0, MOST_VALUES) });
}

/** Counts what is left as it is, and keeps the first ones. */
export function noteUndoKept(report: UndoReport, kept: UndoKept): void {
  report.kept.count += 1;
  raise(report.kept.codes, kept.code);
  if (report.kept.items.length < MOST_SAMPLES) report.kept.items.push(kept);
}

function raise(counts: { [name: string]: number }, name: string): void {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + 1;
}
