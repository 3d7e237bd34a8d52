import type { Cursor, KitClock, Page, ReadRequest } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Json, JsonObject, Row } from '../json.js';
import type { RunPage } from './run-page.js';

/** Reading of changes by a "modified since" filter. */
export interface WindowedRead {
  readonly request: ReadRequest;
  readonly clock: Pick<KitClock, 'now'>;
  /** How far a new window reaches back, against late commits. @default 120000 */
  readonly overlapMs?: number;
  /** Time of the row's last change by the far side's clock, RFC 3339; undefined for every row = our clock is used instead. */
  modifiedAt(row: Row): string | undefined;
  /** The far side's clock as its last answer told it (`sourceTime`); absent or undefined = our clock stands in for it. */
  sourceNow?(): Date | undefined;
  /**
   * One run: all pages of rows changed at or after `since` (RFC 3339 UTC with milliseconds; undefined = everything), beginning
   * at `resume`, the `next` of an earlier page of the same run.
   */
  pages(since: string | undefined, resume: Json | undefined): AsyncIterable<RunPage>;
}

/**
 * What the ledger keeps: the run under way (`run` = its resume point, null = it is finished), where its window began, the newest
 * change seen, when the run began by the far side's clock, and whether the window has to be read again.
 */
interface WindowState {
  readonly full: boolean;
  readonly since: string | null;
  readonly high: string | null;
  readonly startedAt: string;
  readonly run: Json;
  readonly again: boolean;
}

const DEFAULT_OVERLAP_MS = 120_000;

/**
 * Turns runs into pages with cursors for the hub. A cursor in mid-run resumes that very run; a cursor of a finished run begins a
 * window that overlaps the last one.
 *
 * A window begins at the newest change that was seen, by the far side's clock (FAULTS F29), but never after the last run's beginning: what
 * is committed while a run lasts may carry a stamp that the run had passed already, and a row may be stamped years ahead. Only where rows
 * carry no time, the beginning of the run alone counts.
 */
export async function* windowedPages(read: WindowedRead): AsyncGenerator<Page> {
  let { state, isNew } = begin(read);
  for (;;) {
    let pages = 0;
    try {
      for await (const page of read.pages(state.since ?? undefined, state.run ?? undefined)) {
        pages += 1;
        if (isNew) state = { ...state, startedAt: (read.sourceNow?.() ?? new Date(state.startedAt)).toISOString() };
        isNew = false;
        const high = newest(state.high, page.rows, (row) => read.modifiedAt(row));
        state = { ...state, high, run: page.next ?? null, again: state.again || page.doubtful === true };
        yield { rows: page.rows, cursor: asCursor(state) };
      }
      return;
    } catch (error) {
      if (pages > 0 || state.run === null || !isOutlived(error)) throw error;
      // The far side has forgotten where we were: the window is read from its beginning.
      state = { ...state, run: null };
    }
  }
}

/** A page token or link that the far side does not take any more. */
function isOutlived(error: unknown): boolean {
  return error instanceof FailureError && (error.failure.kind === 'invalid' || error.failure.kind === 'gone');
}

function begin(read: WindowedRead): { state: WindowState; isNew: boolean } {
  const { cursor, full, changedSince } = read.request;
  const stored = stateOf(cursor);
  const startedAt = read.clock.now().toISOString();
  const isUnderWay = stored !== undefined && stored.run !== null && (stored.full || !full);
  if (isUnderWay) return { state: stored, isNew: false };
  const fresh = { startedAt, run: null, again: false };
  if (full || !stored) return { state: { ...fresh, full: true, since: changedSince ?? null, high: null }, isNew: true };
  if (stored.again)
    return { state: { ...fresh, full: stored.full, since: stored.since, high: stored.high }, isNew: true };
  const overlapMs = read.overlapMs ?? DEFAULT_OVERLAP_MS;
  const from = Math.min(Date.parse(stored.high ?? stored.startedAt), Date.parse(stored.startedAt));
  const since = new Date(from - overlapMs).toISOString();
  return { state: { ...fresh, full: false, since, high: stored.high }, isNew: true };
}

function newest(high: string | null, rows: readonly Row[], modifiedAt: WindowedRead['modifiedAt']): string | null {
  let best = high;
  let bestMs = high === null ? Number.NEGATIVE_INFINITY : Date.parse(high);
  for (const row of rows) {
    const at = modifiedAt(row);
    const ms = at === undefined ? Number.NaN : Date.parse(at);
    if (ms > bestMs) {
      bestMs = ms;
      best = new Date(ms).toISOString();
    }
  }
  return best;
}

function asCursor({ full, since, high, startedAt, run, again }: WindowState): Cursor {
  return { full, since, high, startedAt, run, ...(again && { again }) };
}

function stateOf(cursor: Cursor | undefined): WindowState | undefined {
  if (cursor === undefined || cursor === null || typeof cursor !== 'object' || Array.isArray(cursor)) return undefined;
  const { full, since, high, startedAt, run, again }: JsonObject = cursor;
  if (typeof full !== 'boolean' || typeof startedAt !== 'string' || run === undefined) return undefined;
  return { full, since: textOrNull(since), high: textOrNull(high), startedAt, run, again: again === true };
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
