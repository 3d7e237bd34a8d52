import { createHmac } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openFaultLandscape } from '../../support/fault-landscape.js';
import type { FaultLandscape } from '../../support/fault-landscape.js';
import type { HubProcess } from '../../support/hub-process.js';
import { SHOP_SECRET } from '../../support/shop-orders.js';

jest.setTimeout(180_000);

const HEAP_MB = 192;
const MOST_MB = 400;
const ORDERS = 4_000;

const line = (number: number): object => ({
  no: number,
  id: `L${number}`,
  sku: `SKU-${number % 50}`,
  name: `龙井绿茶礼盒 ${number}`,
  qty: '1',
  price: '10.00',
  taxRate: '0',
  net: '10.00',
  tax: '0.00',
  gross: '10.00',
});
const order = (number: number, lines: number): Record<string, unknown> => ({
  number: `SO-${number}`,
  date: '2026-11-23',
  currency: 'CNY',
  buyer: `Buyer ${number}`,
  note: 'n'.repeat(400),
  total: `${lines * 10}.00`,
  lines: Array.from({ length: lines }, (_, index) => line(index + 1)),
});

describe('a hub that has little memory', () => {
  let landscape: FaultLandscape;
  afterEach(() => landscape?.close());

  /** Highest resident memory of the process while something goes on, as Linux counts it. */
  const residentMb = (hub: HubProcess): number =>
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${hub.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  const known = (): Promise<number> => landscape.count(`select count(*) from change where state = 'merged'`);

  it(`F44 pulls ${ORDERS} orders with a heap of ${HEAP_MB} MB, and stays as small at the end as in the middle`, async () => {
    landscape = await openFaultLandscape({ pollSeconds: 3_600 });
    for (let number = 1; number <= ORDERS; number += 1)
      landscape.sandbox.rest.edit({ type: 'shop-orders', set: order(number, 5) as never });
    // Reading and merging is what a pull is; the target takes them one by one, and later.
    landscape.sandbox.rest.faults.add({ match: { path: '/orders', method: 'POST' }, status: 503, retryAfter: 3_600 });
    const hub = await landscape.startHub({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
    const seen: number[] = [];
    let middle = 0;
    while ((await known()) < ORDERS && !hub.hasEnded()) {
      seen.push(residentMb(hub));
      if (middle === 0 && (await known()) > ORDERS / 2) middle = Math.max(...seen);
      await pause(100);
    }
    expect([hub.hasEnded(), await known()]).toEqual([false, ORDERS]);
    expect(Math.max(...seen)).toBeLessThan(MOST_MB);
    expect(Math.max(...seen)).toBeLessThan(middle * 1.35);
  });

  it(`F44 takes and delivers an order of 500 lines with a heap of ${HEAP_MB} MB`, async () => {
    landscape = await openFaultLandscape();
    const hub = await landscape.startHub({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
    const body = Buffer.from(JSON.stringify({ ...order(1, 500), id: 'o1', updatedAt: '2026-11-23T08:00:00.000Z' }));
    const answer = await fetch(landscape.webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-event-id': 'large-1',
        'x-signature': `sha256=${createHmac('sha256', SHOP_SECRET).update(body).digest('hex')}`,
      },
      body,
    });
    expect(answer.status).toBe(200);
    await landscape.settled();
    const [document] = landscape.sandbox.rest.records('orders') as { entries?: unknown[] }[];
    expect(document?.entries).toHaveLength(500);
    expect(residentMb(hub)).toBeLessThan(MOST_MB);
    expect(hub.hasEnded()).toBe(false);
  });

  it(`F44 reads a file of 10 MB with a heap of ${HEAP_MB} MB`, async () => {
    landscape = await openFaultLandscape({ files: true });
    const rows = 5_000;
    const inbox = join(landscape.folder, 'files', 'inbox');
    mkdirSync(inbox, { recursive: true });
    const lines = Array.from({ length: rows }, (_, index) => `N-${index},客户 ${index},${'重点客户'.repeat(170)}`);
    const text = ['number,name,note', ...lines, ''].join('\n');
    expect(Buffer.byteLength(text)).toBeGreaterThan(10_000_000);
    writeFileSync(join(inbox, 'customers.csv'), text);
    const hub = await landscape.startHub({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` });
    const seen: number[] = [];
    while ((await known()) < rows && !hub.hasEnded()) {
      seen.push(residentMb(hub));
      await pause(100);
    }
    expect([hub.hasEnded(), await known()]).toEqual([false, rows]);
    expect(Math.max(...seen)).toBeLessThan(MOST_MB);
  });
});
