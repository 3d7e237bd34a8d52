import type { KitClock } from '../contract.js';
import type { Failure } from '../failure.js';
import { makeFailure } from '../make-failure.js';

/** What a circuit breaker is at: calls pass, calls are refused, one probing call is under way. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Stops calling a far side that is down, so that it can come up again and nobody waits for time-outs. */
export interface CircuitBreaker {
  readonly state: BreakerState;
  /** Milliseconds until a call may go through; 0 = now. */
  readonly waitMs: number;
  /** undefined = go on; else why not. In an open breaker the first caller after the pause goes on as the probe. */
  admit(): Failure | undefined;
  /** `answered` = the far side is alive, whatever it said; `failed` = it is not; `unsaid` = the call says nothing about it. */
  settle(outcome: 'answered' | 'failed' | 'unsaid'): void;
}

/** How a breaker behaves. */
export interface CircuitBreakerOptions {
  readonly clock: Pick<KitClock, 'monotonicMs'>;
  /** Failures in a row that open it. @default 5 */
  readonly failuresToOpen?: number;
  /** Time between two probes while it is open. @default 30000 */
  readonly probeEveryMs?: number;
  /** Time to the first probe; it doubles with every probe that fails, up to `probeEveryMs`. @default probeEveryMs */
  readonly firstProbeMs?: number;
  /** Told of every change of state, for status page and metrics. */
  readonly onChange?: (state: BreakerState) => void;
}

/** A breaker for one connection in one process. Counts failures in a row, opens, and lets one probe through every 30 s (FAULTS F18). */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const failuresToOpen = options.failuresToOpen ?? 5;
  const longestMs = options.probeEveryMs ?? 30_000;
  const firstMs = Math.min(options.firstProbeMs ?? longestMs, longestMs);
  let probeEveryMs = firstMs;
  let state: BreakerState = 'closed';
  let failures = 0;
  let probeAtMs = 0;
  const become = (next: BreakerState): void => {
    if (next === state) return;
    state = next;
    options.onChange?.(next);
  };
  const open = (): void => {
    probeEveryMs = state === 'closed' ? firstMs : Math.min(longestMs, probeEveryMs * 2);
    probeAtMs = options.clock.monotonicMs() + probeEveryMs;
    become('open');
  };
  return {
    get state() {
      return state;
    },
    get waitMs() {
      return state === 'closed' ? 0 : Math.max(0, probeAtMs - options.clock.monotonicMs());
    },
    admit() {
      if (state === 'closed') return undefined;
      const waitMs = probeAtMs - options.clock.monotonicMs();
      if (waitMs > 0) return refused(waitMs);
      // The next probe is due only after a whole pause, even if this one never reports back.
      probeAtMs = options.clock.monotonicMs() + probeEveryMs;
      become('half-open');
      return undefined;
    },
    settle(outcome) {
      if (outcome === 'answered') {
        failures = 0;
        become('closed');
      } else if (outcome === 'failed') {
        failures += 1;
        if (state === 'half-open' || (state === 'closed' && failures >= failuresToOpen)) open();
      } else if (state === 'half-open') open();
    },
  };
}

function refused(waitMs: number): Failure {
  return makeFailure(
    'transient',
    'http.breaker-open',
    'The system is down; it is probed every half minute.',
    '对方系统不可用，系统会定期探测其恢复情况。',
    {
      retryAfterMs: Math.ceil(waitMs),
    },
  );
}
