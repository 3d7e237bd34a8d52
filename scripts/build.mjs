/** `npm run build`: compiles every server app, each into its own folder below dist, and bundles the hub. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { markBuilt } from './support/build-state.mjs';
import { bundleHub } from './support/bundle.mjs';
import { root, run } from './support/processes.mjs';

const APPS = ['hub', 'cli', 'sandbox'];

rmSync(join(root, 'dist', '.built-from'), { force: true });
const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const codes = await Promise.all(APPS.map((app) => run(process.execPath, [nest, 'build', app])));
if (codes.some((code) => code !== 0)) process.exit(1);
await bundleHub();
markBuilt();
