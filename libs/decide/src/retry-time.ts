/** How long to wait between tries. */
export interface RetryPolicy {
  /** Longest wait after the first failure. */
  readonly firstMs: number;
  /** Longest wait at all. */
  readonly capMs: number;
}

/** The hub's waits: at most 2 s after the first failure, doubling up to 5 min. */
export const defaultRetryPolicy: RetryPolicy = { firstMs: 2_000, capMs: 300_000 };

/**
 * Milliseconds until the next try: exponential with full jitter (a random share of the longest wait), so that many failed replicas do not
 * come back as one wave. Never earlier than the far side asked.
 *
 * @param failures tries in a row that failed, at least 1
 * @param random a number from 0 (inclusive) to 1 (exclusive)
 */
export function retryDelayMs(
  failures: number,
  random: number,
  policy: RetryPolicy = defaultRetryPolicy,
  askedMs = 0,
): number {
  const longest = Math.min(policy.capMs, policy.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(askedMs, Math.round(longest * random));
}
