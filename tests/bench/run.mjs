/** `npm run bench`: what the hub costs beside the least that could do the same work. See README.md in this folder. */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBurst } from './burst.mjs';
import { measureCheck } from './check.mjs';
import { measureGrowth } from './growth.mjs';
import { measureLatency } from './latency.mjs';
import { measureMapping } from './mapping.mjs';
import { measurePull } from './pull.mjs';
import { measureReconcile } from './reconcile.mjs';
import { measureStages } from './stages.mjs';
import { measureStart } from './start.mjs';
import { measureStorm } from './storm.mjs';
import { customerConfiguration, orderConfiguration } from './support/configuration.mjs';
import { reset, startFarSide } from './support/far-sides.mjs';
import { startHub, stopHub, stopLeftDatabases } from './support/hub.mjs';
import { NAMES, readOptions } from './support/options.mjs';
import { stopAll } from './support/processes.mjs';
import { Report } from './support/report.mjs';

const LONGEST_RUN_MS = 720_000;
const TMPFS = 0x01021994;
/** What needs no far side of its own process. */
const ALONE = new Set(['mapping', 'check', 'growth', 'storm']);

const options = readOptions(process.argv.slice(2));
const report = new Report(options.json);
const folder = mkdtempSync(join(tmpdir(), 'isthmus-bench-'));
// The database's account must be able to reach it.
chmodSync(folder, 0o755);

async function run() {
  if (process.platform !== 'linux') throw new Error('The measurements read /proc: they need Linux.');
  if (statfsSync(folder).type === TMPFS)
    report.say(`${folder} is in memory: fdatasync costs nothing there, on either side. Set TMPDIR to a disk.`);
  if (options.wants('mapping')) await measureMapping({ report, size: options.size });
  if (options.wants('check')) await measureCheck({ report });
  if (options.wants('growth')) await measureGrowing();
  if (options.wants('storm')) await measureStorming();
  if (NAMES.every((name) => ALONE.has(name) || !options.wants(name))) return;
  const farSide = await startFarSide();
  const context = { report, farSide, folder, size: options.size, profile: options.profile };
  if (options.wants('burst') || options.wants('latency')) await measureOrders(context);
  const filled = options.wants('pull') || options.wants('start') ? await measureCustomers(context) : undefined;
  if (options.wants('stages')) await measureEachStage(context);
  if (options.wants('reconcile')) await measureReconciling({ ...context, filled });
}

async function measureGrowing() {
  report.say('A ledger that grows …');
  await measureGrowth({ report, folder, size: options.size });
}

async function measureStorming() {
  report.say('Edits on both sides …');
  await measureStorm({ report, folder, size: options.size, profile: options.profile });
}

async function measureOrders(context) {
  report.say('Orders by webhook …');
  const hub = options.wants('burst')
    ? await measureBurst(context)
    : await startHub(join(folder, 'orders'), orderConfiguration(context.farSide.url));
  if (options.wants('latency')) await measureLatency({ ...context, hub });
  await stopHub(hub);
}

async function measureCustomers(context) {
  report.say('Customers by pull …');
  const dataDir = options.wants('pull') ? await measurePull(context) : await firstStart(context);
  if (options.wants('start')) await measureStart({ ...context, dataDir });
  return options.wants('pull') ? dataDir : undefined;
}

async function measureEachStage(context) {
  report.say('Each stage alone …');
  await measureStages(context);
}

async function measureReconciling(context) {
  report.say('Both sides compared …');
  await measureReconcile(context);
}

async function firstStart({ farSide }) {
  await reset(farSide);
  const dataDir = join(folder, 'customers');
  await stopHub(await startHub(dataDir, customerConfiguration(farSide.url)));
  return dataDir;
}

let ending = false;

async function end(code) {
  // What fails because it is being ended is no news.
  if (ending) return;
  ending = true;
  clearTimeout(late);
  await stopAll();
  stopLeftDatabases();
  if (options.keep) report.say(`The data folders are below ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}

const late = setTimeout(() => {
  console.error(`The measurements took longer than ${LONGEST_RUN_MS / 1000} s.`);
  void end(1);
}, LONGEST_RUN_MS);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(1));

try {
  await run();
  report.end();
  await end(0);
} catch (error) {
  if (!ending) console.error(error);
  await end(1);
}
