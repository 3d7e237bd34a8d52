import type { KitClock } from '../contract.js';
import { FailureError } from '../failure.js';
import { makeFailure } from '../make-failure.js';
import type { RateBucket } from './rate-bucket.js';

/** How a bucket behaves. */
export interface RateBucketOptions {
  /** Calls per second that the far side allows; absent = not known. */
  readonly requestsPerSecond?: number;
  /** Calls that may be made at once after a pause. @default requestsPerSecond, at least 1 */
  readonly burst?: number;
  readonly clock: Pick<KitClock, 'monotonicMs' | 'sleep'>;
  /** A call that would have to wait longer is refused with `rate-limited` instead. @default 15000 */
  readonly maxWaitMs?: number;
  /** Time without a penalty after which a learnt rate has doubled. @default 60000 */
  readonly recoveryMs?: number;
}

const SLOWEST_PER_SECOND = 0.1;
const OBSERVED_WINDOW_MS = 1_000;

/**
 * A token bucket on the monotonic clock that learns: a penalty halves its rate (once per burst of refusals), then the rate
 * doubles again every `recoveryMs`. Where no limit is known, the first penalty halves the rate that was seen in the last second.
 */
export function createRateBucket(options: RateBucketOptions): RateBucket {
  return new InProcessRateBucket(options);
}

class InProcessRateBucket implements RateBucket {
  readonly #clock: RateBucketOptions['clock'];
  readonly #ceiling: number;
  readonly #burst: number;
  readonly #maxWaitMs: number;
  readonly #recoveryMs: number;
  #learnt: { readonly perSecond: number; readonly sinceMs: number } | undefined;
  #tokens: number;
  #filledAtMs: number;
  #blockedUntilMs = 0;
  #windowStartMs = 0;
  #callsInWindow = 0;
  #callsBefore = 0;
  #queue: Promise<void> | undefined;
  #queuedCost = 0;

  constructor(options: RateBucketOptions) {
    this.#clock = options.clock;
    this.#ceiling = options.requestsPerSecond ?? Number.POSITIVE_INFINITY;
    this.#burst = Math.max(1, options.burst ?? (Number.isFinite(this.#ceiling) ? this.#ceiling : 1));
    this.#maxWaitMs = options.maxWaitMs ?? 15_000;
    this.#recoveryMs = options.recoveryMs ?? 60_000;
    this.#tokens = this.#burst;
    this.#filledAtMs = this.#clock.monotonicMs();
  }

  async take(cost: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#queue && this.#tryTake(cost)) return;
    const waitMs = this.#waitMs(cost + this.#queuedCost);
    if (waitMs > this.#maxWaitMs) throw tooLong(waitMs);
    this.#queuedCost += cost;
    const turn = (this.#queue ?? Promise.resolve()).then(() => this.#waitAndTake(cost, signal));
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#queue = settled;
    try {
      await turn;
    } finally {
      this.#queuedCost -= cost;
      if (this.#queue === settled) this.#queue = undefined;
    }
  }

  penalise(retryAfterMs: number): void {
    const now = this.#clock.monotonicMs();
    const isNewBurst = now >= this.#blockedUntilMs;
    const until = now + Math.max(0, retryAfterMs);
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, until);
    if (!isNewBurst) return;
    const rate = this.#rate(now);
    const base = Number.isFinite(rate) ? rate : Math.max(1, this.#observed());
    this.#learnt = { perSecond: Math.max(SLOWEST_PER_SECOND, base / 2), sinceMs: this.#blockedUntilMs };
    // One call is let through when the penalty ends, to see whether the far side takes it.
    this.#tokens = Math.min(this.#tokens, 1);
    this.#filledAtMs = this.#blockedUntilMs;
  }

  async #waitAndTake(cost: number, signal: AbortSignal): Promise<void> {
    while (!this.#tryTake(cost)) {
      const waitMs = this.#waitMs(cost);
      // A penalty may have come while this caller stood in line.
      if (waitMs > this.#maxWaitMs) throw tooLong(waitMs);
      await this.#clock.sleep(Math.max(1, Math.ceil(waitMs)), signal);
      signal.throwIfAborted();
    }
  }

  #tryTake(cost: number): boolean {
    const now = this.#clock.monotonicMs();
    if (now < this.#blockedUntilMs) return false;
    const rate = this.#rate(now);
    if (!Number.isFinite(rate)) {
      this.#remember(now);
      return true;
    }
    this.#fill(now, rate);
    if (this.#tokens < Math.min(cost, this.#burst)) return false;
    this.#tokens -= cost;
    return true;
  }

  #fill(now: number, rate: number): void {
    if (now <= this.#filledAtMs) return;
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAtMs) * rate) / 1000);
    this.#filledAtMs = now;
  }

  #waitMs(cost: number): number {
    const now = this.#clock.monotonicMs();
    const blockedMs = Math.max(0, this.#blockedUntilMs - now);
    const rate = this.#rate(now);
    if (!Number.isFinite(rate)) return blockedMs;
    const filled = this.#tokens + (Math.max(0, now - this.#filledAtMs) * rate) / 1000;
    const missing = Math.max(0, cost - Math.max(0, cost - this.#burst) - filled);
    return blockedMs + (missing / rate) * 1000;
  }

  #rate(now: number): number {
    if (!this.#learnt) return this.#ceiling;
    const rate = this.#learnt.perSecond * 2 ** (Math.max(0, now - this.#learnt.sinceMs) / this.#recoveryMs);
    const forgotten = Number.isFinite(this.#ceiling) ? this.#ceiling : 1_000;
    if (rate < forgotten) return rate;
    this.#learnt = undefined;
    return this.#ceiling;
  }

  #remember(now: number): void {
    const age = now - this.#windowStartMs;
    if (age >= OBSERVED_WINDOW_MS) {
      this.#callsBefore = age < 2 * OBSERVED_WINDOW_MS ? this.#callsInWindow : 0;
      this.#callsInWindow = 0;
      this.#windowStartMs = now;
    }
    this.#callsInWindow += 1;
  }

  #observed(): number {
    return Math.max(this.#callsBefore, this.#callsInWindow);
  }
}

function tooLong(waitMs: number): FailureError {
  const retryAfterMs = Math.ceil(waitMs);
  return new FailureError(
    makeFailure(
      'rate-limited',
      'http.rate-bucket',
      'Calls to this system are held back to keep its limit.',
      '为遵守对方系统的限流，调用已推迟。',
      {
        retryAfterMs,
      },
    ),
  );
}
