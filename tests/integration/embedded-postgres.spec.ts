import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres } from '@isthmus/platform';

let dataDir: string;
const stops: Array<() => Promise<void>> = [];

const start = async (): Promise<Awaited<ReturnType<typeof startEmbeddedPostgres>>> => {
  const server = await startEmbeddedPostgres({ dataDir });
  stops.push(server.stop);
  return server;
};

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const postmasterPid = (): number =>
  Number(readFileSync(join(dataDir, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function killPostmaster(): Promise<void> {
  const pid = postmasterPid();
  process.kill(pid, 'SIGKILL');
  const exists = (): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (exists()) await setImmediate();
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'isthmus-launcher-'));
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the embedded PostgreSQL', () => {
  it('keeps data and address over an orderly stop', async () => {
    const first = await start();
    await query(first.url, `create table kept as select 42 as answer`);
    await first.stop();
    const second = await start();
    expect(second.reused).toBe(false);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('keeps what was committed over a kill of the server', async () => {
    const first = await start();
    await query(first.url, `create table kept as select 42 as answer`);
    await killPostmaster();
    const second = await start();
    expect(second.reused).toBe(false);
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('is shared by whoever starts it in the same folder, and stops with the last', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect([first.reused, second.reused].filter(Boolean)).toHaveLength(1);
    await first.stop();
    await first.stop();
    expect(await query(second.url, 'select 1 as alive')).toEqual([{ alive: 1 }]);
    await second.stop();
    expect(existsSync(join(dataDir, 'data', 'postmaster.pid'))).toBe(false);
  });

  it('asks for the password it keeps in a file that only its owner reads', async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    expect(await query(url, 'show password_encryption')).toEqual([{ password_encryption: 'scram-sha-256' }]);
  });

  it('flushes commits to disk and orders text the same on every platform', async () => {
    const { url } = await start();
    const sql = `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
      datlocprovider as provider, datlocale as locale from pg_database where datname = 'postgres'`;
    expect(await query(url, sql)).toEqual([{ fsync: 'on', commit: 'on', provider: 'b', locale: 'C.UTF-8' }]);
  });

  it('says what to do when the password file is lost', async () => {
    await (await start()).stop();
    rmSync(join(dataDir, 'password'));
    await expect(start()).rejects.toThrow(/password of the embedded PostgreSQL is missing.*Restore the file/s);
  });
});
