import type { Cursor, KitClock, Page, ReadRequest } from '../contract.js';
import type { Json, JsonObject, Row } from '../json.js';
import type { RunPage } from './run-page.js';

/** Reading of changes by a "modified since" filter. */
export interface WindowedRead {
  readonly request: ReadRequest;
  readonly clock: Pick<KitClock, 'now'>;
  /** How far a new window reaches back before the newest row of the last one, against late commits. @default 120000 */
  readonly overlapMs?: number;
  /** Time of the row's last change by the far side's clock, RFC 3339; undefined for every row = our clock is used instead. */
  modifiedAt(row: Row): string | undefined;
  /**
   * One run: all pages of rows changed at or after `since` (RFC 3339 UTC with milliseconds; undefined = everything), beginning
   * at `resume`, the `next` of an earlier page of the same run.
   */
  pages(since: string | undefined, resume: Json | undefined): AsyncIterable<RunPage>;
}

/**
 * What the ledger keeps: the run under way (`run` = its resume point, null = it is finished), where its window began, the newest
 * change seen, and when the run began by our clock.
 */
interface WindowState {
  readonly full: boolean;
  readonly since: string | null;
  readonly high: string | null;
  readonly startedAt: string;
  readonly run: Json;
}

const DEFAULT_OVERLAP_MS = 120_000;

/**
 * Turns runs into pages with cursors for the hub. A cursor in mid-run resumes that very run; a cursor of a finished run begins a
 * window that overlaps the last one. The newest change is taken from the rows themselves, so the far side's clock may be wrong
 * (FAULTS F29); only where rows carry no time, the beginning of the run by our clock is used.
 */
export async function* windowedPages(read: WindowedRead): AsyncGenerator<Page> {
  let state = begin(read);
  for await (const page of read.pages(state.since ?? undefined, state.run ?? undefined)) {
    state = { ...state, high: newest(state.high, page.rows, (row) => read.modifiedAt(row)), run: page.next ?? null };
    yield { rows: page.rows, cursor: asCursor(state) };
  }
}

function begin(read: WindowedRead): WindowState {
  const { cursor, full } = read.request;
  const stored = stateOf(cursor);
  const startedAt = read.clock.now().toISOString();
  const isUnderWay = stored !== undefined && stored.run !== null && (stored.full || !full);
  if (isUnderWay) return stored;
  if (full || !stored) return { full: true, since: null, high: null, startedAt, run: null };
  const overlapMs = read.overlapMs ?? DEFAULT_OVERLAP_MS;
  const since = new Date(Date.parse(stored.high ?? stored.startedAt) - overlapMs).toISOString();
  return { full: false, since, high: stored.high, startedAt, run: null };
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

function asCursor(state: WindowState): Cursor {
  const { full, since, high, startedAt, run } = state;
  return { full, since, high, startedAt, run };
}

function stateOf(cursor: Cursor | undefined): WindowState | undefined {
  if (cursor === undefined || cursor === null || typeof cursor !== 'object' || Array.isArray(cursor)) return undefined;
  const { full, since, high, startedAt, run }: JsonObject = cursor;
  if (typeof full !== 'boolean' || typeof startedAt !== 'string' || run === undefined) return undefined;
  return { full, since: textOrNull(since), high: textOrNull(high), startedAt, run };
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
