/** `npm run bench`: runs every `tests/bench/*.bench.mjs` against the built hub, one after the other; `-- name` picks some. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './support/build-state.mjs';
import { checkNode, ensureInstalled, giveUp, root, run } from './support/processes.mjs';

checkNode();
await ensureInstalled();
await ensureBuilt();

const folder = join(root, 'tests', 'bench');
const wanted = process.argv.slice(2);
const benches = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => name.endsWith('.bench.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (benches.length === 0) giveUp('There is no such measurement in tests/bench.');

for (const name of benches) {
  console.log(`\n== ${name.replace('.bench.mjs', '')}`);
  const code = await run(process.execPath, [join(folder, name)]);
  if (code !== 0) process.exit(code);
}
