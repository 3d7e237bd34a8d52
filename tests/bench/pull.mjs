import { join } from 'node:path';
import { customerConfiguration } from './support/configuration.mjs';
import { checkArrived, pullByFloor, reset, startFloor, untilArrived } from './support/far-sides.mjs';
import { readMetric, startHub, stopHub } from './support/hub.mjs';
import { cpuMs, stop, watchMemory } from './support/processes.mjs';

const SIZES = [1_000, 10_000, 100_000];

/**
 * A first pull of many customers: read by pages, merged, written in bulk. Every size begins with an empty hub, so that the largest shows
 * whether tables that have grown cost more. Resolves to the data folder of the largest.
 */
export async function measurePull({ report, farSide, folder, size, profile }) {
  const sizes = SIZES.map((count) => Math.max(200, Math.round(count * size)));
  const largest = sizes.at(-1);
  const floors = [await floorPull(farSide, join(folder, 'journal-pull-1'), largest, true)];
  const runs = [];
  for (const [place, count] of sizes.entries()) {
    const isLast = place === sizes.length - 1;
    runs.push(await hubPull(farSide, join(folder, `customers-${count}`), count, isLast ? profile : undefined));
    report.say(`  ${count} customers: ${Math.round(count / runs.at(-1).seconds)} a second`);
  }
  floors.push(await floorPull(farSide, join(folder, 'journal-pull-2'), largest, true));
  const plain = await floorPull(farSide, join(folder, 'journal-pull-3'), largest, false);
  const floor = floors.reduce((best, run) => (run.seconds < best.seconds ? run : best));
  const ours = runs.at(-1);
  report.add({
    bench: 'pull.rate',
    value: largest / ours.seconds,
    unit: 'records/s',
    floor: largest / floor.seconds,
    ratioAtLeast: 0.15,
  });
  report.add({
    bench: 'pull.rate.floor-in-turn',
    value: largest / ours.seconds,
    unit: 'records/s',
    floor: largest / plain.seconds,
  });
  for (const [place, count] of sizes.entries())
    report.add({ bench: `pull.per-record.${count}`, value: (runs[place].seconds * 1000) / count, unit: 'ms' });
  report.add({
    bench: 'pull.growth',
    value: ours.seconds / largest / (runs[0].seconds / sizes[0]),
    unit: 'ratio last to first',
    atMost: 1.5,
  });
  report.add({
    bench: 'pull.growth-within',
    value: ours.lastTenthMs / ours.secondTenthMs,
    unit: 'ratio last to second tenth',
    atMost: 1.5,
  });
  report.add({ bench: 'pull.rss', value: ours.peakMb, unit: 'MB', atMost: 400 });
  report.add({ bench: 'pull.cpu-per-record', value: ours.cpuPerRecord, unit: 'ms', floor: floor.cpuPerRecord });
  report.add({ bench: 'pull.cpu-per-record.hub-process', value: ours.cpuPerRecordSelf, unit: 'ms' });
  report.add({ bench: 'pull.statements-per-record', value: ours.statementsPerRecord, unit: 'statements' });
  return join(folder, `customers-${largest}`);
}

async function hubPull(farSide, dataDir, count, profile) {
  await reset(farSide, count);
  const hub = await startHub(dataDir, customerConfiguration(farSide.url), { profile });
  const memory = watchMemory(hub.pid);
  await untilArrived(farSide, 'customers', count, hub.output);
  const cpu = cpuMs(hub.pid);
  const statements = await readMetric(hub, 'isthmus_sql_statements_total');
  const check = await checkArrived(farSide, 'customers', { count }, 'hub');
  memory.stop();
  await stopHub(hub);
  return {
    ...duration(check),
    ...tenths(check.atMs),
    peakMb: memory.peakMb(),
    // From the start of the process: the start itself is spread over all records.
    cpuPerRecord: cpu.all / count,
    cpuPerRecordSelf: cpu.self / count,
    statementsPerRecord: statements / count,
  };
}

async function floorPull(farSide, journal, count, ahead) {
  await reset(farSide, count);
  const floor = await startFloor(farSide, journal);
  const cpuBefore = cpuMs(floor.pid);
  await pullByFloor(floor, ahead);
  const cpuAfter = cpuMs(floor.pid);
  const check = await checkArrived(farSide, 'customers', { count }, 'floor');
  await stop(floor);
  return { ...duration(check), cpuPerRecord: (cpuAfter.all - cpuBefore.all) / count };
}

/** From the first page that was asked for to the last customer that arrived. */
function duration({ firstPageAtMs, atMs }) {
  return { seconds: (maximum(atMs) - firstPageAtMs) / 1000 };
}

/** How long the last tenth took to arrive, and the second one: the first still warms up. */
function tenths(atMs) {
  const sorted = [...atMs].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { secondTenthMs: at(0.2) - at(0.1), lastTenthMs: at(1) - at(0.9) };
}

function maximum(values) {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}
