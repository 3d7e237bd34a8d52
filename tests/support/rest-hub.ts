import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { HubOptions, RunningHub, StartSettings } from '../../apps/hub/src/start-hub.js';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';
import {
  CLIENT_MAPPING,
  CUSTOMER_MAPPING,
  INVOICE_MAPPING,
  ORDER_MAPPING,
  shopManifest,
  targetManifest,
} from './rest-landscape.js';
import type { TargetKind } from './rest-landscape.js';
import { until } from './demo-hub.js';
import { testLedger } from './ledger.js';
import type { TestLedger } from './ledger.js';

const API_KEY = 'test-key-0123456789abcdef';

/** Secret with which the shop signs its webhooks. */
export const SHOP_SECRET = 'shop-webhook-secret-0001';

/** A document of the sandbox's plain JSON API. */
export interface Document {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What a shop tells in one webhook. */
export interface ShopEvent {
  readonly type: string;
  readonly collection: string;
  readonly occurredAt?: string;
  readonly data: unknown;
}

/** An answer of the HTTP API. */
export interface ApiReply {
  readonly status: number;
  readonly text: string;
  /** Empty when the answer is no JSON object. */
  readonly body: { readonly code?: string; readonly items?: readonly unknown[] };
}

/** How a webhook is sent; each member replaces what an honest sender would send. */
export interface SendOptions {
  readonly eventId?: string | null;
  readonly secret?: string;
  readonly atMs?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly path?: string;
}

/** A shop that tells by signed webhooks, a hub, and targets that take what it says; the far sides are the sandbox's plain JSON API. */
export interface RestHub {
  readonly sandbox: Sandbox;
  readonly hub: RunningHub;
  readonly ledger: TestLedger;
  readonly dataDir: string;
  api(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<ApiReply>;
  /** Sends one signed webhook of the shop. */
  send(event: ShopEvent | string | Buffer, options?: SendOptions): Promise<{ status: number; text: string }>;
  /** Tells that a customer of the shop is as given. */
  tellCustomer(row: Document, options?: SendOptions & { occurredAt?: string }): Promise<number>;
  /** Documents that a target holds. */
  documents(collection: string): Document[];
  /** Rows of the ledger, as the statement names its columns. */
  rows<Row extends object = Record<string, string>>(sql: string): Promise<Row[]>;
  count(sql: string): Promise<number>;
  /** Resolves when nothing is pending or in flight. */
  settled(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** What a test may want different. */
export interface RestHubOptions {
  /** Targets by connection id. Each writes its own collection, named as the connection. @default { store: 'header' } */
  readonly targets?: { readonly [connectionId: string]: TargetKind };
  /** Settings of a target besides those of its kind. */
  readonly targetSettings?: object;
  readonly shopSettings?: object;
  readonly policy?: object;
  /** Rules that the mappings of both sides have besides theirs, one a line. */
  readonly rules?: { readonly customers?: string; readonly orders?: string };
  /** Text of the shop's mapping of customers. */
  readonly customerMapping?: string;
  readonly settings?: Partial<StartSettings>;
  readonly hub?: Partial<HubOptions>;
  /** Documents that the shop's collection holds before the hub starts. */
  readonly before?: (sandbox: Sandbox) => void;
}

/** Starts sandbox, ledger and hub in this process. */
export async function startRestHub(options: RestHubOptions = {}): Promise<RestHub> {
  const ledger = await testLedger();
  const dataDir = mkdtempSync(join(tmpdir(), 'isthmus-rest-'));
  const sandbox = await startSandbox({ limits: false });
  options.before?.(sandbox);
  const configFile = writeConfiguration(dataDir, sandbox.port, options);
  const hub = await startHub(
    {
      port: 0,
      dataDir,
      role: 'all',
      logLevel: 'silent',
      apiKey: API_KEY,
      databaseUrl: ledger.url,
      configFile,
      host: '127.0.0.1',
      ...options.settings,
    },
    {
      connectors,
      logger: createLogger({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' }),
      environment: {},
      ...options.hub,
    },
  );
  const send = (event: ShopEvent | string | Buffer, how: SendOptions = {}): ReturnType<RestHub['send']> =>
    sendWebhook(hub.url, event, how);
  const rows = <Row extends object>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const count = async (sql: string): Promise<number> => Number(Object.values((await rows(sql))[0] ?? {})[0]);
  return {
    sandbox,
    hub,
    ledger,
    dataDir,
    send,
    rows,
    count,
    api: (path, init) => callApi(hub.url, path, init),
    tellCustomer: async (data, { occurredAt, ...how } = {}) =>
      (
        await send(
          { type: 'customers.updated', collection: 'customers', data, ...(occurredAt !== undefined && { occurredAt }) },
          how,
        )
      ).status,
    documents: (collection) => sandbox.rest.records(collection) as Document[],
    settled: (timeoutMs) => untilDone(rows, count, timeoutMs),
    stop: async () => {
      await hub.stop();
      await sandbox.close();
      await ledger.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function writeConfiguration(folder: string, port: number, options: RestHubOptions): string {
  const targets = Object.entries(options.targets ?? { store: 'header' as const });
  const { customers = '', orders = '' } = options.rules ?? {};
  writeFileSync(join(folder, 'customers.yaml'), (options.customerMapping ?? CUSTOMER_MAPPING) + customers);
  writeFileSync(join(folder, 'clients.yaml'), CLIENT_MAPPING + customers);
  writeFileSync(join(folder, 'orders.yaml'), ORDER_MAPPING + orders);
  writeFileSync(join(folder, 'invoices.yaml'), INVOICE_MAPPING + orders);
  const environment = { allowHosts: [`127.0.0.1:${port}`] };
  const connections = [
    {
      id: 'shop',
      connector: 'rest',
      settings: { ...shopManifest(port, SHOP_SECRET), ...options.shopSettings },
      mappings: { customers: './customers.yaml', orders: './orders.yaml' },
      environment,
    },
    ...targets.map(([id, kind]) => ({
      id,
      connector: 'rest',
      settings: { ...targetManifest(port, id, kind), ...options.targetSettings },
      mappings: { clients: './clients.yaml', invoices: './invoices.yaml' },
      environment,
    })),
  ];
  const flows = [
    {
      id: 'customers',
      entity: 'customer',
      members: [
        { connection: 'shop', streams: ['customers'], direction: 'in' },
        ...targets.map(([connection]) => ({ connection, streams: ['clients'], direction: 'out' })),
      ],
      policy: options.policy ?? {},
    },
    {
      id: 'orders',
      entity: 'order',
      members: [
        { connection: 'shop', streams: ['orders'], direction: 'in' },
        ...targets.map(([connection]) => ({ connection, streams: ['invoices'], direction: 'out' })),
      ],
    },
  ];
  const file = join(folder, 'isthmus.yaml');
  writeFileSync(file, JSON.stringify({ connections, flows }, null, 1));
  return file;
}

/** The text of a signed webhook, and the headers that prove it. */
export function signedHeaders(body: Buffer, secret: string, atMs = Date.now()): Record<string, string> {
  const stamp = String(atMs);
  const digest = createHmac('sha256', secret).update(`${stamp}.`).update(body).digest('hex');
  return { 'x-timestamp': stamp, 'x-signature': `sha256=${digest}` };
}

async function sendWebhook(
  url: string,
  event: ShopEvent | string | Buffer,
  how: SendOptions,
): Promise<{ status: number; text: string }> {
  const body = Buffer.isBuffer(event) ? event : Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
  const {
    eventId = randomUUID(),
    secret = SHOP_SECRET,
    atMs,
    headers = {},
    method = 'POST',
    path = '/webhooks/shop',
  } = how;
  const all = {
    'content-type': 'application/json',
    ...(eventId !== null && { 'x-event-id': eventId }),
    ...signedHeaders(body, secret, atMs),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: Object.fromEntries(given),
    ...(method !== 'GET' && { body: new Uint8Array(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

async function callApi(
  url: string,
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<ApiReply> {
  const answer = await fetch(`${url}${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body !== undefined && { body: typeof init.body === 'string' ? init.body : JSON.stringify(init.body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith('{') ? (JSON.parse(text) as ApiReply['body']) : {} };
}

const OPEN_WORK = `
  select (select count(*) from change where state in ('pending', 'fetch'))
       + (select count(*) from replica where state = 'pending')
       + (select count(*) from cursor where lease_until is not null and lease_until > clock_timestamp())`;

async function untilDone(
  rows: (sql: string) => Promise<object[]>,
  count: (sql: string) => Promise<number>,
  timeoutMs = 45_000,
): Promise<void> {
  let quiet = 0;
  const explain = async (): Promise<string> =>
    JSON.stringify(
      await rows(
        `select 'change' as what, connection_id, stream, state, reason::text as why, count(*)::int from change group by 1, 2, 3, 4, 5
         union all select 'replica', connection_id, stream, state, failure::text, count(*)::int from replica group by 1, 2, 3, 4, 5`,
      ),
      null,
      1,
    );
  await until(
    async () => (quiet = (await count(OPEN_WORK)) === 0 ? quiet + 1 : 0) >= 5,
    'all work is done',
    timeoutMs,
    explain,
  );
}
