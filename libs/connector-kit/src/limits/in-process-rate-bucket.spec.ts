import fc from 'fast-check';
import { FailureError } from '../failure.js';
import { createManualClock } from '../manual-clock.js';
import { createRateBucket } from './in-process-rate-bucket.js';
import type { RateBucketOptions } from './in-process-rate-bucket.js';

const signal = new AbortController().signal;

function bucketWith(options: Omit<RateBucketOptions, 'clock'>): {
  clock: ReturnType<typeof createManualClock>;
  bucket: ReturnType<typeof createRateBucket>;
} {
  const clock = createManualClock({ selfAdvancing: true });
  return { clock, bucket: createRateBucket({ maxWaitMs: 10_000_000, ...options, clock }) };
}

describe('createRateBucket', () => {
  it('never lets more calls through than burst plus rate times time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 60 }),
        async (rate, burst, calls) => {
          const { clock, bucket } = bucketWith({ requestsPerSecond: rate, burst });
          for (let count = 1; count <= calls; count += 1) {
            await bucket.take(1, signal);
            expect(count).toBeLessThanOrEqual(burst + (rate * clock.monotonicMs()) / 1000 + 0.001);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('F15 makes no call before the far side wants to see us again', async () => {
    const { clock, bucket } = bucketWith({ requestsPerSecond: 100 });
    bucket.penalise(5_000);
    await bucket.take(1, signal);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(5_000);
  });

  it('halves its rate once per burst of refusals and finds back slowly', async () => {
    const { clock, bucket } = bucketWith({ requestsPerSecond: 10, burst: 1 });
    bucket.penalise(1_000);
    bucket.penalise(1_000);
    const from = async (calls: number): Promise<number> => {
      const start = clock.monotonicMs();
      for (let count = 0; count < calls; count += 1) await bucket.take(1, signal);
      return clock.monotonicMs() - start;
    };
    await from(1);
    const learnt = await from(10);
    expect(learnt).toBeGreaterThan(1_900);
    expect(learnt).toBeLessThan(2_100);
    clock.advance(60_000);
    await from(1);
    expect(await from(10)).toBeLessThan(1_100);
  });

  it('learns a rate where none is known', async () => {
    const { clock, bucket } = bucketWith({});
    for (let count = 0; count < 20; count += 1) await bucket.take(1, signal);
    bucket.penalise(0);
    const start = clock.monotonicMs();
    for (let count = 0; count < 11; count += 1) await bucket.take(1, signal);
    expect(clock.monotonicMs() - start).toBeGreaterThan(900);
  });

  it('refuses instead of holding a worker longer than it should wait', async () => {
    const { bucket } = bucketWith({ requestsPerSecond: 1, maxWaitMs: 2_000 });
    bucket.penalise(60_000);
    const error: unknown = await bucket.take(1, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FailureError);
    expect((error as FailureError).failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: 60_000 });
  });

  it('serves callers in their order and lets an aborted one go', async () => {
    const clock = createManualClock();
    const bucket = createRateBucket({ requestsPerSecond: 1, clock });
    const gone = new AbortController();
    const served: number[] = [];
    const first = bucket.take(1, signal).then(() => served.push(1));
    const second = bucket.take(1, gone.signal);
    const third = bucket.take(1, signal).then(() => served.push(3));
    await first;
    gone.abort();
    await expect(second).rejects.toThrow(/aborted/);
    while (served.length < 2) {
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await third;
    expect(served).toEqual([1, 3]);
    expect(clock.monotonicMs()).toBe(1_000);
  });
});
