import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { startRevisionLog } from '../../support/revision-log.js';
import type { RevisionLog } from '../../support/revision-log.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const ORDERS = 300;
const REVISED = 100;
/** Calls that are under way at once, each sent twice on a broken socket, before five failures have opened the breaker; then one probe every 5 s. */
const MOST_CALLS_WHILE_DOWN = 60;

describe('the ERP is down under load and comes back', () => {
  let landscape: FaultLandscape;
  let log: RevisionLog;
  beforeAll(async () => {
    landscape = await openFaultLandscape();
    log = await startRevisionLog();
    landscape.sandbox.rest.configure({ webhooks: { url: log.url } });
  }, 300_000);
  afterAll(async () => {
    await landscape?.close();
    await log?.close();
  });

  it('gets everything once, newest last for every record, and is left in peace while it is down', async () => {
    const { rest } = landscape.sandbox;
    const revisions = [2, 3].flatMap((revision) => newOrders(REVISED).map(({ order }) => ({ order, revision })));
    await landscape.startHub();
    const sending = landscape.send([...newOrders(ORDERS), ...revisions]);
    await until(() => rest.records('orders').length >= 30, 'the load is on');
    rest.faults.add({ match: {}, down: true });
    rest.calls.clear();
    await sending.done;
    await until(
      async () => (await landscape.count(`select count(*) from change where state = 'pending'`)) === 0,
      'everything is merged',
    );
    const down = rest.calls.report().total;
    await until(() => rest.calls.report().total > down, 'the ERP is probed');
    expect(rest.calls.report().total).toBeLessThan(MOST_CALLS_WHILE_DOWN);
    rest.faults.clear();
    await landscape.settled();
    await landscape.sandbox.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(log.turnedBack()).toEqual([]);
  });
});
