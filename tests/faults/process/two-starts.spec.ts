import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const SLOTS = 4;

describe('F42 two hubs start at once on an empty database', () => {
  let landscape: FaultLandscape;
  beforeAll(async () => {
    landscape = await openFaultLandscape({ pollSeconds: 3_600 });
  }, 300_000);
  afterAll(() => landscape?.close());

  const reads = (): number => landscape.sandbox.rest.calls.report().reads;
  const finished = (): Promise<number> =>
    landscape.count(`select count(*) from cursor where next_at > now() and lease_until is null and state = 'idle'`);

  it('migrate once, read once for each slot of the schedule, and deliver once', async () => {
    await Promise.all([landscape.startHub(), landscape.startHub({ PORT: '0' })]);
    expect(await landscape.count('select count(*) - count(distinct name) from migrations')).toBe(0);
    for (let slot = 1; slot <= SLOTS; slot += 1) {
      await until(async () => (await finished()) === 1, `the read of slot ${slot} has ended`);
      expect(reads()).toBe(slot);
      if (slot < SLOTS) await landscape.query('update cursor set next_at = now()');
    }
    const sending = landscape.send(newOrders(100));
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(landscape.sandbox.rest.calls.report().effects['orders']).toEqual({ created: 100 });
    expect(reads()).toBe(SLOTS);
  });
});
