import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './demo-hub.js';

const BUILD = `import('./scripts/support/build-state.mjs').then((state) => state.ensureBuilt())`;
const PROGRAM = join(process.cwd(), 'dist', 'hub', 'main.js');

/**
 * The hub's program, built from the present sources. Looked at once in each run of the tests, whichever worker comes first: a build in
 * the middle of a run would take the program away from under the processes of other workers.
 */
export async function builtHub(): Promise<string> {
  const folder = join(process.env['TEST_RUN_FOLDER'] ?? '', 'hub-build');
  const verdict = join(folder, 'verdict');
  if (isFirst(folder)) writeFileSync(verdict, await build());
  await until(() => existsSync(verdict) && readFileSync(verdict, 'utf8') !== '', 'the hub is built', 300_000);
  const said = readFileSync(verdict, 'utf8');
  if (said !== 'built') throw new Error(`The hub could not be built:\n${said}`);
  return PROGRAM;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function build(): Promise<string> {
  const child = spawn(process.execPath, ['--eval', BUILD], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((done) => {
    child.once('error', (error) => done(String(error)));
    child.once('close', (code) => done(code === 0 ? 'built' : `ended with ${code}: ${said}`));
  });
}
