import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';
import { checkArrivals } from './arrivals.js';
import type { Arrivals } from './arrivals.js';
import { adminUrl } from './database.js';
import { until } from './demo-hub.js';
import { faultConfiguration } from './fault-configuration.js';
import type { FaultConfigurationOptions } from './fault-configuration.js';
import { freePort } from './free-port.js';
import { startHubProcess } from './hub-process.js';
import type { HubProcess } from './hub-process.js';
import { sendEvents } from './webhook-sender.js';
import type { Sending } from './webhook-sender.js';
import type { ShopEvent } from './shop-orders.js';

/** How a landscape differs from the usual one. */
export interface LandscapeOptions extends FaultConfigurationOptions {
  /** An empty database of the test's own. @default a new one on the server of the run */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  /** The hubs reach PostgreSQL through this port of loopback; the test itself goes there directly. */
  readonly proxyPort?: number;
}

/** A shop that sends signed webhooks, hub processes to be hurt, and an ERP in the sandbox. */
export interface FaultLandscape {
  readonly sandbox: Sandbox;
  /** Where the shop sends to; the same after every restart. */
  readonly webhookUrl: string;
  /** Data folder of the hubs. */
  readonly folder: string;
  /** Starts a hub process and waits until it is ready. A process that takes no webhooks gets a port of its own with `port: 0`. */
  startHub(environment?: Readonly<Record<string, string>>): Promise<HubProcess>;
  /** Starts a hub process that may die before it is ready. */
  launchHub(environment?: Readonly<Record<string, string>>): Promise<HubProcess>;
  send(events: readonly ShopEvent[], concurrency?: number): Sending;
  query<Row extends object>(sql: string): Promise<Row[]>;
  /** The first value of the first row. */
  count(sql: string): Promise<number>;
  /** Resolves when every change is merged and every replica delivered, dead or blocked. */
  settled(timeoutMs?: number): Promise<void>;
  /** Lets the time pass that a dead worker's leases would have run. */
  expireLeases(): Promise<void>;
  /** What the ERP holds, against all that was acknowledged. */
  arrivals(): Arrivals;
  /** Kills what still runs and removes all traces. */
  close(): Promise<void>;
}

/** Opens a landscape with no hub running yet. */
export async function openFaultLandscape(options: LandscapeOptions = {}): Promise<FaultLandscape> {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-fault-'));
  const sandbox = await startSandbox({ limits: false });
  const database =
    options.databaseUrl === undefined
      ? await freshDatabase()
      : { url: options.databaseUrl, drop: () => Promise.resolve() };
  const port = await freePort();
  const configFile = join(folder, 'isthmus.json');
  writeFileSync(configFile, JSON.stringify(faultConfiguration(sandbox.url, options)));
  const environment = {
    PORT: String(port),
    DATABASE_URL: throughProxy(database.url, options.proxyPort),
    ISTHMUS_DATA: folder,
    ISTHMUS_CONFIG: configFile,
    ISTHMUS_API_KEY: 'fault-api-key-0123456789',
    ISTHMUS_LOG: 'warn',
    ...(options.redisUrl !== undefined && { REDIS_URL: options.redisUrl }),
  };
  const hubs: HubProcess[] = [];
  const sendings: Sending[] = [];
  const launchHub = async (extra: Readonly<Record<string, string>> = {}): Promise<HubProcess> => {
    const hub = await startHubProcess({ ...environment, ...extra });
    hubs.push(hub);
    return hub;
  };
  const webhookUrl = `http://127.0.0.1:${port}/webhooks/shop`;
  const session = new Session(database.url);
  const query = <Row extends object>(sql: string): Promise<Row[]> => session.query<Row>(sql);
  const count = async (sql: string): Promise<number> => Number(Object.values((await query(sql))[0] ?? {})[0]);
  return {
    sandbox,
    webhookUrl,
    folder,
    launchHub,
    startHub: async (extra) => {
      const hub = await launchHub(extra);
      await hub.ready();
      return hub;
    },
    send: (events, concurrency) => {
      const sending = sendEvents(webhookUrl, events, concurrency);
      sendings.push(sending);
      return sending;
    },
    query,
    count,
    settled: (timeoutMs = 60_000) =>
      until(
        async () => (await count(OPEN_WORK)) === 0,
        'all work is done',
        timeoutMs,
        async () => JSON.stringify([await query(STATES), hubs.at(-1)?.output().slice(-2_000)]),
      ),
    expireLeases: async () => void (await query(EXPIRE)),
    arrivals: () =>
      checkArrivals(
        sendings.flatMap(({ acknowledged }) => acknowledged),
        sandbox.rest.records('orders') as Record<string, unknown>[],
      ),
    close: async () => {
      for (const sending of sendings) sending.stop();
      await Promise.all(hubs.map((hub) => hub.kill()));
      await sandbox.close();
      await session.end();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function throughProxy(url: string, port: number | undefined): string {
  if (port === undefined) return url;
  const changed = new URL(url);
  changed.hostname = '127.0.0.1';
  changed.port = String(port);
  return changed.href;
}

const OPEN_WORK = `
select (select count(*) from change where state in ('pending', 'fetch', 'waiting')) + (select count(*) from replica where state = 'pending')`;

const STATES = `
select 'change' as what, state, reason::text as why, count(*)::int from change group by 1, 2, 3
union all select 'replica', state, failure::text, count(*)::int from replica group by 1, 2, 3`;

const EXPIRE = `update replica set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null`;

async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const admin = await adminUrl();
  const name = `isthmus_test_${process.pid}_fault_${databases++}`;
  const url = new URL(admin);
  url.pathname = `/${name}`;
  await queryOnce(admin, `create database ${name}`);
  return {
    url: url.href,
    drop: async () => void (await queryOnce(admin, `drop database if exists ${name} with (force)`)),
  };
}

let databases = 0;

/** A session for one statement: it must not stand in the way of a database that is dropped. */
async function queryOnce<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const session = new Session(url);
  return session.query<Row>(sql).finally(() => session.end());
}

/** One session at a time, made anew after the server went away. */
class Session {
  private client: Promise<Client> | undefined;

  constructor(private readonly url: string) {}

  async query<Row extends object>(sql: string): Promise<Row[]> {
    this.client ??= this.connect();
    try {
      return (await (await this.client).query<Row>(sql)).rows;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  private async connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => (this.client = undefined));
    await client.connect();
    return client;
  }

  async end(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.then((open) => open.end()).catch(() => undefined);
  }
}
