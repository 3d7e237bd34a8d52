import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { runCli } from '../../apps/cli/src/run.js';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../apps/hub/src/start-hub.js';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';
import { until } from './demo-hub.js';
import { testLedger } from './ledger.js';
import type { TestLedger } from './ledger.js';

const API_KEY = 'test-key-0123456789abcdef';

/** A document of one of the books. */
export interface BookRow {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** What a test may want different. */
export interface TwoBooksOptions {
  /** Books that take part; each holds `<book>-customers` and `<book>-orders`. @default left and right */
  readonly books?: readonly string[];
  readonly policy?: object;
  /** Fills the books before the hub starts. */
  readonly before?: (write: (collection: string, row: Record<string, unknown>) => void) => void;
}

/** An answer of the HTTP API. */
export interface BookAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** Systems of one kind that are each read and written, with customers and orders, and a hub between them. */
export interface TwoBooks {
  readonly sandbox: Sandbox;
  readonly hub: RunningHub;
  readonly ledger: TestLedger;
  api<Body = Record<string, unknown>>(
    path: string,
    init?: { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> },
  ): Promise<BookAnswer<Body>>;
  /** Runs a command of the command line. */
  isthmus(line: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
  /** Documents of a collection. */
  documents(collection: string): BookRow[];
  /** Writes in a book as a person there would, without a webhook; `read` brings it to the hub. */
  write(collection: string, row: Record<string, unknown>, id?: string): void;
  /** Has the hub read a book's collection now, and waits until all is done. */
  read(...collections: string[]): Promise<void>;
  rows<Row extends object = Record<string, string>>(sql: string): Promise<Row[]>;
  count(sql: string): Promise<number>;
  /** Resolves when nothing is pending or in flight. */
  settled(): Promise<void>;
  /** What the writes of the hub did in a collection since the last reset. */
  effects(collection: string): Record<string, number>;
  stop(): Promise<void>;
}

/** Starts sandbox, ledger and hub in this process; resolves before anything was read. */
export async function startTwoBooks(options: TwoBooksOptions = {}): Promise<TwoBooks> {
  const { books = ['left', 'right'] } = options;
  const ledger = await testLedger();
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-books-'));
  const sandbox = await startSandbox({ limits: false });
  const write = (collection: string, row: Record<string, unknown>, id?: string): void =>
    void sandbox.rest.edit({ type: collection, set: row as never, ...(id !== undefined && { id }) });
  options.before?.(write);
  const configFile = writeConfiguration(folder, sandbox.port, books, options.policy ?? {});
  const hub = await startHub(
    {
      port: 0,
      dataDir: folder,
      role: 'all',
      logLevel: 'silent',
      apiKey: API_KEY,
      databaseUrl: ledger.url,
      configFile,
      host: '127.0.0.1',
    },
    {
      connectors,
      logger: createLogger({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' }),
      environment: {},
    },
  );
  const rows = <Row extends object>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const count = async (sql: string): Promise<number> => Number(Object.values((await rows(sql))[0] ?? {})[0]);
  const api: TwoBooks['api'] = (path, init) => callApi(hub.url, path, init);
  const settled = (): Promise<void> => untilDone(rows, count);
  return {
    sandbox,
    hub,
    ledger,
    api,
    write,
    rows,
    count,
    settled,
    isthmus: (line) => command(hub.url, line),
    documents: (collection) => sandbox.rest.records(collection) as BookRow[],
    read: async (...collections) => {
      for (const collection of collections) {
        const [book = '', stream = ''] = collection.split('-');
        const before = await count(`select count(*) from cursor where lease_until is not null`);
        if (before > 0) await settled();
        await hub.runtime.context.database.dataSource.query(
          `update cursor set next_at = null where connection_id = $1 and stream = $2`,
          [book, stream],
        );
        const mark = new Date();
        await until(
          async () =>
            (await count(
              `select count(*) from cursor where connection_id = '${book}' and stream = '${stream}' and finished_at > '${mark.toISOString()}'`,
            )) > 0,
          `${collection} was read`,
        );
      }
      await settled();
    },
    effects: (collection) => sandbox.rest.calls.report().effects[collection] ?? {},
    stop: async () => {
      await hub.stop();
      await sandbox.close();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function writeConfiguration(folder: string, port: number, books: readonly string[], policy: object): string {
  writeFileSync(join(folder, 'customers.yaml'), CUSTOMERS);
  writeFileSync(join(folder, 'orders.yaml'), ORDERS);
  const connections = books.map((book) => ({
    id: book,
    connector: 'rest',
    settings: manifest(port, book),
    mappings: { customers: './customers.yaml', orders: './orders.yaml' },
    environment: { allowHosts: [`127.0.0.1:${port}`] },
  }));
  const flow = (id: string, entity: string, stream: string): object => ({
    id,
    entity,
    members: books.map((connection) => ({ connection, streams: [stream] })),
    policy,
  });
  const flows = [flow('customers', 'customer', 'customers'), flow('orders', 'order', 'orders')];
  const file = join(folder, 'isthmus.yaml');
  writeFileSync(file, JSON.stringify({ connections, flows }, null, 1));
  return file;
}

function manifest(port: number, book: string): object {
  const stream = (name: string): object => ({
    title: { en: name, zh: name },
    schema: { type: 'object' },
    key: 'id',
    modifiedAt: 'updatedAt',
    version: 'version',
    read: {
      path: `/${book}-${name}`,
      rowsAt: 'items',
      paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 100 },
      since: { param: 'updatedSince', overlapSeconds: 1 },
      pollSeconds: 3_600,
    },
    fetch: { path: `/${book}-${name}/{id}` },
    write: {
      create: { path: `/${book}-${name}`, idAt: 'id', storedAt: '' },
      update: { path: `/${book}-${name}/{id}`, storedAt: '' },
      remove: { path: `/${book}-${name}/{id}` },
      idempotency: { header: 'Idempotency-Key' },
      concurrency: 8,
    },
  });
  return {
    baseUrl: `http://127.0.0.1:${port}/rest`,
    auth: { kind: 'bearer' },
    token: 'sandbox-rest-token',
    limits: { requestsPerSecond: 400, burst: 400, concurrency: 8, timeoutMs: 5_000 },
    streams: { customers: stream('customers'), orders: stream('orders') },
  };
}

const CUSTOMERS = `
mapping: 1
stream: customers
entity: customer
title: { en: Customers, zh: 客户 }
rules:
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: organization.taxId, native: taxId }
  - { canonical: customerNumber, native: number }
  - { canonical: 'contactPoints[kind=email].value', native: email, transform: email, canonicalExtras: { isPrimary: true } }
  - { canonical: 'contactPoints[kind=mobile].value', native: phone, transform: { phone: { country: CN } }, canonicalExtras: { isPrimary: true } }
  - { canonical: note, native: note }
`;

const ORDERS = `
mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
rules:
  - { canonical: orderType, constant: sale }
  - { canonical: channel, constant: { kind: sales, code: books } }
  - { canonical: priceIncludesTax, constant: true }
  - { canonical: paymentStatus, constant: unpaid }
  - { canonical: fulfillmentStatus, constant: unfulfilled }
  - { canonical: invoiceStatus, constant: none }
  - { canonical: status, constant: placed }
  - { canonical: currency, constant: CNY }
  - { canonical: orderNumber, native: number }
  - { canonical: externalNumber, native: number, direction: in }
  - { canonical: orderDate, native: date, transform: date }
  - { canonical: customerId, native: customerId, reference: { entity: customer, stream: customers } }
  - canonical: lines
    native: lines
    list: { key: { canonical: lineId, native: line } }
    rules:
      - { canonical: lineNo, native: line, transform: { integer: { as: text } } }
      - { canonical: itemSnapshot.skuCode, native: sku, transform: code }
      - { canonical: itemSnapshot.name, native: name }
      - { canonical: quantity, native: quantity, transform: { quantity: { unit: C62 } } }
      - { canonical: unitPrice, native: unitPrice, transform: money }
      - { canonical: taxRate, native: taxRate, transform: percent-rate, default: '0.13' }
`;

/** An order of a book. */
export function bookOrder(number: string, customerId: string): Record<string, unknown> {
  const line = { line: '1', sku: 'TEA', name: 'Tea', quantity: '2', unitPrice: '10.00', taxRate: '13' };
  return { id: `o-${number}`, number, date: '2026-11-20', customerId, lines: [line] };
}

async function callApi<Body>(
  url: string,
  path: string,
  init: { readonly method?: string; readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<BookAnswer<Body>> {
  const answer = await fetch(`${url}${path}`, {
    method: init.method ?? 'GET',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...init.headers,
    },
    ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Body, headers: answer.headers };
}

async function command(url: string, line: string): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(line.split(' '), {
    environment: { ISTHMUS_URL: url, ISTHMUS_API_KEY: API_KEY },
    folder: process.cwd(),
    isInteractive: false,
    hasColours: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

const OPEN_WORK = `
  select (select count(*) from change where state in ('pending', 'fetch'))
       + (select count(*) from change where state = 'waiting' and waiting_on like 'create|%')
       + (select count(*) from replica where state = 'pending' and failure->>'code' is distinct from 'delivery.under-review')
       + (select count(*) from replica where state = 'blocked' and failure->>'code' = 'delivery.unconfirmed'
            and entity not in (select entity from flow where awaits_since is not null))
       + (select count(*) from cursor where lease_until is not null and lease_until > clock_timestamp())`;

async function untilDone(
  rows: (sql: string) => Promise<object[]>,
  count: (sql: string) => Promise<number>,
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
    60_000,
    explain,
  );
}
