/** `npm run bench`: measures the built hub beside its floor; `-- --help` lists the options. */
import { join } from 'node:path';
import { ensureBuilt } from './support/build-state.mjs';
import { checkNode, ensureInstalled, root, run } from './support/processes.mjs';

const args = process.argv.slice(2);
// Whoever asks for JSON lines gets nothing else on standard output.
if (args.includes('--json')) console.log = console.error;

checkNode();
if (!args.includes('--help')) {
  await ensureInstalled();
  await ensureBuilt();
}
process.exit(await run(process.execPath, [join(root, 'tests', 'bench', 'run.mjs'), ...args]));
