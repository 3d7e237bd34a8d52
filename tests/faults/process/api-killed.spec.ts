import { until } from '../../support/demo-hub.js';
import { ALL_ARRIVED } from '../../support/arrivals.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const ORDERS = 400;

describe('F01 the process that takes webhooks is killed in mid-burst', () => {
  let landscape: FaultLandscape;
  beforeAll(async () => {
    landscape = await openFaultLandscape();
  }, 300_000);
  afterAll(() => landscape?.close());

  it('loses nothing that was acknowledged and makes no second row of what is sent again', async () => {
    await landscape.startHub({ ISTHMUS_ROLE: 'worker', PORT: '0' });
    const api = await landscape.startHub({ ISTHMUS_ROLE: 'api' });
    const sending = landscape.send(newOrders(ORDERS), 24);
    await until(() => sending.acknowledged.length >= 100, 'the burst is on');
    expect(await api.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    await landscape.startHub({ ISTHMUS_ROLE: 'api' });
    await sending.done;
    await landscape.settled();
    expect(sending.answers.get(0)).toBeGreaterThan(0);
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(await landscape.count('select count(*) from change')).toBe(ORDERS);
    expect(landscape.sandbox.rest.calls.report().effects['orders']).toEqual({ created: ORDERS });
  });
});
