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

describe('Redis in a poor state', () => {
  let redis: OwnRedis;
  let landscape: FaultLandscape;
  afterEach(async () => {
    await landscape?.close();
    await redis?.kill();
  });

  const ready = async (): Promise<{
    status: number;
    body: { status: string; checks: { redis?: [{ status: string }] } };
  }> => {
    const answer = await fetch(new URL('/health/ready', landscape.webhookUrl));
    return { status: answer.status, body: (await answer.json()) as Awaited<ReturnType<typeof ready>>['body'] };
  };

  it('F06 down for long: everything goes on, health warns, the log says it once a second at most, and all is well when it is back', async () => {
    redis = await startOwnRedis();
    landscape = await openFaultLandscape({ redisUrl: redis.url });
    const hub = await landscape.startHub();
    await redis.kill();
    const startedMs = performance.now();
    const linesBefore = hub.output().split('\n').length;
    const sending = landscape.send(newOrders(ORDERS), 8);
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect([...sending.answers.keys()]).toEqual([200]);
    const during = await ready();
    expect([during.status, during.body.status, during.body.checks.redis?.[0].status]).toEqual([200, 'warn', 'warn']);
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(hub.output().split('\n').length - linesBefore).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    await redis.restart();
    const more = landscape.send(newOrders(20, ORDERS));
    await more.done;
    await until(async () => (await ready()).body.status === 'pass', 'health says that Redis is back');
  });

  it('F07 with another eviction policy than noeviction the hub does not start, and says why', async () => {
    redis = await startOwnRedis(['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru']);
    landscape = await openFaultLandscape({ redisUrl: redis.url });
    const hub = await landscape.launchHub();
    expect(await hub.ended).toEqual({ code: 1, signal: null });
    expect(hub.output()).toContain(
      'its maxmemory-policy is allkeys-lru. Start Redis with --maxmemory-policy noeviction',
    );
  });

  it('F07 out of memory: webhooks are accepted and delivered all the same', async () => {
    redis = await startOwnRedis();
    landscape = await openFaultLandscape({ redisUrl: redis.url });
    await landscape.startHub();
    expect(await redisCommand(redis.url, 'CONFIG SET maxmemory 1')).toBe('+OK');
    const sending = landscape.send(newOrders(100), 8);
    await sending.done;
    await landscape.settled();
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect([...sending.answers.keys()]).toEqual([200]);
  });
});
