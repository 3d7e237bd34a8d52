import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openRunFolder } from './run-folder.mjs';

/**
 * Before all tests: a folder for the servers of this run, and a Redis of its own. PostgreSQL starts when the first test
 * asks for a database (`database.ts`), for most runs of a single file need none.
 */
export default async function setUp() {
  const folder = await openRunFolder();
  process.env.TEST_RUN_FOLDER = folder;
  process.env.TEST_DATABASE_URL = process.env.DATABASE_URL ?? '';
  process.env.TEST_REDIS_URL = process.env.REDIS_URL ?? (await startRedis(folder));
  // No test may take a developer's own servers by accident: they are reached through tests/support only.
  delete process.env.DATABASE_URL;
  delete process.env.REDIS_URL;
}

/** Empty where Redis is not installed; the tests that need it say so. */
async function startRedis(folder) {
  const port = await freePort();
  const args = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
    '--databases',
    64,
  ];
  const child = spawn('redis-server', args.map(String), { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = await new Promise((done) => {
    child.once('error', () => done(false)).once('exit', () => done(false));
    child.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && done(true));
  });
  if (!ready) return '';
  writeFileSync(join(folder, 'redis.pid'), String(child.pid));
  child.stdout.destroy();
  child.unref();
  return `redis://127.0.0.1:${port}`;
}

function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
