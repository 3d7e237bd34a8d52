/**
 * `npm run soak`: the built hub under edits on both sides while its processes, PostgreSQL and Redis are killed. `-- --minutes 2 --seed 7`
 * choose how long and which way; 10 minutes and a seed of the day otherwise. Ends with 1 when anything is missing, doubled or wrong.
 */
import { parseArgs } from 'node:util';
import { ensureBuilt } from './support/build-state.mjs';
import { aptInstall, checkNode, ensureInstalled, onPath } from './support/processes.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
checkNode();
await ensureInstalled();
await ensureBuilt();
if (!onPath('redis-server')) aptInstall('redis-server');
const redisProgram = onPath('redis-server');
if (!redisProgram) console.log('There is no redis-server: the soak runs with the PostgreSQL queue.');
const { soak } = await import('../tests/soak/soak.mjs');
const startedMs = performance.now();
const say = (text) =>
  console.log(`${String(Math.round((performance.now() - startedMs) / 1000)).padStart(4)} s  ${text}`);
const counts = await soak({
  minutes: Number(values.minutes),
  seed: Number(values.seed ?? new Date().toISOString().slice(0, 10).replaceAll('-', '')),
  redisProgram,
  say,
});
const { examples, ...rest } = counts;
console.log(JSON.stringify(rest, null, 2));
for (const example of examples) console.log('  ', ...example);
process.exit(rest.missing + rest.doubled + rest.wrong + rest.dead === 0 ? 0 : 1);
