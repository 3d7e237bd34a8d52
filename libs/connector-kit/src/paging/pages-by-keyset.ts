import { FailureError } from '../failure.js';
import type { Json, Row } from '../json.js';
import { makeFailure } from '../make-failure.js';
import { MOST_PAGES } from './run-page.js';
import type { RunPage } from './run-page.js';

/** Where a keyset run stands: the last row's time, and its id where the far side can tell rows of one moment apart. */
export interface KeysetPosition {
  /** Time as the far side writes it; absent = from the first row. */
  readonly time?: string;
  readonly id?: string;
}

/** A run along (time, id): each page asks for what comes after the last row, so rows that move cannot hide. */
export interface KeysetRun {
  /** Where to go on, from the last page's `next`; undefined = from `since`. */
  readonly resume: Json | undefined;
  /** Time of the window's beginning; undefined = everything. */
  readonly since: string | undefined;
  /** Most rows of a page; a page with fewer is the last. */
  readonly size: number;
  /** True = the far side takes the last row's id as well and answers (time = t and id > i) or (time > t). */
  readonly byId: boolean;
  timeOf(row: Row): string | undefined;
  idOf(row: Row): string;
  /** Loads rows at or after the position's time, by ascending time and, with `byId`, by ascending id after the position's. */
  load(position: KeysetPosition): Promise<readonly Row[]>;
}

/**
 * Walks a stream by the keyset (time, id). Rows may come, go and change while it walks: a row that changes moves to the end, and no other
 * row is skipped for it (FAULTS F26), as with page numbers. Without `byId` the edge's moment is read again with each page; when a whole
 * page shares one moment there is no way on, and the stream stops and says so (F29).
 */
export async function* pagesByKeyset(run: KeysetRun): AsyncGenerator<RunPage> {
  let position: KeysetPosition = positionOf(run.resume) ?? (run.since === undefined ? {} : { time: run.since });
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const rows = await run.load(position);
    const next = rows.length < run.size ? undefined : following(run, position, rows);
    yield { rows, next: next === undefined ? undefined : asJson(next) };
    if (next === undefined) return;
    position = next;
  }
  throw edge('keyset-endless', 'The system sends pages without end.', '对方系统的分页没有尽头。');
}

function following(run: KeysetRun, position: KeysetPosition, rows: readonly Row[]): KeysetPosition {
  const last = rows.at(-1) as Row;
  const time = run.timeOf(last);
  if (time === undefined)
    throw edge('keyset-no-time', 'A row carries no time to go on from.', '有数据行缺少时间，无法继续读取。');
  const next = run.byId ? { time, id: run.idOf(last) } : { time };
  if (next.time === position.time && next.id === position.id)
    throw edge(
      'keyset-stuck',
      'More rows share one moment than a page holds. Ask for larger pages, or for paging by id as well.',
      '同一时刻的数据超过一页，请增大每页行数或启用按编号分页。',
    );
  return next;
}

function edge(what: string, en: string, zh: string): FailureError {
  return new FailureError(makeFailure('contract', `paging.${what}`, en, zh));
}

function asJson({ time, id }: KeysetPosition): Json {
  return { ...(time !== undefined && { time }), ...(id !== undefined && { id }) };
}

function positionOf(resume: Json | undefined): KeysetPosition | undefined {
  if (resume === undefined || resume === null || typeof resume !== 'object' || Array.isArray(resume)) return undefined;
  const { time, id } = resume;
  if (typeof time !== 'string') return undefined;
  return { time, ...(typeof id === 'string' && { id }) };
}
