import fc from 'fast-check';
import { nextStep } from './next-step.js';
import type { FailureKind } from './next-step.js';
import { retryDelayMs } from './retry-time.js';

const failed = (
  kind: FailureKind,
  more: Partial<Parameters<typeof nextStep>[0]> = {},
): Parameters<typeof nextStep>[0] => ({
  kind,
  retryAfterMs: undefined,
  failedBefore: 0,
  behindMs: 0,
  random: 0.5,
  ...more,
});

describe('nextStep', () => {
  it.each<[FailureKind, string]>([
    ['transient', 'retry'],
    ['rate-limited', 'retry'],
    ['unknown', 'retry'],
    ['contract', 'retry'],
    ['missing-reference', 'retry'],
    ['auth', 'pause-connection'],
    ['invalid', 'dead-letter'],
    ['conflict', 'remerge'],
    ['gone', 'gone'],
  ])('%s → %s', (kind, step) => expect(nextStep(failed(kind)).do).toBe(step));

  it('probes after an unknown outcome and not after a surely fruitless try', () => {
    expect(nextStep(failed('unknown'))).toMatchObject({ outcomeUnknown: true });
    expect(nextStep(failed('transient'))).toMatchObject({ outcomeUnknown: false });
  });

  it('does not count a rate limit as a failure and waits as long as was asked', () => {
    expect(nextStep(failed('rate-limited', { retryAfterMs: 7_000 }))).toEqual({
      do: 'retry',
      afterMs: 7_000,
      counts: false,
      outcomeUnknown: false,
    });
  });

  it('caps an absurd Retry-After at one hour', () => {
    expect(nextStep(failed('rate-limited', { retryAfterMs: 1e12 }))).toMatchObject({ afterMs: 3_600_000 });
  });

  it('gives up on transient failures by age and tries together, never by tries alone', () => {
    expect(nextStep(failed('transient', { failedBefore: 500, behindMs: 3_600_000 })).do).toBe('retry');
    expect(nextStep(failed('transient', { failedBefore: 20, behindMs: 4 * 86_400_000 })).do).toBe('dead-letter');
  });
});

describe('retryDelayMs', () => {
  it('is a random share of a doubling, capped wait and never earlier than asked', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.integer({ min: 0, max: 1e6 }),
        (failures, random, asked) => {
          const delay = retryDelayMs(failures, random, { firstMs: 1000, capMs: 60_000 }, asked);
          expect(delay).toBeGreaterThanOrEqual(asked);
          expect(delay).toBeLessThanOrEqual(Math.max(asked, Math.min(60_000, 1000 * 2 ** (failures - 1))));
        },
      ),
    );
  });
});
