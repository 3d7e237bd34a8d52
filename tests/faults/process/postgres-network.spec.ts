import { readFileSync } from 'node:fs';
import { ALL_ARRIVED } from '../../support/arrivals.js';
import { adminUrl } from '../../support/database.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';
import { startTcpProxy } from '../../support/tcp-proxy.js';
import type { TcpProxy } from '../../support/tcp-proxy.js';

jest.setTimeout(180_000);

const KEY = { authorization: 'Bearer fault-api-key-0123456789' };

describe('the network between the hub and PostgreSQL', () => {
  let proxy: TcpProxy;
  let landscape: FaultLandscape;
  beforeEach(async () => {
    proxy = await startTcpProxy(Number(new URL(await adminUrl()).port));
    landscape = await openFaultLandscape({ proxyPort: proxy.port });
  });
  afterEach(async () => {
    proxy.set({ kind: 'pass' });
    await landscape?.close();
    await proxy?.close();
  });

  const ask = async (path: string): Promise<{ status: number; tookMs: number }> => {
    const startedMs = performance.now();
    const answer = await fetch(new URL(path, landscape.webhookUrl), { headers: KEY });
    await answer.text();
    return { status: answer.status, tookMs: performance.now() - startedMs };
  };
  const expectAllOnce = async (): Promise<void> => {
    await landscape.expireLeases();
    await landscape.settled(90_000);
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
  };

  it('F09 swallows packets: every caller hears 503 soon, the process lives, is not ready, and heals by itself', async () => {
    const hub = await landscape.startHub();
    const first = landscape.send(newOrders(50));
    await first.done;
    proxy.set({ kind: 'swallow' });
    const meanwhile = landscape.send(newOrders(20, 50), 20);
    await until(() => (meanwhile.answers.get(503) ?? 0) >= 20, 'senders are told to come again', 30_000);
    const [live, ready, api] = await Promise.all([ask('/health/live'), ask('/health/ready'), ask('/api/v1/records')]);
    expect([live.status, ready.status, api.status]).toEqual([200, 503, 503]);
    for (const { tookMs } of [live, ready, api]) expect(tookMs).toBeLessThan(10_000);
    proxy.set({ kind: 'pass' });
    proxy.cut();
    await meanwhile.done;
    await until(async () => (await ask('/health/ready')).status === 200, 'the hub is ready again', 60_000);
    await expectAllOnce();
    expect(hub.hasEnded()).toBe(false);
  });

  it('F10 adds 200 ms to everything: all is taken and delivered, with bounded memory, and nothing but 200, 429 or 503 is answered', async () => {
    const hub = await landscape.startHub();
    proxy.set({ kind: 'latency', ms: 200 });
    const sending = landscape.send(newOrders(300), 64);
    await sending.done;
    const rssMb = residentMb(hub.pid);
    await expectAllOnce();
    expect([...sending.answers.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
    expect(rssMb).toBeLessThan(600);
  });

  it('F13 loses the answers of commits: the senders repeat, and every order is there once', async () => {
    await landscape.startHub();
    const sending = landscape.send(newOrders(400), 16);
    for (const acknowledged of [50, 150, 250]) {
      await until(() => sending.acknowledged.length >= acknowledged, `${acknowledged} events are acknowledged`);
      proxy.set({ kind: 'dropAnswers', afterMs: 50 });
      const refused = [...sending.answers].reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0);
      await until(
        () => [...sending.answers].reduce((sum, [status, count]) => sum + (status === 200 ? 0 : count), 0) > refused,
        'a commit stays unanswered',
      );
      proxy.set({ kind: 'pass' });
    }
    await sending.done;
    await expectAllOnce();
    const events = `select count(*) - count(distinct event_key) from change where event_key is not null`;
    expect(await landscape.count(events)).toBe(0);
  });
});

/** Resident memory of a process in MB, as Linux counts it. */
function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
