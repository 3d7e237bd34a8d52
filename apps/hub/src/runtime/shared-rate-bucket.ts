import type { ConnectorLimits, KitClock, RateBucket } from '@isthmus/connector-kit';
import { FailureError } from '@isthmus/connector-kit';
import { penaliseRateBucket, takeRateTokens } from '@isthmus/ledger';
import type { Database } from '@isthmus/ledger';

const LONGEST_WAIT_MS = 10_000;

/**
 * One token bucket per connection for all processes of the hub, kept in the ledger. Tokens are taken a second's share at a time and spent
 * here, so a call rarely costs a statement. A 429 holds every process.
 */
export class SharedRateBucket implements RateBucket {
  private granted = 0;
  /** Calls of the last second, for far sides whose limit nobody told. */
  private readonly made: number[] = [];
  private learntUntilMs = 0;
  private seenRate = 0;
  private grantedUntilMs = 0;
  private heldUntilMs = 0;
  private taking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly connectionId: string,
    private readonly limits: ConnectorLimits,
    private readonly clock: KitClock,
  ) {}

  async take(cost: number, signal: AbortSignal): Promise<void> {
    const startedMs = this.clock.monotonicMs();
    while (!this.spend(cost)) {
      signal.throwIfAborted();
      const heldMs = this.heldUntilMs - this.clock.monotonicMs();
      const waitMs = heldMs > 0 ? heldMs : await this.refill();
      if (waitMs <= 0) continue;
      const spentMs = this.clock.monotonicMs() - startedMs;
      if (spentMs + waitMs > LONGEST_WAIT_MS) throw tooLong(waitMs);
      await this.clock.sleep(waitMs, signal);
    }
  }

  private spend(cost: number): boolean {
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.heldUntilMs) return false;
    if (this.limits.requestsPerSecond === undefined && nowMs >= this.learntUntilMs) return this.noteCall(nowMs);
    // A grant is good for two seconds: what an idle process does not spend must not come as a burst later.
    if (nowMs > this.grantedUntilMs) this.granted = 0;
    if (this.granted < cost) return false;
    this.granted -= cost;
    return true;
  }

  private noteCall(nowMs: number): true {
    this.made.push(nowMs);
    while ((this.made[0] ?? nowMs) <= nowMs - 1_000) this.made.shift();
    return true;
  }

  /** What the far side has just refused, per second. Where no limit is known, the bucket holds until it has grown back to that. */
  private rateOfRefusal(): number {
    if (this.limits.requestsPerSecond !== undefined) return this.limits.requestsPerSecond;
    const nowMs = this.clock.monotonicMs();
    if (nowMs >= this.learntUntilMs) this.seenRate = Math.max(1, this.made.length);
    this.learntUntilMs = Number.POSITIVE_INFINITY;
    return this.seenRate;
  }

  /** Asks the ledger for a share; returns how long to wait when there was none. Callers that come together ask once. */
  private async refill(): Promise<number> {
    let waitMs = 0;
    this.taking ??= this.ask().then((wait) => {
      waitMs = wait;
      this.taking = undefined;
    });
    await this.taking.catch((error: unknown) => {
      this.taking = undefined;
      throw error;
    });
    return waitMs;
  }

  private async ask(): Promise<number> {
    const rate = this.limits.requestsPerSecond ?? this.seenRate;
    const wanted = Math.max(1, Math.ceil(rate / 4));
    const burst = Math.max(1, this.limits.burst ?? rate);
    const grant = await takeRateTokens(this.database, this.connectionId, { wanted, ratePerSecond: rate, burst });
    if (grant.granted === 0) return Math.max(5, grant.waitMs);
    this.granted += grant.granted;
    if (this.limits.requestsPerSecond === undefined && grant.rate >= rate) this.learntUntilMs = 0;
    this.grantedUntilMs = this.clock.monotonicMs() + 2_000;
    return 0;
  }

  penalise(retryAfterMs: number): void {
    this.granted = 0;
    this.heldUntilMs = Math.max(this.heldUntilMs, this.clock.monotonicMs() + retryAfterMs);
    // The other processes learn of it through the ledger; if that fails they learn it from their own 429.
    void penaliseRateBucket(this.database, this.connectionId, retryAfterMs, this.rateOfRefusal()).catch(
      () => undefined,
    );
  }
}

function tooLong(waitMs: number): FailureError {
  return new FailureError({
    kind: 'rate-limited',
    code: 'http.rate-wait',
    message: {
      en: 'The call would have to wait too long for the rate limit; it is planned for later.',
      zh: '受限速影响需等待较长时间，已安排稍后重试。',
    },
    retryAfterMs: waitMs,
  });
}
