import type { Row } from '../json.js';

/** Rounds through the same pages before the run gives up and leaves the rest to the next window. */
const MOST_ROUNDS = 3;
/** Keys kept in memory; a larger run is told by its total and by reconciling. */
const MOST_KEYS = 1_000_000;

/** Which rows a run through numbered pages has seen, and whether any can have slipped past it. */
export class SeenRows {
  private readonly ever = new Set<string>();
  private round = new Set<string>();
  private fresh = 0;
  private rounds = 1;
  private hasShrunk = false;

  /** @param isDoubtful true = the run was cut, so nobody knows what was seen before */
  constructor(public isDoubtful: boolean) {}

  /** Notes a page. */
  add(rows: readonly Row[], keyOf: (row: Row) => string): void {
    if (this.ever.size >= MOST_KEYS) return;
    const before = this.ever.size;
    for (const row of rows) {
      const key = keyOf(row);
      this.ever.add(key);
      this.round.add(key);
    }
    this.fresh += this.ever.size - before;
  }

  /** Rows went away in the middle of a round: among those that were seen are some that no total counts any more. */
  shrunk(): void {
    this.hasShrunk = true;
  }

  /**
   * The pages are through. True = that is all: nothing went away meanwhile, and as many rows were seen as there are, or a second round
   * brought nothing new (a total may count what the list does not show).
   */
  endRound(total: number | undefined): boolean {
    if (this.isDoubtful || this.ever.size === 0 || this.ever.size >= MOST_KEYS) return true;
    const sawAll = total === undefined || this.round.size >= total;
    if (!this.hasShrunk && (sawAll || (this.rounds > 1 && this.fresh === 0))) return true;
    this.round = new Set();
    this.fresh = 0;
    this.hasShrunk = false;
    this.rounds += 1;
    if (this.rounds <= MOST_ROUNDS) return false;
    this.isDoubtful = true;
    return true;
  }
}
