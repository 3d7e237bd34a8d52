import { readFileSync } from 'node:fs';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import jsonata from 'jsonata';
import { mapOrderByHand } from './mapping/hand-written.mjs';
import { orderRow } from './mapping/order-rows.mjs';

const ROWS = 1_000;
const ROUNDS = 30;
/** JSONata takes some milliseconds an order: fewer of them say as much. */
const JSONATA_ROWS = 40;
const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

const text = (name) => readFileSync(new URL(`mapping/${name}`, import.meta.url), 'utf8');

/** What the built hub maps and validates with. */
async function builtLibraries() {
  const libraries = new URL('../../dist/hub/libs/', import.meta.url);
  const [{ loadMapping }, { validateBody }, { withoutNulls }] = await Promise.all(
    ['mapping', 'canonical', 'json'].map((name) => import(new URL(`${name}/src/index.js`, libraries).href)),
  );
  return { loadMapping, validateBody, withoutNulls };
}

/**
 * One order mapped to the canonical model and validated, on one core: the compiled mapping with the model's schema after it, hand-written
 * code that checks while it copies, and JSONata, whose expression checks what it can. Before anything is measured all three must give
 * the same record, and refuse the same broken orders.
 */
export async function measureMapping({ report, libraries, size = 1 }) {
  report.say('Mapping of orders …');
  const runners = await runnersOf(libraries ?? (await builtLibraries()));
  const rows = Array.from({ length: ROWS }, (_, index) => orderRow(index));
  await checkSame(runners, rows);
  await checkRefusals(runners, rows[0]);
  const times = await measure(runners, rows, Math.max(5, Math.round(ROUNDS * size)));
  const [ours, byHand, inJsonata] = [times.ours, times.byHand, times.inJsonata].map((micros) => 1e6 / micros);
  report.add({ bench: 'mapping.order', value: ours, unit: 'orders/s', floor: byHand, ratioAtLeast: 0.25 });
  report.add({
    bench: 'mapping.order.jsonata',
    value: ours,
    unit: 'orders/s',
    floor: inJsonata,
    ratioAtLeast: 50,
  });
  report.add({ bench: 'mapping.order.time', value: times.ours, unit: 'µs', floor: times.byHand });
  report.add({ bench: 'mapping.order.time.without-validation', value: times.mapped, unit: 'µs' });
  report.add({ bench: 'mapping.order.time.back', value: times.back, unit: 'µs' });
}

async function runnersOf({ loadMapping, validateBody, withoutNulls }) {
  const file = 'order-mapping.yaml';
  const { compiled, findings } = loadMapping({ file, id: 'bench/orders', text: text(file) });
  if (!compiled) throw new Error(JSON.stringify(findings, null, 1));
  const expression = jsonata(text('order.jsonata'));
  expression.registerFunction('phone', (value) => parsePhoneNumberFromString(value, 'CN')?.number ?? value);
  const map = (row) => {
    const result = compiled.toCanonical(row, environment);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return result.body;
  };
  const validated = (body) => {
    const found = validateBody('order', body);
    if (found.length > 0) throw new Error(JSON.stringify(found));
    return body;
  };
  return {
    mapped: map,
    ours: (row) => validated(withoutNulls(map(row))),
    byHand: (row) => {
      const { body, faults } = mapOrderByHand(row);
      if (faults) throw new Error(JSON.stringify(faults));
      return body;
    },
    inJsonata: (row) => expression.evaluate(row),
    back: (body) => {
      const result = compiled.toNative(body, environment, () => undefined);
      if (!result.ok) throw new Error(JSON.stringify(result.issues));
      return result.row;
    },
  };
}

/** Fast and wrong would be no figure. */
async function checkSame({ ours, byHand, inJsonata }, rows) {
  for (const row of rows.slice(0, 50)) {
    const wanted = sorted(ours(row));
    for (const [name, body] of [
      ['hand-written code', byHand(row)],
      ['JSONata', await inJsonata(row)],
    ])
      if (sorted(body) !== wanted) throw new Error(`${name} gives another record:\n${sorted(body)}\n${wanted}`);
  }
}

/** Orders that nobody may map: each with one broken value. */
const BROKEN = [
  { state: 'Z' },
  { taxed: 'yes' },
  { date: '2026-02-30' },
  { created: 'soon' },
  { number: { text: '1' } },
  { number: '' },
  { customer_name: 7 },
  { currency: 'rubel' },
  { sums: 7 },
  { items: [] },
];
const BROKEN_LINES = [
  { price: '12,5' },
  { qty: '1e999' },
  { seq: 1.5 },
  { net: '12345678901234567890' },
  { name: null },
];

/** A side that takes what the others refuse does less. */
async function checkRefusals({ ours, byHand, inJsonata }, row) {
  const broken = [
    ...BROKEN.map((change) => [change, { ...row, ...change }]),
    ...BROKEN_LINES.map((change) => [change, { ...row, items: [{ ...row.items[0], ...change }] }]),
  ];
  for (const [change, one] of broken)
    for (const [name, run] of Object.entries({ ours, byHand, inJsonata }))
      if (!(await refuses(run, one))) throw new Error(`${name} takes an order with ${JSON.stringify(change)}`);
}

async function refuses(run, row) {
  try {
    await run(row);
    return false;
  } catch {
    return true;
  }
}

function sorted(value) {
  return JSON.stringify(value, (_, held) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

/**
 * Microseconds of processor time an order, the best of the rounds. The sides take turns in every round, so that a busy moment of the
 * machine meets all of them.
 */
async function measure({ ours, mapped, byHand, inJsonata, back }, rows, rounds) {
  const best = {};
  const bodies = rows.map(ours);
  const few = rows.slice(0, JSONATA_ROWS);
  for (let round = 0; round < rounds; round += 1) {
    await turn(best, 'byHand', rows, byHand);
    await turn(best, 'ours', rows, ours);
    await turn(best, 'mapped', rows, mapped);
    await turn(best, 'back', bodies, back);
    await turn(best, 'inJsonata', few, inJsonata, true);
  }
  return best;
}

async function turn(best, name, rows, run, isAsync = false) {
  const start = process.cpuUsage();
  if (isAsync) for (const row of rows) await run(row);
  else for (const row of rows) run(row);
  const { user, system } = process.cpuUsage(start);
  best[name] = Math.min(best[name] ?? Infinity, (user + system) / rows.length);
}
