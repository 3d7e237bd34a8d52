import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCluster, openDataFolder, SUPERUSER } from './embedded-postgres/data-folder.js';
import type { DataFolder } from './embedded-postgres/data-folder.js';
import { prepareNatives } from './embedded-postgres/natives.js';
import type { Natives } from './embedded-postgres/natives.js';
import { freePort, launch, listens, readPostmaster, stopPostmaster } from './embedded-postgres/postmaster.js';
import { serverUser } from './embedded-postgres/server-user.js';
import type { ServerUser } from './embedded-postgres/server-user.js';
import { addHolder, removeHolder, withStartLock } from './embedded-postgres/start-lock.js';

/** Another process may be making the cluster or recovering it after a crash. */
const LOCK_WAIT_MS = 120_000;
const STOP_PATIENCE_MS = 15_000;
/** Orphaned backends of a killed server hold its shared memory for a moment. */
const RETRY_AFTER_MS = 250;
const LAUNCH_TRIES = 20;

/** For a machine of two cores and 2 GB; whoever has more sets DATABASE_URL. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  shared_buffers: '128MB',
  effective_cache_size: '1GB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  wal_compression: 'on',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  // No plan of ours gains from it on two cores, and containers often have too little /dev/shm for it.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  // Queue-like tables turn over fast.
  autovacuum_vacuum_scale_factor: '0.05',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

export interface EmbeddedPostgresOptions {
  /** The folder of the server: cluster, password, log. Made when missing. */
  readonly dataDir: string;
  /** Told in words what happens and where the data lies. @default silent */
  readonly log?: (line: string) => void;
  /** The port on 127.0.0.1. @default the one of the last start if still free, else any free one */
  readonly port?: number;
  /** Server settings over ours. With `fsync: off` the folder is for throw-away data only. @default none */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Where the server is, with the owner's name and password: keep it out of logs. */
  readonly url: string;
  /** Whether a server was running already. */
  readonly reused: boolean;
  /** Lets go of the server; it stops when no living process holds it any more. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the programs in node_modules, or re-uses the one that runs in `dataDir`. The server is a process
 * of its own: it outlives a crash of this one, and several processes may call this for the same folder.
 * After a kill of the server call it again: it recovers from its log and keeps its address if it can.
 * Fails with the cure in words when the platform has no build, no account may run it, or it does not come up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const user = serverUser();
  const folder = openDataFolder(options.dataDir, user, log);
  return withStartLock(folder.lockFile, LOCK_WAIT_MS, async () => {
    const running = await findRunning(folder);
    const natives = prepareNatives(folder.natives, user);
    const password = await ensureCluster(folder, natives, user, options.settings?.['fsync'] !== 'off');
    const port = running ?? (await launchAnew(folder, natives, user, options));
    log(`PostgreSQL ${running ? 'was running' : 'started'} on 127.0.0.1:${port}, data in ${folder.root}`);
    return {
      url: `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
      reused: running !== undefined,
      stop: holdUntilStopped(folder, natives),
    };
  });
}

async function findRunning(folder: DataFolder): Promise<number | undefined> {
  const found = readPostmaster(folder.cluster);
  return found?.ready && (await listens(found.port)) ? found.port : undefined;
}

async function launchAnew(
  folder: DataFolder,
  natives: Natives,
  user: ServerUser | undefined,
  options: EmbeddedPostgresOptions,
): Promise<number> {
  const settings = { ...SETTINGS, ...options.settings };
  for (let tries = 0; tries < LAUNCH_TRIES; tries++) {
    if (tries > 0) await sleep(RETRY_AFTER_MS);
    const port = options.port ?? (await freePort(lastPort(folder)));
    const postmaster = await launch({ folder, natives, user, port, settings });
    if (!postmaster) continue;
    writeFileSync(folder.portFile, String(postmaster.port));
    return postmaster.port;
  }
  throw new Error(`The embedded PostgreSQL does not come up. The end of ${folder.logFile}:\n${logEnd(folder.logFile)}`);
}

function lastPort(folder: DataFolder): number | undefined {
  return existsSync(folder.portFile) ? Number(readFileSync(folder.portFile, 'utf8')) : undefined;
}

function logEnd(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
}

function holdUntilStopped(folder: DataFolder, natives: Natives): () => Promise<void> {
  const holder = addHolder(folder.holders);
  let stopped: Promise<void> | undefined;
  const letGo = async (): Promise<void> => {
    if (removeHolder(folder.holders, holder)) await stopPostmaster(folder, natives, STOP_PATIENCE_MS);
  };
  return () => (stopped ??= withStartLock(folder.lockFile, LOCK_WAIT_MS, letGo));
}
