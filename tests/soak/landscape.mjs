import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const root = fileURLToPath(new URL('../../', import.meta.url));
// By a computed name: what is built is not there yet when the sources are checked.
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { startEmbeddedPostgres } = await built('hub/libs/platform/src/index.js');
const { startSandbox } = await built('sandbox/apps/sandbox/src/sandbox.js');
const HUB = join(root, 'dist', 'hub', 'main.js');
const CALLBACK_KEY = 'sandbox-callback-key-0001';
const LOGGED = 200_000;
const MORE_CUSTOMERS = 60;

/**
 * The demo landscape in pieces that can be hurt one by one: PostgreSQL, Redis, two hub processes that share the work, and both far sides
 * inside this process.
 */
export async function openLandscape({ redisProgram }) {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-soak-'));
  mkdirSync(join(folder, 'files', 'inbox'), { recursive: true });
  const sandbox = await startSandbox({ limits: false });
  sandbox.hubspot.seed();
  sandbox.kingdee.seed();
  sandbox.kingdee.generate({ type: 'customer', count: MORE_CUSTOMERS });
  const postgres = await openPostgres(join(folder, 'database'));
  const redis = redisProgram ? await openRedis(redisProgram) : undefined;
  const port = await freePort();
  // Whichever process starts last applies its configuration: the address for webhooks must not be that process's own.
  const configuration = join(folder, 'isthmus.yaml');
  const demo = readFileSync(join(root, 'demo', 'isthmus.yaml'), 'utf8');
  writeFileSync(configuration, demo.replaceAll('${PORT:-3000}', String(port)));
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    ISTHMUS_DATA: folder,
    ISTHMUS_CONFIG: configuration,
    ISTHMUS_API_KEY: 'soak-api-key-0123456789',
    ISTHMUS_LOG: 'warn',
    SANDBOX_PORT: String(sandbox.port),
    DATABASE_URL: postgres.url,
    ...(redis && { REDIS_URL: redis.url }),
  };
  const doors = [
    hubOf({ ...environment, PORT: String(port) }),
    hubOf({ ...environment, PORT: String(await freePort()) }),
  ];
  await doors[0].start();
  await doors[1].start();
  const door = `http://127.0.0.1:${port}`;
  sandbox.hubspot.configure({ webhooks: { url: `${door}/webhooks/crm` } });
  sandbox.kingdee.configure({ webhooks: { url: `${door}/webhooks/erp/${CALLBACK_KEY}` } });
  return {
    sandbox,
    postgres,
    redis,
    hubs: doors,
    close: async () => {
      for (const hub of doors) await hub.kill();
      await redis?.kill();
      await postgres.stop();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A hub process at one port that can be killed and started again. */
function hubOf(environment) {
  let child;
  let output = '';
  const start = async () => {
    output = '';
    child = spawn(process.execPath, [HUB], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text) => (output = (output + text).slice(-LOGGED));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    for (let waited = 0; !output.includes('Isthmus is ready:'); waited += 50) {
      if (child.exitCode !== null || waited > 90_000) throw new Error(`A hub did not start:\n${output}`);
      await sleep(50);
    }
  };
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return { start, kill, output: () => output, url: `http://127.0.0.1:${environment.PORT}` };
}

/** A server whose crash costs nothing that was committed. */
async function openPostgres(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const start = () => startEmbeddedPostgres({ dataDir });
  const { url } = await start();
  const pid = () => {
    try {
      return Number.parseInt(readFileSync(join(dataDir, 'data', 'postmaster.pid'), 'utf8'), 10);
    } catch {
      return 0;
    }
  };
  const stop = async (signal = 'SIGINT') => {
    const server = pid();
    if (server <= 1) return;
    process.kill(server, signal);
    for (let waited = 0; pid() === server && waited < 20_000; waited += 50) await sleep(50);
  };
  return {
    url,
    crash: async () => {
      await stop('SIGQUIT');
      await start();
    },
    stop,
    rows: async (sql) => {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
  };
}

async function openRedis(program) {
  const port = await freePort();
  let child;
  const start = async () => {
    child = spawn(program, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((ready, failed) => {
      child.once('error', failed);
      child.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && ready());
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      await start();
    },
  };
}

function freePort() {
  return new Promise((found) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
