import { equalJson } from '@isthmus/json';
import type { Json, Row } from '../json.js';
import { pagingFault } from './paging-fault.js';
import { MOST_EMPTY_PAGES, MOST_PAGES } from './run-page.js';
import type { RunPage } from './run-page.js';
import { SeenRows } from './seen-rows.js';

/** What one numbered page says. */
export interface NumberedPage {
  readonly rows: readonly Row[];
  /** Rows of the whole result at this moment, where the far side tells. */
  readonly total?: number | undefined;
  /** True or false = the far side says whether this is the last page; absent = a page that is not full is the last one. */
  readonly last?: boolean | undefined;
}

/** A run through numbered pages. */
export interface NumberedRun {
  /** Where to go on, from the last page's `next`; undefined = from the first page. */
  readonly resume: Json | undefined;
  /** Rows that a full page has. */
  readonly size: number;
  /** Number of the first page. @default 1 */
  readonly startAt?: number;
  /** Native id of a row: with it the run counts what it saw, and reads again until nothing can have slipped by. */
  keyOf?(row: Row): string;
  /** True = rows keep their place (sorted by something that never changes), so a run needs no second look. @default false */
  readonly isStable?: boolean;
  load(page: number): Promise<NumberedPage>;
}

interface NumberedState {
  readonly page: number;
  readonly total?: number;
}

/**
 * Walks numbered pages. When the total shrinks between two pages, rows have moved to pages that were read already, so it steps
 * back as many pages as that can be (FAULTS F26); rows seen twice do no harm. A row that changes while the run lasts moves to the end and
 * shifts others over a page edge with the total as it was: then fewer rows were seen than there are, and the run is read again (with
 * `keyOf`; `SeenRows` tells when it is enough). A run that was cut goes on one page earlier, and its window is read once more. A page that
 * repeats the one before, or a row of empty pages, ends the run with a `contract` failure (F27).
 */
export async function* pagesByNumber(run: NumberedRun): AsyncGenerator<RunPage> {
  const walk = new NumberedWalk(run);
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = walk.take(await run.load(walk.page));
    if (!page) continue;
    yield page;
    if (page.next === undefined) return;
  }
  throw pagingFault('too-many-pages');
}

class NumberedWalk {
  private readonly first: number;
  private readonly isStable: boolean;
  private readonly seen: SeenRows;
  private state: NumberedState;
  private before: NumberedPage | undefined;
  private empty = 0;

  constructor(private readonly run: NumberedRun) {
    this.first = run.startAt ?? 1;
    this.isStable = run.isStable === true;
    const cut = stateOf(run.resume);
    this.state = cut === undefined ? { page: this.first } : stepBack(cut, this.first, this.isStable);
    this.seen = new SeenRows(cut !== undefined && !this.isStable);
  }

  /** The page to load next. */
  get page(): number {
    return this.state.page;
  }

  /** The page as the run hands it on; undefined = rows have moved, and an earlier page comes first. */
  take(page: NumberedPage): RunPage | undefined {
    if (this.hasMoved(page)) return undefined;
    this.refuseRepeats(page);
    if (this.run.keyOf && !this.isStable) this.seen.add(page.rows, (row) => this.run.keyOf?.(row) ?? '');
    const endsHere = endsAt(page, this.page - this.first + 1, this.run.size);
    this.refuseEmpty(page, endsHere);
    const isLast = endsHere && this.isThrough(page);
    this.before = endsHere ? undefined : page;
    if (isLast) return { rows: page.rows, next: undefined, ...(this.seen.isDoubtful && { doubtful: true }) };
    this.state = withTotal(endsHere ? this.first : this.page + 1, page.total);
    return { rows: page.rows, next: asJson(this.state) };
  }

  private hasMoved(page: NumberedPage): boolean {
    const shift = shrunkBy(this.state.total, page.total);
    if (shift > 0) this.seen.shrunk();
    if (shift === 0 || this.page === this.first) return false;
    this.state = withTotal(Math.max(this.first, this.page - Math.ceil(shift / this.run.size)), page.total);
    this.before = undefined;
    return true;
  }

  private refuseRepeats(page: NumberedPage): void {
    if (this.before && isSamePage(this.before, page)) throw pagingFault('page-repeats');
  }

  private refuseEmpty(page: NumberedPage, endsHere: boolean): void {
    this.empty = page.rows.length === 0 ? this.empty + 1 : 0;
    if (!endsHere && this.empty >= MOST_EMPTY_PAGES) throw pagingFault('empty-pages');
  }

  /** One page is seen at one moment; more are, when nothing moved meanwhile. */
  private isThrough(page: NumberedPage): boolean {
    return this.page === this.first || this.isStable || this.seen.endRound(page.total);
  }
}

/** What was read last may have moved while nobody looked. */
function stepBack(state: NumberedState, first: number, isStable: boolean): NumberedState {
  return isStable ? state : { ...state, page: Math.max(first, state.page - 1) };
}

function endsAt(page: NumberedPage, pagesRead: number, size: number): boolean {
  if (page.last !== undefined) return page.last;
  // A total that says less than the rows at hand is not believed.
  if (page.total !== undefined && page.rows.length < size) return true;
  if (page.total !== undefined) return pagesRead * size >= page.total;
  return page.rows.length < size;
}

function isSamePage(before: NumberedPage, page: NumberedPage): boolean {
  if (page.rows.length === 0 || page.rows.length !== before.rows.length) return false;
  return equalJson(page.rows[0], before.rows[0]) && equalJson(page.rows.at(-1), before.rows.at(-1));
}

function shrunkBy(before: number | undefined, now: number | undefined): number {
  return before === undefined || now === undefined ? 0 : Math.max(0, before - now);
}

function withTotal(page: number, total: number | undefined): NumberedState {
  return total === undefined ? { page } : { page, total };
}

function asJson(state: NumberedState): Json {
  return state.total === undefined ? { page: state.page } : { page: state.page, total: state.total };
}

function stateOf(resume: Json | undefined): NumberedState | undefined {
  if (resume === null || typeof resume !== 'object' || Array.isArray(resume)) return undefined;
  const { page, total } = resume;
  if (typeof page !== 'number') return undefined;
  return withTotal(page, typeof total === 'number' ? total : undefined);
}
