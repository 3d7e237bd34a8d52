import type { Json, Row } from '../json.js';
import { pagingFault } from './paging-fault.js';
import { MOST_EMPTY_PAGES, MOST_PAGES } from './run-page.js';
import type { RunPage } from './run-page.js';

/** A run along the cursors (or next links) that the far side gives. */
export interface CursorRun {
  /** Where to go on, from the last page's `next`; undefined = from the beginning. */
  readonly resume: Json | undefined;
  /** Loads the page at a cursor; `next` absent or empty = this was the last page. */
  load(cursor: string | undefined): Promise<{ readonly rows: readonly Row[]; readonly next?: string | undefined }>;
}

/** Walks pages by the far side's own cursor. A cursor that comes twice ends the run with a `contract` failure (FAULTS F27). */
export async function* pagesByCursor(run: CursorRun): AsyncGenerator<RunPage> {
  let cursor = typeof run.resume === 'string' ? run.resume : undefined;
  const seen = new Set<string>(cursor === undefined ? [] : [cursor]);
  let empty = 0;
  for (let count = 0; count < MOST_PAGES; count += 1) {
    const { rows, next } = await run.load(cursor);
    empty = rows.length === 0 ? empty + 1 : 0;
    const goesOn = next !== undefined && next !== '';
    if (goesOn && seen.has(next)) throw pagingFault('cursor-loops');
    if (goesOn && empty >= MOST_EMPTY_PAGES) throw pagingFault('empty-pages');
    yield { rows, next: goesOn ? next : undefined };
    if (!goesOn) return;
    seen.add(next);
    cursor = next;
  }
  throw pagingFault('too-many-pages');
}
