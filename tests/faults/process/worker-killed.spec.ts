import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';
import type { Sending } from '../../support/webhook-sender.js';

jest.setTimeout(180_000);

const ORDERS = 300;
const RESUMES_WITHIN_MS = 30_000;
const KILLED = { code: null, signal: 'SIGKILL' };

describe('F02 the worker is killed', () => {
  let landscape: FaultLandscape;
  afterEach(() => landscape?.close());

  const slowCalls = (calls: number): void =>
    void landscape.sandbox.rest.faults.add({ match: { kind: 'write' }, delayMs: 400, times: calls });
  const killWhileCalling = async (calls: number): Promise<void> => {
    landscape.sandbox.rest.calls.clear();
    slowCalls(2 * calls);
    const doomed = await landscape.startHub();
    await until(() => landscape.sandbox.rest.calls.report().writes >= calls, 'calls are under way');
    expect(await doomed.kill()).toEqual(KILLED);
  };
  const expectAllOnce = async (sending: Sending): Promise<void> => {
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals(sending.acknowledged)).toEqual(ALL_ARRIVED);
  };

  it.each(['key', 'lookup'] as const)(
    'before a call, during it, after its commit and in the merge, one after the other: one document each at an ERP that knows a repetition by %s',
    async (repetition) => {
      landscape = await openFaultLandscape({ repetition });
      landscape.sandbox.rest.configure({ settings: { idempotencyKeys: repetition === 'key' } });
      const sending = landscape.send(newOrders(ORDERS));
      for (const point of ['merge', 'deliver-claimed', 'deliver-written']) {
        const doomed = await landscape.launchHub({ ISTHMUS_FAILPOINT: point });
        expect(await doomed.ended).toEqual(KILLED);
        await landscape.expireLeases();
      }
      await killWhileCalling(4);
      await landscape.expireLeases();
      await landscape.startHub();
      await expectAllOnce(sending);
    },
    180_000,
  );

  it('and the next one goes on within 30 seconds', async () => {
    landscape = await openFaultLandscape();
    const sending = landscape.send(newOrders(50));
    await killWhileCalling(8);
    const killedAtMs = performance.now();
    await landscape.startHub();
    await expectAllOnce(sending);
    expect(performance.now() - killedAtMs).toBeLessThan(RESUMES_WITHIN_MS);
  });
});
