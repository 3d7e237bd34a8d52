import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFolder } from './data-folder.js';
import type { Natives } from './natives.js';
import { isPostgres } from './process-identity.js';
import type { ServerUser } from './server-user.js';

const POLL_MS = 10;
const LOG_LIMIT_BYTES = 10_000_000;

/** What `postmaster.pid` says of a server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** Reads `postmaster.pid` (pid in line 1, port in line 4, state in line 8); undefined when no server lives there. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  const lines = readLines(join(cluster, 'postmaster.pid'));
  const pid = Number(lines[0]);
  // After a restart of the machine or container the id may be another program's.
  if (!(pid > 0) || !isPostgres(pid)) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Whether something on this machine listens there. */
export function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.unref().once('connect', () => socket.destroy());
  });
}

/** `wanted` when it is free on loopback, else any free port. */
export async function freePort(wanted: number | undefined): Promise<number> {
  return (wanted && (await bind(wanted))) || (await bind(0)) || Promise.reject(new Error('No TCP port is free.'));
}

function bind(port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

export interface Launch {
  readonly folder: DataFolder;
  readonly natives: Natives;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts the server apart from this process. Resolves when it is ready, or to undefined when it ended before that. */
export async function launch({ folder, natives, user, port, settings }: Launch): Promise<Postmaster | undefined> {
  removeStalePid(folder.cluster);
  keepLogShort(folder.logFile);
  const log = openSync(folder.logFile, 'a', 0o600);
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(natives.postgres, ['-D', folder.cluster, '-c', `port=${port}`, ...options], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: folder.root,
    // Apart, so that a Ctrl-C meant for the hub does not take the database away before the hub has finished.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'] ?? '', SystemRoot: process.env['SystemRoot'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
  });
  closeSync(log);
  let ended = false;
  child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  child.unref();
  return waitUntilReady(folder.cluster, () => ended);
}

async function waitUntilReady(cluster: string, hasEnded: () => boolean): Promise<Postmaster | undefined> {
  for (;;) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.ready) return postmaster;
    if (hasEnded()) return undefined;
    await sleep(POLL_MS);
  }
}

/** The server itself refuses to start while the file names any living process, even one that is not a server. */
function removeStalePid(cluster: string): void {
  if (!readPostmaster(cluster)) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function keepLogShort(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) renameSync(file, `${file}.1`);
}

/** Stops a server in order (open transactions are rolled back, data is flushed), and at once after `patienceMs`. */
export async function stopPostmaster(folder: DataFolder, natives: Natives, patienceMs: number): Promise<void> {
  const running = readPostmaster(folder.cluster);
  if (!running) return;
  signal(running.pid, 'fast', folder, natives);
  if (await gone(folder.cluster, running.pid, patienceMs)) return;
  // Safe as well: the next start recovers from the write-ahead log.
  signal(running.pid, 'immediate', folder, natives);
  await gone(folder.cluster, running.pid, patienceMs);
}

function signal(pid: number, mode: 'fast' | 'immediate', folder: DataFolder, natives: Natives): void {
  if (process.platform === 'win32') {
    spawn(natives.pgCtl, ['stop', '-D', folder.cluster, '-m', mode, '-W'], { stdio: 'ignore' }).unref();
    return;
  }
  try {
    process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function gone(cluster: string, pid: number, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    if (readPostmaster(cluster)?.pid !== pid) return true;
    await sleep(POLL_MS);
  }
  return false;
}
