import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, livesStill } from './process-identity.js';

const POLL_MS = 20;

/** Makes the files of this process distinct: it may hold several servers, or one server several times. */
let serial = 0;

/** Runs `action` while no other process is between start and stop of the same server. A dead process's lock is broken. */
export async function withStartLock<T>(lockFile: string, waitMs: number, action: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs;
  while (!tryLock(lockFile)) {
    if (performance.now() > deadline) {
      throw new Error(`Another process keeps ${lockFile} for more than ${waitMs / 1000} s. Stop it, then try again.`);
    }
    await sleep(POLL_MS);
  }
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function tryLock(lockFile: string): boolean {
  const own = ownFile(lockFile);
  writeFileSync(own, identityOf(process.pid));
  try {
    // A link appears with its content at once; an empty lock file could not tell whether its holder lives.
    linkSync(own, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isAbandoned(lockFile)) breakLock(lockFile);
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function ownFile(base: string): string {
  return `${base}.${process.pid}.${++serial}`;
}

function isAbandoned(lockFile: string): boolean {
  try {
    return !livesStill(readFileSync(lockFile, 'utf8'));
  } catch {
    return false;
  }
}

/** Takes the lock file aside and looks again: between look and removal another process may have taken the lock anew. */
function breakLock(lockFile: string): void {
  const aside = ownFile(lockFile);
  try {
    renameSync(lockFile, aside);
    if (!isAbandoned(aside)) linkSync(aside, lockFile);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Notes that this process uses the server; returns the note's file. */
export function addHolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${identityOf(process.pid)}.${++serial}`);
  writeFileSync(file, '');
  return file;
}

/** Takes the note back; true when no living process has one left, so that the server may stop. */
export function removeHolder(folder: string, file: string): boolean {
  rmSync(file, { force: true });
  const living = readdirSync(folder).filter((name) => {
    if (livesStill(name.split('.')[0] ?? '')) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
  return living.length === 0;
}
