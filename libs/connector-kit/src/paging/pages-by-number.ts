import { equalJson } from '@isthmus/json';
import type { Json, Row } from '../json.js';
import { pagingFault } from './paging-fault.js';
import { MOST_EMPTY_PAGES, MOST_PAGES } from './run-page.js';
import type { RunPage } from './run-page.js';

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
  load(page: number): Promise<NumberedPage>;
}

interface NumberedState {
  readonly page: number;
  readonly total?: number;
}

/**
 * Walks numbered pages. When the total shrinks between two pages, rows have moved to pages that were read already, so it steps
 * back as many pages as that can be (FAULTS F26); rows seen twice do no harm. A page that repeats the one before, or a row of
 * empty pages, ends the run with a `contract` failure (F27).
 */
export async function* pagesByNumber(run: NumberedRun): AsyncGenerator<RunPage> {
  const first = run.startAt ?? 1;
  let state = stateOf(run.resume) ?? { page: first };
  let before: NumberedPage | undefined;
  let empty = 0;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const page = await run.load(state.page);
    const shift = shrunkBy(state.total, page.total);
    if (shift > 0 && state.page > first) {
      state = withTotal(Math.max(first, state.page - Math.ceil(shift / run.size)), page.total);
      before = undefined;
      continue;
    }
    if (before && isSamePage(before, page)) throw pagingFault('page-repeats');
    empty = page.rows.length === 0 ? empty + 1 : 0;
    const isLast = endsAt(page, state.page - first + 1, run.size);
    if (!isLast && empty >= MOST_EMPTY_PAGES) throw pagingFault('empty-pages');
    state = withTotal(state.page + 1, page.total);
    yield { rows: page.rows, next: isLast ? undefined : asJson(state) };
    if (isLast) return;
    before = page;
  }
  throw pagingFault('too-many-pages');
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
