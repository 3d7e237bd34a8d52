import { describeConnector, startLoopbackServer } from '@isthmus/conformance';
import type { FarSideUnderTest } from '@isthmus/conformance';
import { hmac } from '@isthmus/connector-kit';
import type { RawRequest } from '@isthmus/connector-kit';
import { rest } from './connector.js';
import { shopManifest } from './fixtures/shop-manifest.js';
import { createShop } from './fixtures/shop.js';

async function startFarSide(): Promise<FarSideUnderTest> {
  const shop = createShop();
  const server = await startLoopbackServer((request) => shop.answer(request));
  return {
    settings: shopManifest(server.baseUrl),
    outboundAllow: [server.hostPort],
    seed: (stream, count) => Promise.resolve(shop.seed(stream, count)),
    touch: (stream, id) => Promise.resolve(shop.touch(stream, id)),
    count: (stream) => Promise.resolve(stream === 'orders' ? shop.orders.size : shop.customers.size),
    faults: {
      rateLimitNext: (seconds) =>
        (shop.nextFault = { status: 429, body: {}, headers: { 'retry-after': String(seconds) } }),
      failNext: () => (shop.nextFault = { status: 500, body: {} }),
      loseNextWriteAnswer: () => (shop.nextFault = 'lose-answer'),
      expireTokens: () => (shop.validToken += 1),
      tokensIssued: () => shop.tokensIssued,
    },
    stop: () => server.close(),
  };
}

function sign(body: Buffer, now: Date): RawRequest {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = hmac('sha256', 'shop-webhook-secret', Buffer.concat([Buffer.from(`${timestamp}.`), body]), 'hex');
  return {
    method: 'POST',
    url: 'https://hub.example/hooks/shop',
    headers: { 'x-signature': `sha256=${signature}`, 'x-timestamp': timestamp, 'x-event-id': 'evt-1' },
    body,
  };
}

const newRow = (n: number): { name: string; total: string } => ({ name: `new ${n}`, total: `${n}.50` });
const poison = (): { name: string; total: string } => ({ name: 'bad', total: '-1.00' });

describeConnector(rest, {
  settings: shopManifest('https://shop.example/api'),
  farSide: {
    start: startFarSide,
    streams: {
      orders: { rowsForThreePages: 13, newRow, poison },
      customers: { rowsForThreePages: 13, newRow, poison },
    },
  },
  webhook: {
    body: JSON.stringify({
      events: [
        { type: 'order', action: 'updated', at: '2026-03-01T11:59:59Z', data: { id: 'o1', total: '1.00' } },
        { type: 'customer', action: 'deleted', at: '2026-03-01T11:59:59Z', data: { id: 'c1' } },
      ],
    }),
    sign,
  },
});
