/**
 * Holds calls back so that a far side's limit is kept. The hub shares one per connection over all its processes;
 * `createRateBucket` is the one for a single process.
 */
export interface RateBucket {
  /**
   * Resolves as soon as the call may be made. Rejects with FailureError `rate-limited` (with `retryAfterMs`) when that would
   * take longer than a worker should wait, and at once when the signal is aborted.
   */
  take(cost: number, signal: AbortSignal): Promise<void>;
  /** The far side said "too many calls": no call before `retryAfterMs` is over, and fewer calls from then on. */
  penalise(retryAfterMs: number): void;
}
