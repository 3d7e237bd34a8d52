import { setTimeout as sleep } from 'node:timers/promises';
import { checkArrived, reset, startFloor, untilArrived } from './support/far-sides.mjs';
import { orderWebhook } from './support/orders.mjs';
import { stop } from './support/processes.mjs';
import { sendBurst, sendSteadily } from './support/send-webhooks.mjs';
import { percentile } from './support/statistics.mjs';

const PER_SECOND = 10;
const SECONDS = 20;
const WARM_UP = 300;
/** Orders of the burst must not come again: the hub would know them. */
const FIRST = 500_000;

/** A calm shop: from the moment the sender sends to the moment the target has the order. */
export async function measureLatency({ report, farSide, folder, size, hub }) {
  const count = Math.max(20, Math.round(PER_SECOND * SECONDS * size));
  const floorProcess = await startFloor(farSide, `${folder}/journal-latency`);
  const floor = await steady({ farSide, url: floorProcess.url, count: Math.ceil(count / 2), who: 'floor' });
  await stop(floorProcess);
  const ours = await steady({ farSide, url: `${hub.url}/webhooks/shop`, count, who: 'hub', output: hub.output });
  report.add({
    bench: 'latency.p50',
    value: percentile(ours, 0.5),
    unit: 'ms',
    floor: percentile(floor, 0.5),
    atMost: 20,
  });
  report.add({
    bench: 'latency.p99',
    value: percentile(ours, 0.99),
    unit: 'ms',
    floor: percentile(floor, 0.99),
    atMost: 60,
  });
}

async function steady({ farSide, url, count, who, output }) {
  await reset(farSide);
  const warmUp = Array.from({ length: WARM_UP }, (_, index) => orderWebhook(FIRST + count + index));
  await sendBurst(url, warmUp, 10);
  await untilArrived(farSide, 'orders', WARM_UP, output);
  // Let what an earlier measurement left behind (checkpoints, vacuum, garbage) settle.
  await sleep(1_000);
  const webhooks = Array.from({ length: count }, (_, index) => orderWebhook(FIRST + index));
  const times = await sendSteadily(url, webhooks, PER_SECOND);
  await untilArrived(farSide, 'orders', count + WARM_UP, output);
  const { atMs } = await checkArrived(farSide, 'orders', { first: FIRST, count: count + WARM_UP }, who);
  return times.map((time) => atMs[time.index - FIRST] - time.sentAtMs);
}
