import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './processes.mjs';

/** Packages that Nest and Fastify look for and do without. */
const OPTIONAL = [/^@nestjs\/(microservices|websockets|platform-express)(\/|$)/, /^@fastify\/(multipart|view)$/];

/**
 * Writes `dist/hub/main.js`: the hub and all that it imports in one file, for 3,000 small ones cost two seconds of processor time at every
 * start. Where the bundler has no build for this machine the file only names the unbundled program, which does the same.
 */
export async function bundleHub() {
  const folder = join(root, 'dist', 'hub');
  const main = join(folder, 'main.js');
  let rolldown;
  try {
    ({ rolldown } = await import('rolldown'));
  } catch (error) {
    console.warn(`The hub is not bundled, so it starts more slowly: ${error.message.split('\n')[0]}`);
    writeFileSync(main, "import './apps/hub/src/main.js';\n");
    return;
  }
  const bundle = await rolldown({
    input: join(folder, 'apps', 'hub', 'src', 'main.js'),
    cwd: root,
    platform: 'node',
    external: OPTIONAL,
    onLog: (level, log, handle) => level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY' && handle(level, log),
  });
  // Class names are part of what the hub says: names of migrations, of providers, of errors.
  await bundle.write({ file: main, format: 'esm', keepNames: true, codeSplitting: false });
  await bundle.close();
}
