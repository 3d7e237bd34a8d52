import { fork, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Everything that this run started and that still runs: nothing else is ever ended. */
const running = new Set();

function remember(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts one of our own modules with a channel to it; resolves to the child when it says on which port it listens. */
export async function startModule(file, args = []) {
  const child = remember(fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  const { port } = await messageOf(child, (message) => message.port !== undefined);
  return Object.assign(child, { url: `http://127.0.0.1:${port}` });
}

let asked = 0;

/** Asks a module and resolves to its answer, whenever that comes. */
export function ask(child, question) {
  asked += 1;
  const id = asked;
  const answer = messageOf(child, (message) => message.id === id);
  child.send({ ...question, id });
  return answer;
}

/** The first message of a module that fits; fails when the module ends first. */
function messageOf(child, fits) {
  return new Promise((resolve, reject) => {
    const onEnd = (code) => reject(new Error(`${child.spawnargs.at(1)} ended with ${code} while it was waited for.`));
    const onMessage = (message) => {
      if (!fits(message)) return;
      child.off('exit', onEnd).off('message', onMessage);
      resolve(message);
    };
    child.on('exit', onEnd).on('message', onMessage);
  });
}

/** Starts a program whose output is kept for `onText`. */
export function startProgram(program, args, options, onText) {
  const child = remember(spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
  child.stdout.setEncoding('utf8').on('data', onText);
  child.stderr.setEncoding('utf8').on('data', onText);
  return child;
}

/** Asks a child to end and waits; what does not end in time is killed. */
export async function stop(child, patienceMs = 20_000) {
  if (!running.has(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await ended;
  clearTimeout(late);
}

/** Ends everything that still runs. */
export async function stopAll() {
  await Promise.all([...running].map((child) => stop(child)));
}

const TICKS_PER_SECOND = 100;

/**
 * Milliseconds of CPU, user and system, that a process and all its descendants have used, descendants that have ended and were waited
 * for included. Linux only.
 */
export function cpuMsOfTree(pid) {
  let ticks = 0;
  for (const { fields } of treeOf(pid)) {
    // Fields 14 to 17 of stat(5): own and waited-for children's time in user and kernel mode.
    ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  }
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** CPU of one process and of its descendants apart, in milliseconds. */
export function cpuMs(pid) {
  const all = cpuMsOfTree(pid);
  const own = treeOf(pid).find((entry) => entry.pid === pid);
  const self = own ? ((Number(own.fields[11]) + Number(own.fields[12])) * 1000) / TICKS_PER_SECOND : 0;
  return { all, self, others: all - self };
}

function treeOf(rootPid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)));
  const wanted = new Set([rootPid]);
  for (let before = 0; before !== wanted.size;) {
    before = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks; field 3 (state) stands behind it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [{ pid, parent: Number(fields[1]), fields }];
  } catch {
    return [];
  }
}

/** Samples the resident memory of a process; `peakMb()` gives the highest value so far. */
export function watchMemory(pid, everyMs = 100) {
  let peakKb = 0;
  const look = () => {
    try {
      const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      peakKb = Math.max(peakKb, Number(match?.[1] ?? 0));
    } catch {
      // It has ended; what was seen stays.
    }
  };
  const timer = setInterval(look, everyMs);
  look();
  return { peakMb: () => Math.round(peakKb / 1024), stop: () => clearInterval(timer) };
}
