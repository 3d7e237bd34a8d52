import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { redisCommand } from '../../support/redis-command.js';
import { startOwnRedis } from '../../support/redis.js';
import type { OwnRedis } from '../../support/redis.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const ORDERS = 400;

describe.each([
  ['a process for webhooks and one for work', ['api', 'worker']],
  ['two processes that do everything', ['all', 'all']],
])('with Redis, %s', (_title, [doorRole = '', otherRole = '']) => {
  let redis: OwnRedis;
  let landscape: FaultLandscape;
  beforeAll(async () => {
    redis = await startOwnRedis();
    landscape = await openFaultLandscape({ redisUrl: redis.url });
    await Promise.all([
      landscape.startHub({ ISTHMUS_ROLE: doorRole }),
      landscape.startHub({ ISTHMUS_ROLE: otherRole, PORT: '0' }),
    ]);
  }, 300_000);
  afterAll(async () => {
    await landscape?.close();
    await redis?.kill();
  });

  const expectAllOnce = async (sending: ReturnType<FaultLandscape['send']>): Promise<void> => {
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(landscape.sandbox.rest.calls.report().effects['orders']).toEqual({ created: ORDERS });
    landscape.sandbox.rest.calls.clear();
  };

  it('F04 FLUSHALL in the middle of a burst loses nothing and doubles nothing', async () => {
    const sending = landscape.send(newOrders(ORDERS));
    for (const acknowledged of [50, 150, 300]) {
      await until(() => sending.acknowledged.length >= acknowledged, `${acknowledged} events are acknowledged`);
      expect(await redisCommand(redis.url, 'FLUSHALL')).toBe('+OK');
    }
    await expectAllOnce(sending);
  });

  it('F05 Redis is killed and comes back empty: webhooks are accepted meanwhile, nothing is lost or doubled', async () => {
    const sending = landscape.send(newOrders(ORDERS, ORDERS), 8);
    await until(() => sending.acknowledged.length >= 50, 'events are acknowledged');
    await redis.kill();
    const before = sending.acknowledged.length;
    await until(() => sending.acknowledged.length >= before + 150, 'events are acknowledged without Redis');
    await redis.restart();
    await expectAllOnce(sending);
    expect([...sending.answers.keys()]).toEqual([200]);
  });
});
