/** Order of work: a till never waits for a backfill (DESIGN §4). */
export const LANE = { live: 0, retry: 1, backfill: 2, reconcile: 3 } as const;

/** Name of a lane. */
export type LaneName = keyof typeof LANE;
