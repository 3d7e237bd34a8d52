import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { builtHub } from './built-hub.js';
import { until } from './demo-hub.js';

const START_PATIENCE_MS = 60_000;

/** How a hub process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A hub in a process of its own, as anybody would start it, to kill and to stop. */
export interface HubProcess {
  readonly pid: number;
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<Ending>;
  readonly hasEnded: () => boolean;
  /** All that it has written so far. */
  output(): string;
  /** Resolves when it says that it is ready; fails when it ends before. */
  ready(): Promise<void>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<Ending>;
  /** Asks it to stop, as a deploy does, and waits until it has. */
  terminate(): Promise<Ending>;
}

/**
 * Starts the built hub.
 *
 * @param environment all that the process gets of an environment, beside PATH and HOME
 */
export async function startHubProcess(environment: Readonly<Record<string, string>>): Promise<HubProcess> {
  const program = await builtHub();
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment };
  return watch(spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function watch(child: ChildProcess): HubProcess {
  let output = '';
  let ending: Ending | undefined;
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
  const ended = new Promise<Ending>((done) => {
    child.once('close', (code, signal) => done((ending = { code, signal })));
  });
  const end = (signal: NodeJS.Signals): Promise<Ending> => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => ending !== undefined,
    output: () => output,
    ready: async () => {
      await until(
        () => output.includes('Isthmus is ready:') || ending !== undefined,
        'the hub is ready',
        START_PATIENCE_MS,
      );
      if (ending !== undefined) throw new Error(`The hub ended with ${JSON.stringify(ending)}:\n${output}`);
    },
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
  };
}
