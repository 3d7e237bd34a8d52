import type { Json, Row } from '../json.js';

/** One page of one run through a stream, before it has a cursor for the hub. */
export interface RunPage {
  readonly rows: readonly Row[];
  /** How this run goes on after the page (small JSON); undefined = this was the last page. */
  readonly next: Json | undefined;
  /** True = rows may have moved past the run unseen; the next window begins where this one did. @default false */
  readonly doubtful?: boolean;
}

/** Empty pages in a row that a far side may send with the promise of more. */
export const MOST_EMPTY_PAGES = 5;
/** Pages of one run: beyond it the far side surely goes round in circles. */
export const MOST_PAGES = 1_000_000;
