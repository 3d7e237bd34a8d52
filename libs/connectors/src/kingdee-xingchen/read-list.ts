import { sourceTime } from '@isthmus/connector-kit';
import type { ConnectorContext, Cursor, Json, Page, ReadRequest, Row } from '@isthmus/connector-kit';
import { dataOf, idOf, objectsIn } from './answers.js';
import { numberSetting } from './settings.js';
import { pathWithQuery } from './signing.js';

/** Larger values are cut to 100 rows in silence while `total_page` is computed with the value asked for. */
const PAGE_SIZE = 100;
const MAX_ROUNDS = 3;

/** Scalar filters of a list. */
export type Filters = { readonly [name: string]: string };

interface ListAnswer {
  readonly rows: readonly Row[];
  readonly count: number;
  /** When Kingdee answered, by its own clock, where it told. */
  readonly answeredAt: number | undefined;
}

/** One page of a list in hand. */
export interface ListPage {
  readonly rows: readonly Row[];
  /** The page after this one; undefined on the last. */
  readonly nextPage: number | undefined;
  /** Rows in all, as this page said. */
  readonly count: number;
  /** When Kingdee answered, by its own clock, where it told. */
  readonly answeredAt: number | undefined;
}

/**
 * Pages of a list from `firstPage` on. Ends when `count` is reached, never by `total_page`. A short page before that is no end
 * (rows move between pages), two empty ones in a row are.
 */
export async function* listPages(
  context: ConnectorContext,
  path: string,
  filters: Filters,
  firstPage = 1,
): AsyncIterable<ListPage> {
  let empty = 0;
  for (let page = firstPage; ; page += 1) {
    const { rows, count, answeredAt } = await listPage(context, path, filters, page);
    empty = rows.length === 0 ? empty + 1 : 0;
    const last = page * PAGE_SIZE >= count || empty === 2;
    yield { rows, count, answeredAt, nextPage: last ? undefined : page + 1 };
    if (last) return;
  }
}

async function listPage(context: ConnectorContext, path: string, filters: Filters, page: number): Promise<ListAnswer> {
  const answer = await context.http.call({
    method: 'GET',
    path: pathWithQuery(path, { ...filters, page, page_size: PAGE_SIZE }),
    template: path,
  });
  const data = dataOf(answer.body, path);
  const rows = objectsIn(data['rows'] ?? null);
  const count = Number(data['count'] ?? NaN);
  // Without a count only a short page tells the end.
  const known = Number.isFinite(count)
    ? count
    : (page - 1) * PAGE_SIZE + rows.length + (rows.length < PAGE_SIZE ? 0 : 1);
  return { rows, count: known, answeredAt: sourceTime(answer.headers)?.getTime() };
}

/** Makes whole rows of list rows (details, sums). */
export type Complete = (rows: readonly Row[]) => Promise<readonly Row[]>;

/** Reads a list in full, or the rows changed since the cursor. */
export function readList(
  context: ConnectorContext,
  path: string,
  request: ReadRequest,
  complete: Complete,
): AsyncIterable<Page> {
  return request.full
    ? readFull(context, path, request.cursor, complete)
    : readChanges(context, path, request.cursor, complete);
}

/** The cursor is the next page, `null` once all is read; a cursor of another kind starts from the beginning. When rows moved meanwhile the list is read again: no row is missed. */
async function* readFull(
  context: ConnectorContext,
  path: string,
  cursor: Cursor | undefined,
  complete: Complete,
): AsyncIterable<Page> {
  const started = member(cursor, 'full') === true ? member(cursor, 'page') : 1;
  if (typeof started !== 'number') return;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const firstPage = round === 1 ? started : 1;
    const seen = new Set<string>();
    let count = 0;
    for await (const page of listPages(context, path, {}, firstPage)) {
      for (const row of page.rows) seen.add(idOf(row));
      count = page.count;
      const done = page.nextPage === undefined && (firstPage > 1 || seen.size >= count || round === MAX_ROUNDS);
      yield { rows: await complete(page.rows), cursor: { full: true, page: done ? null : (page.nextPage ?? 1) } };
      if (done) return;
    }
  }
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads what changed in a window that ends in the past (`settleSeconds`) and overlaps the last one (`overlapSeconds`). A row
 * that changes while the window is read leaves it and shifts the others: then `count` shrinks, and the window is read again.
 * While it does not come to rest, the next read starts from the same place.
 */
async function* readChanges(
  context: ConnectorContext,
  path: string,
  cursor: Cursor | undefined,
  complete: Complete,
): AsyncIterable<Page> {
  const window = windowOf(context, cursor);
  if (window.to <= window.from) return;
  let firstPage = numberIn(cursor, 'page') ?? 1;
  let count = numberIn(cursor, 'count');
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    let stable = true;
    for await (const page of listPages(context, path, filtersOf(context, window), firstPage)) {
      stable = count === undefined || page.count >= count;
      count = page.count;
      const after: Cursor =
        page.nextPage === undefined
          ? { from: stable ? endOf(context, window, page.answeredAt) : window.from }
          : { from: window.from, to: window.to, page: page.nextPage, count };
      yield { rows: await complete(page.rows), cursor: stable ? after : { from: window.from } };
      if (!stable) break;
    }
    if (stable) return;
    firstPage = 1;
    count = undefined;
  }
}

/** The window ends by Kingdee's clock, if ours is ahead of it: nothing that is stamped later has been written yet. */
function endOf(context: ConnectorContext, window: Window, answeredAt: number | undefined): number {
  const settled = answeredAt === undefined ? window.to : answeredAt - settleMs(context);
  return Math.max(window.from, Math.min(window.to, settled));
}

function settleMs(context: ConnectorContext): number {
  return numberSetting(context.settings, 'settleSeconds', 600) * 1000;
}

/** The window of the cursor while one is being read, else a new one up to now less the settle time. */
function windowOf(context: ConnectorContext, cursor: Cursor | undefined): Window {
  const from = numberIn(cursor, 'from') ?? 0;
  const running = numberIn(cursor, 'to');
  return {
    from,
    to: running ?? context.clock.now().getTime() - settleMs(context),
  };
}

function filtersOf(context: ConnectorContext, window: Window): Filters {
  const start = window.from - numberSetting(context.settings, 'overlapSeconds', 600) * 1000;
  return { ...(start > 0 ? { modify_start_time: String(start) } : {}), modify_end_time: String(window.to) };
}

/** A number inside a cursor; undefined when there is none. */
export function numberIn(cursor: Cursor | undefined, name: string): number | undefined {
  const value = member(cursor, name);
  return typeof value === 'number' ? value : undefined;
}

function member(cursor: Cursor | undefined, name: string): Json | undefined {
  return cursor !== undefined && cursor !== null && typeof cursor === 'object' && !Array.isArray(cursor)
    ? cursor[name]
    : undefined;
}
