import { systemClock } from '@isthmus/platform';
import type { Clock } from '@isthmus/platform';
import { arrived, burst, customer, once, range } from '../../support/bursts.js';
import { until } from '../../support/demo-hub.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { RestHub } from '../../support/rest-hub.js';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;

/** The machine's clock, set wrong by hand. What counts durations goes on as before. */
class WrongClock implements Clock {
  offMs = 0;
  readonly monotonicMs = systemClock.monotonicMs;
  readonly setTimer = systemClock.setTimer;
  readonly sleep = systemClock.sleep;

  now(): Date {
    return new Date(systemClock.now().getTime() + this.offMs);
  }
}

describe('the clock of the hub jumps', () => {
  let rest: RestHub;
  let clock: WrongClock;
  beforeEach(async () => {
    clock = new WrongClock();
    rest = await startRestHub({ hub: { clock } });
    await rest.settled();
  });
  afterEach(() => rest?.stop());

  const creates = (): number => rest.sandbox.rest.calls.report().routes['POST /store']?.count ?? 0;
  const reads = (): number => rest.sandbox.rest.calls.report().routes['GET /customers']?.count ?? 0;
  const schedules = (count: number): Promise<void> => {
    // The hub looks at its schedules once a second; the ledger tells that it does.
    const before = rest.hub.database.statementCount;
    return until(() => rest.hub.database.statementCount > before + count * 5, 'the hub looked at its schedules');
  };

  /** The next round of housekeeping, in which the hub looks at its clock, frees what is blocked for no reason. */
  const housekeeping = async (): Promise<void> => {
    await rest.rows(`update replica set state = 'blocked' where connection_id = 'shop'`);
    const blocked = `select count(*) from replica where state = 'blocked'`;
    await until(async () => (await rest.count(blocked)) === 0, 'the hub kept house');
  };

  it.each([
    ['an hour on', HOUR_MS],
    ['an hour back', -HOUR_MS],
  ])(
    'F30 %s while calls are under way: no lease ends by it, so nothing is written twice, and all arrives',
    async (_name, jumpMs) => {
      const { faults } = rest.sandbox.rest;
      faults.add({ match: { path: '/store', method: 'POST' }, delayMs: 700, times: 20 });
      expect(await burst(rest, range(1, 20))).toEqual(new Set([200]));
      await until(() => creates() >= 5, 'calls are under way');
      clock.offMs = jumpMs;
      const leases = `select count(*) from replica where connection_id = 'store' and lease_until between clock_timestamp() and clock_timestamp() + interval '1 minute'`;
      expect(await rest.count(leases)).toBeGreaterThan(0);
      rest.hub.runtime.parts.queue.hint({ kind: 'deliver', key: 'store' });
      expect(await burst(rest, range(21, 20))).toEqual(new Set([401]));
      await rest.settled();
      expect(arrived(rest, 'store')).toEqual(once(range(1, 20)));
      // A call that failed on a busy machine may be made again; one whose lease only seems to have ended may not.
      const failed = `select coalesce(sum(cardinality(record_ids)), 0) from attempt where connection_id = 'store' and outcome in ('failed', 'unknown')`;
      expect(creates() - (await rest.count(failed))).toBeLessThanOrEqual(20);
    },
  );

  it('F30 signatures are judged by it: a webhook that seems an hour old is refused and leaves no row, and is taken when the clock is right', async () => {
    clock.offMs = HOUR_MS;
    expect(await rest.tellCustomer(customer(1))).toBe(401);
    expect(await rest.count('select count(*) from change')).toBe(0);
    clock.offMs = 0;
    expect(await rest.tellCustomer(customer(1))).toBe(200);
    await rest.settled();
    expect(arrived(rest, 'store')).toEqual(['N-1']);
  });

  it('F30 a schedule that it makes due is kept once, and not again when the clock is set right', async () => {
    const before = reads();
    expect(before).toBe(1);
    clock.offMs = HOUR_MS + 60_000;
    await until(() => reads() > before, 'the hourly read is made');
    await rest.settled();
    await schedules(3);
    expect(reads()).toBe(before + 1);
    clock.offMs = 0;
    await schedules(3);
    expect(reads()).toBe(before + 1);
  });

  it('F30 what waited for another try when the clock was set back does not wait an hour longer', async () => {
    clock.offMs = HOUR_MS;
    rest.sandbox.rest.faults.add({ match: { path: '/store', method: 'POST' }, status: 503 });
    expect(await rest.tellCustomer(customer(1), { atMs: clock.now().getTime() })).toBe(200);
    const waits = `select count(*) from replica where connection_id = 'store' and state = 'pending' and attempts > 0`;
    await until(async () => (await rest.count(waits)) === 1, 'the first try has failed');
    await housekeeping();
    rest.sandbox.rest.faults.clear();
    clock.offMs = 0;
    await rest.settled();
    expect(arrived(rest, 'store')).toEqual(['N-1']);
  });
});
