import { arrived, burst, once, range } from '../../support/bursts.js';
import { countEarlyCalls } from '../../support/early-calls.js';
import { startRestHub } from '../../support/rest-hub.js';

jest.setTimeout(150_000);

describe('a far side that fails now and then', () => {
  it.each([
    ['recognises idempotency keys; silence is no answer within the deadline', 'header', { delayMs: 2_500 }],
    ['can only be looked up; silence is a connection cut after the commit', 'lookup', { dropAfterCommit: true }],
  ] as const)(
    'F14 5%% 500, 2%% 429, 1%% silence under a burst of 500: all arrive exactly once when it %s',
    async (_name, kind, silence) => {
      const rest = await startRestHub({ targets: { store: kind } });
      try {
        const early = countEarlyCalls(rest.sandbox.rest, '/rest/store');
        const match = { path: '/store', kind: 'write' as const };
        // Seeds whose 429 and silence never fall on the same call: nobody can obey an answer that he did not get.
        rest.sandbox.rest.faults.add({ match, rate: 0.05, seed: 41, status: 500 });
        rest.sandbox.rest.faults.add({ match, rate: 0.02, seed: 42, status: 429, retryAfter: 2 });
        rest.sandbox.rest.faults.add({ match, rate: 0.01, seed: 43, ...silence });
        const numbers = range(1, 500);
        expect(await burst(rest, numbers)).toEqual(new Set([200]));
        await rest.settled(90_000);
        expect(rest.sandbox.rest.faults.list().map(({ hits }) => hits > 0)).toEqual([true, true, true]);
        expect(arrived(rest, 'store')).toEqual(once(numbers));
        expect(
          await rest.count(`select count(*) from replica where connection_id = 'store' and state <> 'settled'`),
        ).toBe(0);
        expect(early()).toBe(0);
      } finally {
        await rest.stop();
      }
    },
  );
});
