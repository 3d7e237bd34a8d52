import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const ORDERS = 500;
const STOPS_WITHIN_MS = 20_000;

describe('F43 a deploy stops the hub under load', () => {
  let landscape: FaultLandscape;
  beforeEach(async () => {
    landscape = await openFaultLandscape();
  }, 300_000);
  afterEach(() => landscape?.close());

  it('ends with 0 within 20 seconds, holds nothing any more, and nothing is lost or doubled after the next start', async () => {
    landscape.sandbox.rest.faults.add({ match: { kind: 'write', path: '/orders' }, delayMs: 100 });
    const hub = await landscape.startHub();
    const sending = landscape.send(newOrders(ORDERS));
    await until(
      () => landscape.sandbox.rest.records('orders').length >= 20 && sending.acknowledged.length >= 200,
      'the load is on',
    );
    const toldAtMs = performance.now();
    expect(await hub.terminate()).toEqual({ code: 0, signal: null });
    expect(performance.now() - toldAtMs).toBeLessThan(STOPS_WITHIN_MS);
    expect(await landscape.count('select count(*) from replica where lease_until is not null')).toBe(0);
    landscape.sandbox.rest.faults.clear();
    await landscape.startHub();
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(landscape.sandbox.rest.calls.report().effects['orders']).toEqual({ created: ORDERS });
  });

  it('ends within 20 seconds also while the ERP answers nothing', async () => {
    landscape.sandbox.rest.faults.add({ match: { kind: 'write', path: '/orders' }, delayMs: 18_000, times: 8 });
    const hub = await landscape.startHub();
    const sending = landscape.send(newOrders(50));
    await sending.done;
    await until(() => landscape.sandbox.rest.calls.report().writes >= 8, 'calls are under way');
    const toldAtMs = performance.now();
    expect(await hub.terminate()).toEqual({ code: 0, signal: null });
    expect(performance.now() - toldAtMs).toBeLessThan(STOPS_WITHIN_MS);
    landscape.sandbox.rest.faults.clear();
    await landscape.expireLeases();
    await landscape.startHub();
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
  });
});
