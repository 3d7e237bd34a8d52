import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@isthmus/platform';
import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const ORDERS = 3_000;
/** Commits are flushed, as a crash of the server may not cost one that was acknowledged. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off' };

describe('F08 PostgreSQL is restarted at once under load', () => {
  let folder: string;
  let landscape: FaultLandscape;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'isthmus-fault-postgres-'));
    const server = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
    landscape = await openFaultLandscape({ databaseUrl: server.url });
  }, 300_000);
  afterAll(async () => {
    await landscape?.close();
    await stopAtOnce();
    rmSync(folder, { recursive: true, force: true });
  });

  const postmaster = (): number => {
    try {
      return Number.parseInt(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
    } catch {
      return 0;
    }
  };
  /** What `pg_ctl stop -m immediate` does. */
  const stopAtOnce = async (): Promise<void> => {
    const pid = postmaster();
    if (pid <= 1) return;
    process.kill(pid, 'SIGQUIT');
    await until(() => postmaster() !== pid, 'the server is gone');
  };

  it('answers 503 meanwhile, goes on with the same processes, and loses and doubles nothing', async () => {
    const hub = await landscape.startHub();
    const sending = landscape.send(newOrders(ORDERS));
    await until(() => sending.acknowledged.length >= 150, 'the load is on');
    await stopAtOnce();
    await until(() => (sending.answers.get(503) ?? 0) >= 10, 'senders are told to come again');
    await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS });
    await sending.done;
    await until(
      async () => (await fetch(new URL('/health/ready', landscape.webhookUrl))).status === 200,
      'the hub is ready again',
    );
    await landscape.expireLeases();
    await landscape.settled();
    expect(hub.hasEnded()).toBe(false);
    expect([...sending.answers.keys()].sort((a, b) => a - b)).toEqual([200, 503]);
    expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    expect(await landscape.count('select count(*) from change')).toBe(ORDERS);
  });
});
