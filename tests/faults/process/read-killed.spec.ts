import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';

jest.setTimeout(180_000);

const ORDERS = 600;
const PAGE = 100;
const KILLED = { code: null, signal: 'SIGKILL' };

describe('the process is killed in the middle of a reading', () => {
  let landscape: FaultLandscape;
  afterEach(() => landscape?.close());

  const orders = (): void => {
    for (let number = 1; number <= ORDERS; number += 1)
      landscape.sandbox.rest.edit({ type: 'shop-orders', set: order(number) as never });
  };
  const order = (number: number): object => ({
    number: `SO-${number}`,
    date: '2026-11-23',
    currency: 'CNY',
    buyer: `Buyer ${number}`,
    note: '',
    total: '10.00',
    lines: [
      {
        no: 1,
        id: `L${number}`,
        sku: 'SKU-1',
        name: 'Cup',
        qty: '1',
        price: '10.00',
        taxRate: '0',
        net: '10.00',
        tax: '0.00',
        gross: '10.00',
      },
    ],
  });
  const pagesRead = (): number => landscape.sandbox.rest.calls.report().routes['GET /shop-orders']?.count ?? 0;
  const known = (): Promise<number> => landscape.count('select count(distinct native_id) from change');

  it('F28 again and again: the next one goes on at the last page, one page each is read twice at most, and nothing is missed', async () => {
    landscape = await openFaultLandscape({ pollSeconds: 3_600 });
    orders();
    landscape.sandbox.rest.calls.clear();
    const kills = 3;
    for (let kill = 0; kill < kills; kill += 1) {
      const doomed = await landscape.launchHub({ ISTHMUS_FAILPOINT: 'read:1@orders' });
      expect(await doomed.ended).toEqual(KILLED);
      await landscape.expireLeases();
      await landscape.query(`update cursor set lease_until = clock_timestamp() - interval '1 second'`);
    }
    await landscape.startHub();
    await until(async () => (await known()) === ORDERS, 'all orders are known', 60_000);
    expect(pagesRead()).toBeLessThanOrEqual(ORDERS / PAGE + 1 + kills);
    // A page that was stored is not stored again.
    expect(await landscape.count('select count(*) from change')).toBeLessThanOrEqual(ORDERS + kills * PAGE);
    await landscape.settled(90_000);
    expect(await landscape.count(`select count(*) from record where entity = 'order'`)).toBe(ORDERS);
    expect(landscape.sandbox.rest.records('orders')).toHaveLength(ORDERS);
  });

  it('a backfill goes on where the dead process left it, with its progress', async () => {
    landscape = await openFaultLandscape({ pollSeconds: 3_600 });
    const first = await landscape.startHub();
    await until(
      async () => (await landscape.count(`select count(*) from cursor where finished_at is not null`)) > 0,
      'the shop was read',
      60_000,
    );
    await first.kill();
    orders();
    await landscape.query(`
      insert into backfill (connection_id, stream, entity, direction, selection, actor, started_at, working_since)
      values ('shop', 'orders', 'order', 'in', 'all', 'test', now(), now())`);
    landscape.sandbox.rest.calls.clear();
    for (let kill = 0; kill < 2; kill += 1) {
      const doomed = await landscape.launchHub({ ISTHMUS_FAILPOINT: 'backfill:1' });
      expect(await doomed.ended).toEqual(KILLED);
      for (const table of ['cursor', 'backfill', 'replica'])
        await landscape.query(
          `update ${table} set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`,
        );
    }
    await landscape.startHub();
    await until(
      async () => (await landscape.count(`select count(*) from backfill where state = 'done'`)) === 1,
      'it is done',
      60_000,
    );
    expect(await known()).toBe(ORDERS);
    expect(pagesRead()).toBeLessThanOrEqual(ORDERS / PAGE + 1 + 2);
    // A page may be stored by a process that dies before it counts it.
    expect(await landscape.count(`select done from backfill`)).toBeGreaterThanOrEqual(ORDERS - 2 * PAGE);
    await landscape.settled(90_000);
    expect(landscape.sandbox.rest.records('orders')).toHaveLength(ORDERS);
  });
});
