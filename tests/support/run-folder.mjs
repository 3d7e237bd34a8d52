import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PREFIX = 'isthmus-test-';

/** Makes the folder of this run of jest, and removes those of runs that were killed, with their servers. */
export async function openRunFolder() {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(PREFIX) && !isAlive(Number(name.slice(PREFIX.length))))
      await closeRunFolder(join(tmpdir(), name));
  }
  const folder = join(tmpdir(), PREFIX + process.pid);
  // Left by a killed run that had the same process id.
  await closeRunFolder(folder);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Ends the servers of a run and removes its folder: nothing in it is worth an orderly stop. */
export async function closeRunFolder(folder) {
  await Promise.all([
    end('postgres', readPid(join(folder, 'postgres', 'data', 'postmaster.pid'))),
    end('redis-server', readPid(join(folder, 'redis.pid'))),
  ]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function end(program, pid) {
  if (!(pid > 0)) return;
  for (let tries = 0; programOf(pid).includes(program) && tries < 500; tries++) {
    // PostgreSQL takes SIGQUIT for an immediate stop; Redis dies of it.
    if (tries === 0) process.kill(pid, 'SIGQUIT');
    await sleep(10);
  }
}

/** The name of a running program, as the id in an old file may by now be another one's; empty for one that ended. */
function programOf(pid) {
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
  try {
    const [, name, state] = /\((.*)\) (\S)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return state === 'Z' ? '' : name;
  } catch {
    return '';
  }
}

function readPid(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
