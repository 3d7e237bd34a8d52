import { createManualClock } from '../manual-clock.js';
import { createCircuitBreaker } from './circuit-breaker.js';
import type { BreakerState } from './circuit-breaker.js';

describe('F18 createCircuitBreaker', () => {
  it('probes soon at first, then ever later, and in a long outage twice a minute at most', () => {
    const clock = createManualClock();
    const breaker = createCircuitBreaker({ clock, failuresToOpen: 1, firstProbeMs: 5_000, probeEveryMs: 30_000 });
    breaker.admit();
    breaker.settle('failed');
    const probes: number[] = [];
    for (let second = 0; second <= 3_600; second += 1) {
      if (breaker.waitMs <= 0 && breaker.admit() === undefined) {
        probes.push(second);
        breaker.settle('failed');
      }
      clock.advance(1_000);
    }
    expect(probes.slice(0, 5)).toEqual([5, 15, 35, 65, 95]);
    expect(probes.length).toBeLessThanOrEqual(3_600 / 30 + 3);
    breaker.admit();
    breaker.settle('answered');
    expect([breaker.state, breaker.waitMs]).toEqual(['closed', 0]);
  });

  it('opens after failures in a row only', () => {
    const breaker = createCircuitBreaker({ clock: createManualClock(), failuresToOpen: 3 });
    for (const outcome of ['failed', 'failed', 'answered', 'failed', 'unsaid', 'failed'] as const)
      breaker.settle(outcome);
    expect(breaker.state).toBe('closed');
    breaker.settle('failed');
    expect(breaker.state).toBe('open');
    expect(breaker.admit()).toMatchObject({ kind: 'transient', code: 'http.breaker-open', retryAfterMs: 30_000 });
  });

  it('lets one probe through every 30 seconds, closes on an answer and opens again on a failure', () => {
    const clock = createManualClock();
    const states: BreakerState[] = [];
    const breaker = createCircuitBreaker({ clock, failuresToOpen: 1, onChange: (state) => states.push(state) });
    breaker.settle('failed');
    clock.advance(30_000);
    expect(breaker.admit()).toBeUndefined();
    expect(breaker.admit()).toBeDefined();
    breaker.settle('failed');
    clock.advance(29_999);
    expect(breaker.admit()).toBeDefined();
    clock.advance(1);
    expect(breaker.admit()).toBeUndefined();
    breaker.settle('answered');
    expect(breaker.admit()).toBeUndefined();
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('is open again after a probe whose answer says nothing of the far side', () => {
    const clock = createManualClock();
    const states: BreakerState[] = [];
    const breaker = createCircuitBreaker({ clock, failuresToOpen: 1, onChange: (state) => states.push(state) });
    breaker.settle('failed');
    clock.advance(30_000);
    breaker.admit();
    breaker.settle('unsaid');
    expect(breaker.admit()).toBeDefined();
    clock.advance(30_000);
    expect(breaker.admit()).toBeUndefined();
    breaker.settle('answered');
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
  });

  it('probes again when a probe never reported back', () => {
    const clock = createManualClock();
    const breaker = createCircuitBreaker({ clock, failuresToOpen: 1 });
    breaker.settle('failed');
    clock.advance(30_000);
    breaker.admit();
    breaker.settle('unsaid');
    clock.advance(30_000);
    expect(breaker.admit()).toBeUndefined();
  });
});
