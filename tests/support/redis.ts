import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The run's shared Redis, in a numbered database that only this jest worker uses. Never FLUSHALL there. */
export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('This test needs Redis: install redis-server, or set REDIS_URL to a server for tests.');
  return `${url.replace(/\/\d*$/, '')}/${process.env['JEST_WORKER_ID'] ?? '1'}`;
}

/** A Redis of one test's own, to kill, flush and start again. */
export interface OwnRedis {
  readonly url: string;
  /** Ends it at once, as a crash does. Everything in it is lost. */
  kill(): Promise<void>;
  /** Starts it again, empty, at the same address. */
  restart(): Promise<void>;
}

/**
 * Starts a Redis for one test; `kill` it in the end. Needs redis-server on PATH.
 *
 * @param settings arguments of redis-server beyond the usual ones
 */
export async function startOwnRedis(settings: readonly string[] = []): Promise<OwnRedis> {
  const port = await freePort();
  let child = await launch(port, settings);
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
  };
  const restart = async (): Promise<void> => {
    await kill();
    child = await launch(port, settings);
  };
  return { url: `redis://127.0.0.1:${port}`, kill, restart };
}

function launch(port: number, settings: readonly string[]): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...settings];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => failed(new Error(`redis-server ended with ${code}`)));
    child.stdout.on('data', (text: Buffer) => text.includes('Ready to accept connections') && done(child));
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}
