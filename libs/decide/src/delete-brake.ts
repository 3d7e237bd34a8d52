/** The share alone never holds so few deletions: in a system with ten records the second one would wait for a person. */
const SHARE_FREE = 5;

/** How many deletions pass without a person. */
export interface BrakeLimits {
  /** Most deletions within the window. */
  readonly count: number;
  /** Largest share of the copies, from 0 to 1. */
  readonly share: number;
}

/** How many deletions within a window pass, of so many copies (those just deleted included). */
export function allowedDeletes({ count, share }: BrakeLimits, population: number): number {
  return Math.min(count, Math.max(SHARE_FREE, Math.floor(population * share)));
}

/**
 * How many copies have to be counted to know whether so many deletions pass: with at least as many the share allows them. 0 = the population
 * does not matter.
 */
export function populationThatMatters({ share }: BrakeLimits, deletes: number): number {
  return deletes <= SHARE_FREE || share <= 0 ? 0 : Math.ceil(deletes / share);
}
