import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@isthmus/platform';
import { ALL_ARRIVED } from '../../support/arrivals.js';
import { until } from '../../support/demo-hub.js';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import { newOrders } from '../../support/shop-orders.js';
import { openSmallDisk, whyNoSmallDisk } from '../../support/small-disk.js';
import type { SmallDisk } from '../../support/small-disk.js';

jest.setTimeout(180_000);

const whyNot = whyNoSmallDisk();
const onSmallDisk = whyNot === '' ? it : it.skip;
const named = (name: string): string => (whyNot === '' ? name : `${name} (skipped: ${whyNot})`);

const ORDERS = 300;
const KEY = { authorization: 'Bearer fault-api-key-0123456789' };
/** Small enough for the disk; what is committed is flushed as far as memory can be. */
const SETTINGS = { min_wal_size: '32MB', max_wal_size: '48MB', wal_recycle: 'off', shared_buffers: '16MB' };

describe('a full disk', () => {
  let disk: SmallDisk;
  let landscape: FaultLandscape;
  afterEach(async () => {
    disk?.free();
    await landscape?.close();
    const pid = postmaster();
    if (pid > 1) {
      process.kill(pid, 'SIGQUIT');
      await until(() => postmaster() !== pid, 'the server is gone');
    }
    disk?.close();
  });

  const postmaster = (): number => {
    try {
      return Number.parseInt(readFileSync(join(disk.folder, 'pg', 'data', 'postmaster.pid'), 'utf8'), 10);
    } catch {
      return 0;
    }
  };
  const server = (): ReturnType<typeof startEmbeddedPostgres> =>
    startEmbeddedPostgres({ dataDir: join(disk.folder, 'pg'), settings: SETTINGS });
  const status = async (path: string, init: RequestInit = {}): Promise<number> =>
    (await fetch(new URL(path, landscape.webhookUrl), { ...init, headers: { ...KEY, ...init.headers } })).status;

  onSmallDisk(
    named(
      'F12 of the database: senders hear 503, nobody a false 2xx; when there is room again all arrives once, and no row is damaged',
    ),
    async () => {
      disk = openSmallDisk(160);
      landscape = await openFaultLandscape({ databaseUrl: (await server()).url });
      const hub = await landscape.startHub();
      await landscape.send(newOrders(50)).done;
      await landscape.settled();
      disk.fill();
      const sending = landscape.send(newOrders(ORDERS, 50));
      await until(() => (sending.answers.get(503) ?? 0) >= 10, 'senders are told to come again', 60_000);
      const backfill = { connectionId: 'shop', stream: 'orders', direction: 'in', selection: { nativeIds: ['o1'] } };
      const asked = await status('/api/v1/backfills', {
        method: 'POST',
        body: JSON.stringify(backfill),
        headers: { 'content-type': 'application/json' },
      });
      expect([200, 201, 202, 400, 409, 422, 503]).toContain(asked);
      expect(await status('/health/live')).toBe(200);

      disk.free();
      // A server that could not write its log has ended: whoever runs it starts it again.
      await server();
      await sending.done;
      await until(async () => (await status('/health/ready')) === 200, 'the hub is ready again', 60_000);
      await landscape.expireLeases();
      await landscape.settled(90_000);
      expect(hub.hasEnded()).toBe(false);
      expect([...sending.answers.keys()].filter((answer) => ![200, 503].includes(answer))).toEqual([]);
      expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
      expect(await landscape.count(`select count(*) - count(distinct event_key) from change`)).toBe(0);
      await landscape.query('set enable_indexscan = off');
      const heap = await landscape.count(
        `select count(*) from replica where connection_id = 'erp' and native_id is not null`,
      );
      await landscape.query('set enable_indexscan = on');
      expect(heap).toBe(ORDERS + 50);
    },
  );

  onSmallDisk(
    named('F12 of the data folder: webhooks are taken and delivered all the same, for they lie in the database'),
    async () => {
      disk = openSmallDisk(4);
      landscape = await openFaultLandscape();
      const hub = await landscape.startHub({ ISTHMUS_DATA: disk.folder });
      disk.fill();
      const sending = landscape.send(newOrders(ORDERS));
      await sending.done;
      await landscape.settled();
      expect(hub.hasEnded()).toBe(false);
      expect([...sending.answers.keys()]).toEqual([200]);
      expect(landscape.arrivals()).toEqual(ALL_ARRIVED);
    },
  );
});
