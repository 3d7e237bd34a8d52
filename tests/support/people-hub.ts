import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../apps/hub/src/start-hub.js';
import { until } from './demo-hub.js';
import { testLedger } from './ledger.js';
import type { TestLedger } from './ledger.js';
import { openMappingLandscape } from './mapping-landscape.js';
import type { MappingLandscape } from './mapping-landscape.js';

const KEY = 'test-key-0123456789abcdef';

/** A connection of the configuration file, as far as tests change it. */
export interface PeopleConnection {
  readonly id: string;
  readonly settings: { limits?: object; streams: { people: Record<string, unknown> } };
  maintenance?: readonly object[];
}

/** What a test may want different. */
export interface PeopleHubOptions {
  /** Text of `people.yaml`, the mapping of both sides. */
  readonly mapping?: string;
  /** Changes a connection of the configuration. */
  readonly change?: (connection: PeopleConnection) => void;
}

/** An answer of the HTTP API. */
export interface PeopleAnswer<Body> {
  readonly status: number;
  readonly body: Body & { readonly code?: string };
}

/** Two systems that keep people, and a hub between them, all in this process. */
export interface PeopleHub {
  readonly landscape: MappingLandscape;
  readonly ledger: TestLedger;
  /** The hub that runs now. */
  readonly hub: RunningHub;
  /** Lines that the hub logged. */
  readonly logged: readonly string[];
  api<Body = object>(method: string, path: string, body?: object): Promise<PeopleAnswer<Body>>;
  rows<Row extends object>(sql: string): Promise<Row[]>;
  count(sql: string): Promise<number>;
  /** Resolves when nothing is pending. */
  settled(timeoutMs?: number): Promise<void>;
  /** Stops the hub and starts it again over the same ledger and systems. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts systems, ledger and hub; `left` holds the given people. */
export async function startPeopleHub(people: readonly object[], options: PeopleHubOptions = {}): Promise<PeopleHub> {
  const ledger = await testLedger();
  const landscape = await openMappingLandscape(people);
  if (options.mapping !== undefined) writeFileSync(join(landscape.folder, 'people.yaml'), options.mapping);
  const configuration = JSON.parse(readFileSync(landscape.configFile, 'utf8')) as { connections: PeopleConnection[] };
  for (const connection of configuration.connections) options.change?.(connection);
  writeFileSync(landscape.configFile, JSON.stringify(configuration));
  const logged: string[] = [];
  const start = (): Promise<RunningHub> =>
    startHub(
      {
        port: 0,
        dataDir: landscape.folder,
        role: 'all',
        logLevel: 'silent',
        apiKey: KEY,
        databaseUrl: ledger.url,
        configFile: landscape.configFile,
        host: '127.0.0.1',
      },
      {
        connectors,
        logger: createLogger({ level: 'warn', destination: { write: (line: string) => void logged.push(line) } }),
        environment: {},
      },
    );
  let hub = await start();
  const rows = <Row extends object>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const count = async (sql: string): Promise<number> => Number(Object.values((await rows(sql))[0] ?? {})[0]);
  const open = `select (select count(*) from change where state in ('pending', 'fetch')) + (select count(*) from replica where state = 'pending')`;
  const explain = `select connection_id, stream, state, failure, count(*)::int from replica group by 1, 2, 3, 4`;
  return {
    landscape,
    ledger,
    get hub() {
      return hub;
    },
    logged,
    rows,
    count,
    api: async (method, path, body) => {
      const answer = await fetch(`${hub.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${KEY}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as never };
    },
    settled: async (timeoutMs = 45_000) => {
      let quiet = 0;
      await until(
        async () => (quiet = (await count(open)) === 0 ? quiet + 1 : 0) >= 5,
        'all work is done',
        timeoutMs,
        async () => JSON.stringify(await rows(explain)),
      );
    },
    restart: async () => {
      await hub.stop();
      hub = await start();
    },
    stop: async () => {
      await hub.stop();
      await landscape.close();
      await ledger.close();
    },
  };
}
