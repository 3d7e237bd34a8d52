import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { giveUp, npm, root } from './processes.mjs';

const STAMP = join(root, 'dist', '.built-from');
const SOURCES = [
  'apps',
  'libs',
  'package-lock.json',
  'tsconfig.json',
  'nest-cli.json',
  join('scripts', 'support', 'bundle.mjs'),
];

/** Notes which sources the present build was made from. */
export function markBuilt() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(STAMP, fingerprint());
}

/** Builds unless the present build was made from the present sources. */
export async function ensureBuilt() {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()) return;
  console.log('Building …');
  if ((await npm('run', '--silent', 'build')) !== 0) giveUp('The build failed; the reason stands above.');
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const file of SOURCES.flatMap((name) => filesBelow(join(root, name))).sort()) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== 'dist' && !name.endsWith('.spec.ts'))
    .flatMap(({ name }) => filesBelow(join(path, name)));
}
