import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stormConfiguration } from './support/configuration.mjs';
import { askApi, readMetric, startHub, stopHub } from './support/hub.mjs';
import { cpuMs, watchMemory } from './support/processes.mjs';

const EDITS = 10_000;
const AT_ONCE = 100;
const SIDES = ['left', 'right'];
/** How long each of the first reading and the settling may take at most. */
const PATIENCE_MS = 240_000;

// By a computed name: what is built is not there yet when the sources are checked.
const builtSandbox = () => import(new URL('../../dist/sandbox/apps/sandbox/src/sandbox.js', import.meta.url).href);

/**
 * A storm of edits on both sides of a two-way flow: every customer is edited on the left in one field and on the right in another, in a
 * mixed order, while the hub works. Each edit has to be written once on the other side, so as many writes are necessary as there are edits.
 */
export async function measureStorm({ report, folder, size, profile }) {
  const customers = Math.max(100, Math.round((EDITS * size) / SIDES.length));
  const { startSandbox } = await builtSandbox();
  const sandbox = await startSandbox({ limits: false });
  try {
    for (const type of SIDES)
      for (let number = 0; number < customers; number += 1) sandbox.rest.edit({ type, set: customerOf(number) });
    const hub = await startHub(join(folder, 'storm'), stormConfiguration(sandbox.url, SIDES), { profile });
    await settled(hub, customers);
    await storm({ report, sandbox, hub, customers });
    await stopHub(hub);
  } finally {
    await sandbox.close();
  }
}

async function storm({ report, sandbox, hub, customers }) {
  const edits = customers * SIDES.length;
  const before = { writes: writesOf(sandbox), cpu: cpuMs(hub.pid).all, statements: await statementsOf(hub) };
  const memory = watchMemory(hub.pid);
  const startedAtMs = performance.now();
  await edit(sandbox, customers);
  const editedAtMs = performance.now();
  await equal(sandbox, hub, customers);
  const equalAtMs = performance.now();
  await settled(hub, customers);
  memory.stop();
  const writes = writesOf(sandbox) - before.writes;
  const wrong = differing(sandbox, customers);
  if (wrong > 0) throw new Error(`${wrong} customers differ after the storm has settled.\n${hub.output()}`);
  report.add({ bench: 'storm.writes', value: writes, unit: 'writes', floor: edits });
  report.add({ bench: 'storm.writes-to-necessary', value: writes / edits, unit: 'ratio', atMost: 1.05 });
  report.add({ bench: 'storm.rate', value: (edits * 1000) / (equalAtMs - startedAtMs), unit: 'edits/s' });
  report.add({ bench: 'storm.settled-after', value: (equalAtMs - editedAtMs) / 1000, unit: 's after the last edit' });
  report.add({ bench: 'storm.cpu-per-edit', value: (cpuMs(hub.pid).all - before.cpu) / edits, unit: 'ms' });
  const statements = (await statementsOf(hub)) - before.statements;
  report.add({ bench: 'storm.statements-per-edit', value: statements / edits, unit: 'statements' });
  report.add({ bench: 'storm.rss', value: memory.peakMb(), unit: 'MB', atMost: 400 });
}

const numberOf = (number) => `N${String(number).padStart(6, '0')}`;
const customerOf = (number) => ({
  number: numberOf(number),
  name: `客户${number}`,
  email: `c${number}@example.com`,
  phone: `138${String(10_000_000 + number)}`,
  note: 'first',
});
const wanted = (number) => ({ note: `left ${number}`, phone: `139${String(10_000_000 + number)}` });

/** In an order that goes back and forth over the customers and the sides, some at a time, so that the hub works meanwhile. */
async function edit(sandbox, customers) {
  const ids = new Map(
    SIDES.map((type) => [type, new Map(sandbox.rest.records(type).map((row) => [row.number, row.id]))]),
  );
  const stride = strideOf(customers);
  for (let turn = 0; turn < customers; turn += 1) {
    const [onLeft, onRight] = [(turn * stride) % customers, (customers - 1 - turn) % customers];
    change(sandbox, ids, 'left', onLeft, { note: wanted(onLeft).note });
    change(sandbox, ids, 'right', onRight, { phone: wanted(onRight).phone });
    if (turn % AT_ONCE === AT_ONCE - 1) await sleep(10);
  }
}

function change(sandbox, ids, type, number, set) {
  sandbox.rest.edit({ type, id: ids.get(type).get(numberOf(number)), set });
}

/** A step that has no divisor with the count in common visits every place once. */
function strideOf(count) {
  const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));
  let stride = Math.floor(count * 0.38) + 1;
  while (divisor(stride, count) !== 1) stride += 1;
  return stride;
}

const writesOf = (sandbox) => sandbox.rest.calls.report().writes;
const statementsOf = (hub) => readMetric(hub, 'isthmus_sql_statements_total');

/** Customers that do not say on both sides what was edited on either. */
function differing(sandbox, customers) {
  let wrong = 0;
  for (const type of SIDES) {
    const rows = sandbox.rest.records(type);
    if (rows.length !== customers) return customers;
    for (const row of rows) {
      const { note, phone } = wanted(Number(row.number.slice(1)));
      if (row.note !== note || !String(row.phone).endsWith(phone)) wrong += 1;
    }
  }
  return wrong;
}

async function equal(sandbox, hub, customers) {
  for (let still = 0, last = -1; ;) {
    const wrong = differing(sandbox, customers);
    if (wrong === 0) return;
    still = wrong === last ? still + 1 : 0;
    if (still > 300) throw new Error(`${wrong} customers stay different.\n${hub.output()}`);
    last = wrong;
    await sleep(100);
  }
}

/** Nothing is behind, and every customer is known, for several looks. */
async function settled(hub, customers) {
  const until = performance.now() + PATIENCE_MS;
  for (let quiet = 0; performance.now() < until;) {
    const { connections, flows } = await askApi(hub, 'GET', '/api/v1/status');
    const open =
      connections.every(({ backlog }) => backlog.due + backlog.retrying + backlog.blocked === 0) &&
      flows.every(({ changes }) => changes.pending + changes.waiting === 0) &&
      connections.every(({ cursors }) => cursors.length > 0 && cursors.every(({ lagSeconds }) => lagSeconds !== null));
    quiet = open ? quiet + 1 : 0;
    if (quiet >= 8) return;
    await sleep(250);
  }
  throw new Error(`The hub does not come to rest with ${customers} customers.\n${hub.output()}`);
}
