import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { HubOptions, RunningHub, StartSettings } from '../../apps/hub/src/start-hub.js';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';
import { testLedger } from './ledger.js';
import type { TestLedger } from './ledger.js';

const API_KEY = 'test-key-0123456789abcdef';
const CALLBACK_KEY = 'sandbox-callback-key-0001';

/** The demo landscape in one process: sandbox far sides, a ledger of its own, and the hub over the demo configuration. */
export interface DemoHub {
  readonly sandbox: Sandbox;
  readonly hub: RunningHub;
  readonly ledger: TestLedger;
  /** Folder of the `files` connection. */
  readonly filesDir: string;
  /** Calls the HTTP API with the key. */
  api(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<ApiAnswer>;
  /** Rows of a query over the ledger. */
  rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  /** One value of one row, for waiting and counting. */
  count(sql: string): Promise<number>;
  /** Resolves when nothing is pending, in flight or unread anywhere. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** An answer of the HTTP API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface DemoOptions {
  readonly seed?: boolean;
  readonly webhooks?: boolean;
  readonly configFile?: string;
  readonly settings?: Partial<StartSettings>;
  readonly hub?: Partial<HubOptions>;
}

/** Starts everything; the hub listens on a free port and the far sides send their webhooks there. */
export async function startDemoHub(options: DemoOptions = {}): Promise<DemoHub> {
  const ledger = await testLedger();
  const dataDir = mkdtempSync(join(tmpdir(), 'isthmus-demo-'));
  mkdirSync(join(dataDir, 'files', 'inbox'), { recursive: true });
  const sandbox = await startSandbox({ limits: false });
  if (options.seed ?? true) {
    sandbox.hubspot.seed();
    sandbox.kingdee.seed();
  }
  const port = await freePort();
  const hub = await startHub(
    {
      port,
      dataDir,
      role: 'all',
      logLevel: 'silent',
      apiKey: API_KEY,
      databaseUrl: ledger.url,
      configFile: options.configFile ?? join(process.cwd(), 'demo/isthmus.yaml'),
      host: '127.0.0.1',
      ...options.settings,
    },
    {
      connectors,
      logger: createLogger({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' }),
      environment: { SANDBOX_PORT: String(sandbox.port), PORT: String(port) },
      ...options.hub,
    },
  );
  if (options.webhooks ?? true) {
    sandbox.hubspot.configure({ webhooks: { url: `${hub.url}/webhooks/crm` } });
    sandbox.kingdee.configure({ webhooks: { url: `${hub.url}/webhooks/erp/${CALLBACK_KEY}` } });
  }
  return {
    sandbox,
    hub,
    ledger,
    filesDir: join(dataDir, 'files'),
    api: (path, init) => callApi(hub.url, path, init),
    rows: (sql) => ledger.database.dataSource.query(sql),
    count: (sql) => countOf(ledger, sql),
    settled: () => untilSettled(ledger, sandbox),
    stop: async () => {
      await hub.stop();
      await sandbox.close();
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((found) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });
}

async function callApi(
  url: string,
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<ApiAnswer> {
  const answer = await fetch(`${url}${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: text.startsWith('{') || text.startsWith('[') ? (JSON.parse(text) as unknown) : text,
  };
}

async function countOf(ledger: TestLedger, sql: string): Promise<number> {
  const [row] = await ledger.database.dataSource.query<Record<string, unknown>[]>(sql);
  return Number(Object.values(row ?? {})[0]);
}

const OPEN_WORK = `
  select (select count(*) from change where state in ('pending', 'fetch'))
       + (select count(*) from replica where state = 'pending')
       + (select count(*) from cursor where lease_until is not null and lease_until > clock_timestamp())`;

/** Waits for a condition with a bound; polls the event loop and the database, never a fixed sleep. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: string,
  timeoutMs = 120_000,
  explain: () => Promise<string> = () => Promise.resolve(''),
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`did not come true in time: ${what} ${await explain()}`);
    await new Promise((turn) => setTimeout(turn, 20));
  }
}

async function untilSettled(ledger: TestLedger, sandbox: Sandbox): Promise<void> {
  let quiet = 0;
  await until(
    async () => {
      await sandbox.settled();
      quiet = (await countOf(ledger, OPEN_WORK)) === 0 ? quiet + 1 : 0;
      return quiet >= 5;
    },
    'all work is done',
    120_000,
    () => openWork(ledger),
  );
}

async function openWork(ledger: TestLedger): Promise<string> {
  const rows: unknown = await ledger.database.dataSource.query(
    `select 'change' as what, connection_id, stream, state, reason::text as why, count(*)::int from change where state not in ('merged', 'unchanged', 'stale') group by 1, 2, 3, 4, 5
     union all select 'replica', connection_id, stream, state, failure::text, count(*)::int from replica where state <> 'settled' group by 1, 2, 3, 4, 5`,
  );
  return JSON.stringify(rows, null, 1);
}
