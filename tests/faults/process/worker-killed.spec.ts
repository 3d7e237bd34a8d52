import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';
import type { Sending } from '../../support/webhook-sender.js';

jest.setTimeout(180_000);

const ORDERS = 200;
const RESUMES_WITHIN_MS = 30_000;
const KILLED = { code: null, signal: 'SIGKILL' };

describe('F02 the worker is killed', () => {
  let landscape: FaultLandscape;
  afterEach(() => landscape?.close());

  const killWhileCalling = async (calls: number): Promise<void> => {
    landscape.sandbox.rest.calls.clear();
    landscape.sandbox.rest.faults.add({ match: { kind: 'write' }, delayMs: 400, times: 2 * calls });
    const doomed = await landscape.startHub();
    await until(() => landscape.sandbox.rest.calls.report().writes >= calls, 'calls are under way');
    expect(await doomed.kill()).toEqual(KILLED);
  };
  const expectAllOnce = async (sending: Sending): Promise<void> => {
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
  };

  const diesAt = async (point: string): Promise<void> => {
    const doomed = await landscape.launchHub({ ISTHMUS_FAILPOINT: point });
    expect(await doomed.ended).toEqual(KILLED);
    await landscape.expireLeases();
  };

  it('in the merge, before a call, and after its commit, one after the other: one document each at the ERP', async () => {
    landscape = await openFaultLandscape();
    const sending = landscape.send(newOrders(ORDERS));
    for (const point of ['merge', 'deliver-claimed', 'deliver-written']) await diesAt(point);
    await landscape.startHub();
    await expectAllOnce(sending);
  });

  it('after a commit and during a call, with an ERP that can only be asked what it has: one document each', async () => {
    landscape = await openFaultLandscape({ repetition: 'lookup' });
    landscape.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
    const sending = landscape.send(newOrders(ORDERS));
    await diesAt('deliver-written');
    await killWhileCalling(4);
    await landscape.expireLeases();
    await landscape.startHub();
    await expectAllOnce(sending);
  });

  it.each([[undefined], ['lookup' as const]])(
    'after its commits, and every order is changed before it is taken up again: one document each, as it is now (%s)',
    async (repetition) => {
      landscape = await openFaultLandscape({ ...(repetition && { repetition }) });
      if (repetition) landscape.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
      const created = landscape.send(newOrders(40));
      await diesAt('deliver-written');
      await landscape.startHub();
      await created.done;
      const changed = landscape.send(newOrders(40).map(({ order }) => ({ order, revision: 2 })));
      await changed.done;
      const merged = `select count(*) from record where entity = 'order' and version > 1`;
      await until(async () => (await landscape.count(merged)) === 40, 'every order is changed');
      await landscape.expireLeases();
      await expectAllOnce(changed);
      expect(await landscape.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
    },
  );

  it('during its calls, and the next one goes on within 30 seconds', async () => {
    landscape = await openFaultLandscape();
    const sending = landscape.send(newOrders(50));
    await killWhileCalling(8);
    const killedAtMs = performance.now();
    await landscape.startHub();
    await expectAllOnce(sending);
    expect(performance.now() - killedAtMs).toBeLessThan(RESUMES_WITHIN_MS);
  });
});
