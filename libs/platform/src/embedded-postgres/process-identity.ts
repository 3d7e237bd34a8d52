import { readFileSync } from 'node:fs';

/** What the kernel says of a process: the program's name and when it started, in ticks since boot. */
interface ProcessStat {
  readonly name: string;
  readonly startTicks: string;
}

/**
 * Names a process so that a later one with the same id is not taken for it: containers give the same small ids at every
 * start. Where the kernel does not tell the start time, the id alone.
 */
export function identityOf(pid: number): string {
  const start = process.platform === 'linux' ? readStat(pid)?.startTicks : undefined;
  return start ? `${pid}-${start}` : String(pid);
}

/** Whether the process named by `identityOf` lives. */
export function livesStill(identity: string): boolean {
  const pid = Number.parseInt(identity, 10);
  return pid > 0 && isAlive(pid) && identityOf(pid) === identity;
}

/** Whether a living PostgreSQL server has that id, as far as the platform tells. */
export function isPostgres(pid: number): boolean {
  return process.platform === 'linux' ? readStat(pid)?.name === 'postgres' : isAlive(pid);
}

function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readStat(pid) !== undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined for a process that is gone, and for a zombie, which in a container may never be reaped. */
function readStat(pid: number): ProcessStat | undefined {
  try {
    // "pid (name) state ppid …"; the start time is field 22, and the name may hold blanks and brackets.
    const [, name = '', rest = ''] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { name, startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
