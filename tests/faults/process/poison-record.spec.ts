import { ALL_ARRIVED, checkArrivals } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(240_000);

const ORDERS = 4;
const POISON = 2;
const MOST_DEATHS = 20;

describe('F03 one record kills every worker that touches it', () => {
  let landscape: FaultLandscape;
  beforeEach(async () => {
    landscape = await openFaultLandscape();
  }, 300_000);
  afterEach(() => landscape?.close());

  /** Starts the hub again and again, as a supervisor does, until nothing is left to do; returns how often it died. */
  const deathsUntilSettled = async (environment: Record<string, string>): Promise<number> => {
    for (let deaths = 0; deaths < MOST_DEATHS; deaths += 1) {
      await landscape.expireLeases();
      const hub = await landscape.launchHub(environment);
      const settled = async (): Promise<boolean> =>
        (await landscape.count(`select count(*) from replica where state = 'pending'`)) +
          (await landscape.count(`select count(*) from change where state = 'pending'`)) ===
        0;
      await until(async () => hub.hasEnded() || (await settled()), 'the hub dies or finishes');
      if (!hub.hasEnded()) return deaths;
    }
    throw new Error(`still not done after ${MOST_DEATHS} deaths`);
  };

  const others = newOrders(ORDERS).filter(({ order }) => order !== POISON);
  const rows = (): Record<string, unknown>[] => landscape.sandbox.rest.records('orders') as Record<string, unknown>[];

  it('when it is delivered: it ends as a dead letter and all others are delivered', async () => {
    landscape.sandbox.rest.faults.add({ match: { kind: 'write' }, down: true });
    const first = await landscape.startHub();
    await landscape.send(newOrders(ORDERS)).done;
    await until(
      async () => (await landscape.count("select count(*) from replica where connection_id = 'erp'")) === ORDERS,
      'all are merged',
    );
    await first.terminate();
    landscape.sandbox.rest.faults.clear();
    await landscape.query('update replica set due_at = now()');
    const [poison] = await landscape.query<{ id: string }>(
      `select id from record where body->>'orderNumber' = 'SO-00000${POISON}'`,
    );
    const deaths = await deathsUntilSettled({ ISTHMUS_FAILPOINT: `deliver-claimed@${poison?.id}` });
    expect(deaths).toBeGreaterThanOrEqual(5);
    const dead = await landscape.query(
      `select record_id as id, failure->>'code' as code from replica where state = 'dead'`,
    );
    expect(dead).toEqual([{ id: poison?.id, code: 'delivery.crash' }]);
    expect(checkArrivals(others, rows())).toEqual(ALL_ARRIVED);
  });

  it('when it is merged: it ends as a dead letter and all others are delivered', async () => {
    const environment = { ISTHMUS_FAILPOINT: `merge@o${POISON}` };
    const api = await landscape.startHub({ ISTHMUS_ROLE: 'api' });
    await landscape.send(newOrders(ORDERS)).done;
    await api.terminate();
    const deaths = await deathsUntilSettled(environment);
    expect(deaths).toBeGreaterThanOrEqual(5);
    const dead = await landscape.query(
      `select native_id as id, reason->>'code' as code from change where state = 'dead'`,
    );
    expect(dead).toEqual([{ id: `o${POISON}`, code: 'change.crash' }]);
    expect(checkArrivals(others, rows())).toEqual(ALL_ARRIVED);
  });
});
