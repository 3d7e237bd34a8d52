import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { readStream } from '@isthmus/stages';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../apps/hub/src/start-hub.js';
import { startSandbox } from '../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../apps/sandbox/src/sandbox.js';
import { until } from './demo-hub.js';
import { testLedger } from './ledger.js';
import type { TestLedger } from './ledger.js';

const API_KEY = 'test-key-0123456789abcdef';

/** A document of a side. */
export interface SideRow {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A comparison as the API shows it. */
export interface RunAnswer {
  readonly id: string;
  readonly state: string;
  readonly repairState: string;
  readonly cause: string;
  readonly counts: {
    readonly rows: number;
    readonly compared: number;
    readonly inStep: number;
    readonly held: number;
    readonly differences: number;
    readonly causes: Readonly<Record<string, number>>;
    readonly actions: Readonly<Record<string, number>>;
    readonly streams: readonly { readonly emptyListing: boolean }[];
  };
  readonly repairCounts: { readonly applied: number; readonly stale: number; readonly skipped: number };
}

/** An answer of the API, in the parts that tests look at; an answer that is no JSON object is `text` alone. */
export interface SidesAnswer extends RunAnswer {
  readonly text: string;
  readonly code?: string;
  readonly next: string | null;
  readonly items: readonly (RunAnswer & DifferenceAnswer & { readonly held: number })[];
  readonly flows: readonly { readonly drift: object | null }[];
}

/** A difference as the API shows it. */
export interface DifferenceAnswer {
  readonly connectionId: string;
  readonly nativeId: string;
  readonly cause: string;
  readonly detail: string;
  readonly action: string;
  readonly fields: readonly string[];
}

/** How a test sets a side up. */
export interface Side {
  readonly direction?: 'both' | 'in' | 'out';
  /** False = its objects cannot be fetched by id. @default true */
  readonly fetch?: boolean;
}

/** A hub between plain JSON systems that are read and written. Nothing is told and nothing polled but when a test says so. */
export interface TwoSides {
  readonly sandbox: Sandbox;
  /** The hub as it runs now: another one after a restart. */
  readonly hub: RunningHub;
  readonly ledger: TestLedger;
  /** Documents of a side, by number. */
  rows(side: string): Map<string, SideRow>;
  /** A person's edit in a side: nobody tells the hub. */
  edit(side: string, change: { id?: string; set?: object; remove?: boolean }): SideRow;
  /** Has the hub read what changed in a side, without waiting for what follows. */
  read(side: string): Promise<void>;
  /** Has the hub read what changed in a side, and waits until it is merged and delivered. */
  poll(side: string): Promise<void>;
  api(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{ status: number; body: SidesAnswer }>;
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  settled(): Promise<void>;
  /** Compares and waits for the end; repairs by the plan with `repair`. */
  compare(order: object): Promise<RunAnswer>;
  repair(runId: string): Promise<RunAnswer>;
  /** Stops the hub, lets something happen while it is away, and starts it again. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

/** Starts sandbox, ledger and hub; `before` fills the sides before the hub reads them. */
export async function startTwoSides(options: {
  readonly policy?: object;
  readonly sides?: { readonly [name: string]: Side };
  readonly before?: (sandbox: Sandbox) => void;
}): Promise<TwoSides> {
  const ledger = await testLedger();
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-sides-'));
  const sandbox = await startSandbox({ limits: false });
  options.before?.(sandbox);
  const sides = options.sides ?? { left: {}, right: {} };
  const configFile = writeConfiguration(folder, sandbox.port, sides, options.policy ?? {});
  const start = (): Promise<RunningHub> =>
    startHub(
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
  let hub = await start();
  const query = <Row>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const api: TwoSides['api'] = async (path, init = {}) => {
    const answer = await fetch(`${hub.url}${path}`, {
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
      body: { ...(text.startsWith('{') && (JSON.parse(text) as object)), text } as SidesAnswer,
    };
  };
  const ended = async (id: string, name: 'state' | 'repairState'): Promise<RunAnswer> => {
    let run: RunAnswer | undefined;
    await until(
      async () => {
        run = (await api(`/api/v1/reconcile-runs/${id}`)).body;
        return run[name] !== 'running';
      },
      `run ${id} ended`,
      60_000,
    );
    if (!run) throw new Error(`run ${id} was not read`);
    return run;
  };
  const reading = Object.values(sides).filter((side) => side.direction !== 'out').length;
  const settled = (): Promise<void> => untilSettled(query, reading);
  await settled();
  return {
    sandbox,
    get hub() {
      return hub;
    },
    ledger,
    query,
    api,
    settled,
    rows: (side) => new Map((sandbox.rest.records(side) as SideRow[]).map((row) => [String(row['number']), row])),
    edit: (type, { id, set, remove }) =>
      sandbox.rest.edit({
        type,
        ...(id !== undefined && { id }),
        ...(set && { set: set as never }),
        ...(remove && { remove }),
      }) as SideRow,
    read: async (connectionId) => {
      await readStream(hub.runtime.context, { connectionId, stream: 'people', purpose: 'changes', force: true });
    },
    poll: async (connectionId) => {
      await readStream(hub.runtime.context, { connectionId, stream: 'people', purpose: 'changes', force: true });
      await settled();
    },
    compare: async (order) => {
      const started = await api('/api/v1/reconcile-runs', { method: 'POST', body: order });
      if (started.status !== 202) throw new Error(`not started: ${started.status} ${JSON.stringify(started.body)}`);
      return ended(started.body.id, 'state');
    },
    repair: async (runId) => {
      const begun = await api(`/api/v1/reconcile-runs/${runId}/repair`, { method: 'POST' });
      if (begun.status !== 202) throw new Error(`not begun: ${begun.status} ${JSON.stringify(begun.body)}`);
      const run = await ended(runId, 'repairState');
      await settled();
      return run;
    },
    restart: async (meanwhile) => {
      await hub.stop();
      await meanwhile();
      hub = await start();
    },
    stop: async () => {
      await hub.stop();
      await sandbox.close();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const MAPPING = `
mapping: 1
stream: people
entity: customer
title: { en: People, zh: 客户 }
lookups:
  stage: { new: lead, buyer: customer }
rules:
  - { canonical: kind, constant: organization }
  - { canonical: displayName, native: name }
  - { canonical: organization.legalName, native: name, direction: in }
  - { canonical: customerNumber, native: number }
  - { canonical: 'contactPoints[kind=email].value', native: email, transform: email, canonicalExtras: { isPrimary: true } }
  - { canonical: lifecycleStage, native: stage, transform: { enum: { table: stage } } }
  - { canonical: note, native: note }
`;

function writeConfiguration(
  folder: string,
  port: number,
  sides: { readonly [name: string]: Side },
  policy: object,
): string {
  writeFileSync(join(folder, 'people.yaml'), MAPPING);
  const connections = Object.entries(sides).map(([id, { fetch = true }]) => ({
    id,
    connector: 'rest',
    settings: {
      baseUrl: `http://127.0.0.1:${port}/rest`,
      auth: { kind: 'bearer' },
      token: 'sandbox-rest-token',
      limits: { requestsPerSecond: 1_000, burst: 1_000, concurrency: 8, timeoutMs: 5_000 },
      streams: { people: people(id, fetch) },
    },
    mappings: { people: './people.yaml' },
    environment: { allowHosts: [`127.0.0.1:${port}`] },
  }));
  const members = Object.entries(sides).map(([connection, { direction = 'both' }]) => ({
    connection,
    streams: ['people'],
    direction,
  }));
  const flow = {
    id: 'people',
    entity: 'customer',
    members,
    policy: { match: { customerNumber: 'strong' }, reconcile: { every: false, afterOutage: false }, ...policy },
  };
  const file = join(folder, 'isthmus.yaml');
  writeFileSync(file, JSON.stringify({ connections, flows: [flow] }, null, 1));
  return file;
}

function people(collection: string, fetch: boolean): object {
  return {
    title: { en: collection, zh: collection },
    schema: { type: 'object' },
    key: 'id',
    modifiedAt: 'updatedAt',
    version: 'version',
    read: {
      path: `/${collection}`,
      rowsAt: 'items',
      paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 50 },
      since: { param: 'updatedSince', overlapSeconds: 1 },
      pollSeconds: 86_400,
    },
    ...(fetch && { fetch: { path: `/${collection}/{id}` } }),
    write: {
      create: { path: `/${collection}`, idAt: 'id', storedAt: '' },
      update: { path: `/${collection}/{id}`, storedAt: '' },
      remove: { path: `/${collection}/{id}` },
      idempotency: { header: 'Idempotency-Key' },
      concurrency: 8,
    },
  };
}

/** A person of a side. */
export function person(number: number, more: object = {}): object {
  const padded = String(number).padStart(4, '0');
  return {
    number: `N${padded}`,
    name: `客户 ${padded}`,
    email: `n${padded}@example.com`,
    stage: 'new',
    note: 'first',
    ...more,
  };
}

const OPEN_WORK = `
  select ((select count(*) from change where state in ('pending', 'fetch'))
       + (select count(*) from replica where state = 'pending')
       + (select count(*) from cursor where lease_until is not null and lease_until > clock_timestamp()))::int as open,
    (select count(*) from cursor where finished_at is not null and purpose = 'changes')::int as read`;

async function untilSettled(query: <Row>(sql: string) => Promise<Row[]>, reading: number): Promise<void> {
  let quiet = 0;
  await until(
    async () => {
      const [row] = await query<{ open: number; read: number }>(OPEN_WORK);
      quiet = row?.open === 0 && row.read >= reading ? quiet + 1 : 0;
      return quiet >= 5;
    },
    'all work is done',
    45_000,
    async () =>
      JSON.stringify(
        await query(
          `select 'change' as what, connection_id, stream, state, reason::text as why, count(*)::int from change group by 1, 2, 3, 4, 5
           union all select 'replica', connection_id, stream, state, failure::text, count(*)::int from replica group by 1, 2, 3, 4, 5`,
        ),
        null,
        1,
      ),
  );
}
