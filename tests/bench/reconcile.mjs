import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { customerConfiguration } from './support/configuration.mjs';
import { checkArrived, reset, untilArrived } from './support/far-sides.mjs';
import { askApi, readMetric, startHub, stopHub } from './support/hub.mjs';
import { cpuMs, watchMemory } from './support/processes.mjs';

const RECORDS = 100_000;

/**
 * Both sides of a flow compared in full, by a hub that has just started on the data folder: the CRM that is read and the ERP that is written,
 * so many customers each. The first comparison maps every copy; the second has the fingerprints of the first.
 *
 * @param context `filled`: data folder of a pull of as many customers, with the far side as that pull or its floor left it; else one is filled
 */
export async function measureReconcile({ report, farSide, folder, size, profile, filled }) {
  const count = Math.max(200, Math.round(RECORDS * size));
  const dataDir = filled ?? (await fill(farSide, join(folder, 'reconcile'), count));
  const hub = await startHub(dataDir, customerConfiguration(farSide.url), { profile });
  const memory = watchMemory(hub.pid);
  const before = { cpu: cpuMs(hub.pid), statements: await readMetric(hub, 'isthmus_sql_statements_total') };
  const first = await compare(hub, count);
  const after = { cpu: cpuMs(hub.pid), statements: await readMetric(hub, 'isthmus_sql_statements_total') };
  const second = await compare(hub, count);
  memory.stop();
  await stopHub(hub);
  const compared = 2 * count;
  report.add({ bench: 'reconcile.seconds', value: first, unit: 's', atMost: 60 * size });
  report.add({ bench: 'reconcile.rate', value: compared / first, unit: 'copies/s' });
  report.add({ bench: 'reconcile.seconds.by-fingerprint', value: second, unit: 's', atMost: 60 * size });
  report.add({ bench: 'reconcile.rss', value: memory.peakMb(), unit: 'MB', atMost: 300 });
  report.add({ bench: 'reconcile.cpu-per-copy', value: (after.cpu.all - before.cpu.all) / compared, unit: 'ms' });
  report.add({
    bench: 'reconcile.statements-per-copy',
    value: (after.statements - before.statements) / compared,
    unit: 'statements',
  });
}

async function fill(farSide, dataDir, count) {
  await reset(farSide, count);
  const hub = await startHub(dataDir, customerConfiguration(farSide.url));
  await untilArrived(farSide, 'customers', count, hub.output);
  await checkArrived(farSide, 'customers', { count }, 'hub');
  await settled(hub);
  await stopHub(hub);
  return dataDir;
}

/** Compares the flow and gives the seconds it took; anything but everything in step fails. */
async function compare(hub, count) {
  const startedAtMs = performance.now();
  const { id } = await askApi(hub, 'POST', '/api/v1/reconcile-runs', { flow: 'customers', plan: true });
  let run = { state: 'running' };
  while (run.state === 'running') {
    await sleep(50);
    run = await askApi(hub, 'GET', `/api/v1/reconcile-runs/${id}`);
  }
  const seconds = (performance.now() - startedAtMs) / 1000;
  const { compared, inStep, differences } = run.counts;
  if (run.state !== 'done' || compared !== 2 * count || inStep !== compared || differences !== 0)
    throw new Error(`The comparison is not as it should be: ${JSON.stringify(run, null, 1).slice(0, 2_000)}`);
  return seconds;
}

/** What arrived at the far side is not at once noted as arrived. */
async function settled(hub) {
  for (let looks = 0; looks < 200; looks += 1) {
    const { connections } = await askApi(hub, 'GET', '/api/v1/status');
    if (connections.every(({ backlog }) => backlog.due + backlog.retrying + backlog.blocked === 0)) return;
    await sleep(250);
  }
  throw new Error(`The hub does not come to rest.\n${hub.output()}`);
}
