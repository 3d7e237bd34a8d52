import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync, utimesSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Ends the script with a reason and a cure, without a stack. */
export function giveUp(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Runs a program to its end with our own input and output; resolves to its exit code. */
export function run(program, args, options = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    child.once('error', failed);
    child.once('close', (code, signal) => done(code ?? (signal ? 1 : 0)));
  });
}

/** Runs npm with our own input and output; resolves to its exit code. */
export function npm(...args) {
  return process.platform === 'win32' ? run('npm.cmd', args, { shell: true }) : run('npm', args);
}

/** The full path of a program on PATH, or undefined. */
export function onPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Installs Debian packages where that is ours to do: as root, with apt. Returns whether they are there now. */
export function aptInstall(...packages) {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return false;
  console.log(`Installing ${packages.join(', ')} with apt-get …`);
  const apt = (...args) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  // The lists of a fresh machine may be empty or old; a failed update need not mean a failed install.
  apt('update', '-qq');
  return apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
}

/** Installs the packages when they are missing or older than the lock file. */
export async function ensureInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing packages …');
  const code = await npm('install', '--no-audit', '--no-fund', '--loglevel=error');
  if (code !== 0) giveUp('npm install failed; the reason stands above.');
  // npm leaves its note untouched when nothing was missing, and we would ask again each time.
  utimesSync(installed, new Date(), new Date());
}

/** Refuses a Node that is too old, before anything else fails in a stranger way. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  giveUp(`Isthmus needs Node 20.19 or newer; this is ${process.versions.node}.`);
}
