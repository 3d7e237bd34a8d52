import { join } from 'node:path';
import { orderConfiguration } from './support/configuration.mjs';
import { checkArrived, reset, startFloor, untilArrived } from './support/far-sides.mjs';
import { readMetric, startHub } from './support/hub.mjs';
import { orderWebhook } from './support/orders.mjs';
import { cpuMs, stop } from './support/processes.mjs';
import { sendBurst } from './support/send-webhooks.mjs';
import { percentile } from './support/statistics.mjs';

const ORDERS = 5_000;
/** A hub in operation is not cold; the floor is warmed up alike. */
const WARM_UP = 1_000;
const CONCURRENCY = 50;

/**
 * Thousands of orders at once: how fast they are taken and written. The floor runs before and after the hub, and the better of the two
 * counts, so that a busy moment of the machine does not flatter the hub. Resolves to the hub, which still runs.
 */
export async function measureBurst({ report, farSide, folder, size, profile }) {
  const total = Math.max(100, Math.round(ORDERS * size));
  const webhooks = Array.from({ length: total + WARM_UP }, (_, index) => orderWebhook(index));
  const runs = [await floorBurst(farSide, webhooks, join(folder, 'journal-1'), 'group')];
  const hub = await startHub(join(folder, 'orders'), orderConfiguration(farSide.url), { profile });
  const statements = () => readMetric(hub, 'isthmus_sql_statements_total');
  const ours = await burst({
    farSide,
    url: `${hub.url}/webhooks/shop`,
    webhooks,
    pid: hub.pid,
    who: 'hub',
    output: hub.output,
    statements,
  });
  runs.push(await floorBurst(farSide, webhooks, join(folder, 'journal-2'), 'group'));
  const each = await floorBurst(farSide, webhooks, join(folder, 'journal-3'), 'each');
  const floor = runs.reduce((best, run) => (run.perSecond > best.perSecond ? run : best));
  report.add({
    bench: 'burst.rate',
    value: ours.perSecond,
    unit: 'orders/s',
    floor: floor.perSecond,
    ratioAtLeast: 0.3,
  });
  report.add({
    bench: 'burst.rate.floor-sync-per-event',
    value: ours.perSecond,
    unit: 'orders/s',
    floor: each.perSecond,
  });
  report.add({ bench: 'burst.answer.p50', value: ours.answerP50, unit: 'ms', floor: floor.answerP50 });
  report.add({ bench: 'burst.answer.p99', value: ours.answerP99, unit: 'ms', floor: floor.answerP99, atMost: 200 });
  report.add({
    bench: 'burst.cpu-per-order',
    value: ours.cpuPerOrder,
    unit: 'ms',
    floor: floor.cpuPerOrder,
    atMost: 1.2,
  });
  report.add({ bench: 'burst.cpu-per-order.hub-process', value: ours.cpuPerOrderSelf, unit: 'ms' });
  report.add({ bench: 'burst.cpu-per-order.postgresql', value: ours.cpuPerOrder - ours.cpuPerOrderSelf, unit: 'ms' });
  report.add({ bench: 'burst.statements-per-order', value: ours.statementsPerOrder, unit: 'statements' });
  return hub;
}

async function floorBurst(farSide, webhooks, journal, commit) {
  const floor = await startFloor(farSide, journal, commit);
  const result = await burst({ farSide, url: floor.url, webhooks, pid: floor.pid, who: 'floor' });
  await stop(floor);
  return result;
}

/** Warms up with some orders, then sends the others and measures until the last one has arrived. */
async function burst({ farSide, url, webhooks, pid, who, output, statements = () => Promise.resolve(0) }) {
  await reset(farSide);
  await sendBurst(url, webhooks.slice(0, WARM_UP), CONCURRENCY);
  await untilArrived(farSide, 'orders', WARM_UP, output);
  const count = webhooks.length - WARM_UP;
  const statementsBefore = await statements();
  const cpuBefore = cpuMs(pid);
  const times = await sendBurst(url, webhooks.slice(WARM_UP), CONCURRENCY);
  await untilArrived(farSide, 'orders', webhooks.length, output);
  const cpuAfter = cpuMs(pid);
  const statementsAfter = await statements();
  const { atMs } = await checkArrived(farSide, 'orders', { count: webhooks.length }, who);
  const startMs = Math.min(...times.map((time) => time.sentAtMs));
  const endMs = Math.max(...atMs.slice(WARM_UP));
  const answers = times.map((time) => time.answeredAtMs - time.sentAtMs);
  return {
    perSecond: (count * 1000) / (endMs - startMs),
    answerP50: percentile(answers, 0.5),
    answerP99: percentile(answers, 0.99),
    cpuPerOrder: (cpuAfter.all - cpuBefore.all) / count,
    cpuPerOrderSelf: (cpuAfter.self - cpuBefore.self) / count,
    statementsPerOrder: (statementsAfter - statementsBefore) / count,
  };
}
