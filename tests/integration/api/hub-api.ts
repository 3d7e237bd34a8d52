import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { components } from '@isthmus/api-contract';
import type { ComponentName } from '@isthmus/api-contract';
import { entityDefinition, newRecordId } from '@isthmus/canonical';
import { mergePlan } from '@isthmus/decide';
import { Database, ensureFirstApiKey, insertRecords } from '@isthmus/ledger';
import type { StoredRecord } from '@isthmus/ledger';
import { loadMapping } from '@isthmus/mapping';
import { createLogger } from '@isthmus/platform';
import type { Work } from '@isthmus/queue';
import type { LiveConnection, StreamBinding, Topology } from '@isthmus/stages';
import { Client } from 'pg';
import { ApiModule, prepareApi } from '../../../apps/hub/src/api/api.module.js';
import type { ApiDependencies } from '../../../apps/hub/src/api/dependencies.js';
import { testDatabase } from '../../support/database.js';
import type { TestDatabase } from '../../support/database.js';
import { FakeClock } from '../../support/fake-clock.js';
import type { AnswerBody } from './answer-body.js';

export const KEY = 'test-key-0123456789abcdef';

const MAPPING = `
mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
`;

const shipped = {
  id: 'test/contacts',
  file: 'mappings/test/contacts.yaml',
  document: MAPPING,
  origin: 'file',
} as const;

/** The one stream that has a mapping here: contacts of crm. */
const mappingInput: ApiDependencies['mappings']['input'] = (id, stream, document) => {
  if (id !== 'crm' || stream !== 'contacts') return undefined;
  const text = typeof document === 'string' ? document : document.document;
  const nativeSchema = { type: 'object', properties: { name: { type: 'string' }, email: { type: 'string' } } };
  return {
    input: { file: 'crm/contacts.yaml', id: 'test/contacts', text, nativeSchema },
    environment: { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} },
  };
};

/** The API over a real database, with a stand-in for the running hub around it. */
export interface HubApi {
  readonly app: NestFastifyApplication;
  readonly database: Database;
  readonly sql: Client;
  readonly clock: FakeClock;
  readonly hints: Work[];
  readonly reads: string[];
  readonly logged: string[];
  readonly deps: ApiDependencies;
  clean(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the API. The hub's parts that it asks for are told to work. */
export async function startHubApi(): Promise<HubApi> {
  const test: TestDatabase = await testDatabase({
    name: 'api',
    migrate: async (url) => (await Database.open({ url, poolSize: 2 })).close(),
  });
  const database = await Database.open({ url: test.url, poolSize: 4 });
  const sql = new Client({ connectionString: test.url });
  await sql.connect();
  const clock = new FakeClock('2026-11-23T08:00:00.000Z');
  const hints: Work[] = [];
  const reads: string[] = [];
  const logged: string[] = [];
  const deps: ApiDependencies = {
    database,
    queue: {
      hint: (work) => void hints.push(work),
      process: () => undefined,
      start: () => Promise.resolve(),
      pause: () => Promise.resolve(),
      resume: () => Promise.resolve(),
      depth: () => Promise.resolve({ merge: NO_DEPTH, deliver: NO_DEPTH, fetch: NO_DEPTH }),
      healthy: () => true,
      close: () => Promise.resolve(),
    },
    topology: { current: () => topology() },
    connections: {
      test: (id) =>
        Promise.resolve(
          id === 'crm' ? [{ step: 'credentials', ok: true, message: { en: 'Accepted.', zh: '通过。' } }] : undefined,
        ),
      secretNames: () => Promise.resolve(['token']),
    },
    mappings: {
      streams: (id) => (id === 'crm' ? ['contacts'] : undefined),
      beneath: (id) => (id === 'crm' ? shipped : undefined),
      beneathHash: () => '',
      load: (id, stream, document) => {
        const found = mappingInput(id, stream, document);
        return found && loadMapping(found.input);
      },
      input: mappingInput,
      step: () => Promise.resolve('ended'),
    },
    clock,
    log: createLogger({ level: 'debug', destination: { write: (line: string) => void logged.push(line) } }),
    version: '0.1.0',
    configurationFaults: () => [],
    readiness: () => Promise.resolve([{ name: 'postgresql', ok: true }]),
    metrics: () =>
      Promise.resolve('# HELP isthmus_seen_total Seen\n# TYPE isthmus_seen_total counter\nisthmus_seen_total 3\n'),
    readNow: (connectionId, stream, purpose) => {
      reads.push(`${connectionId}/${stream}/${purpose}`);
      return Promise.resolve({ ran: true, rows: 0, stored: 0 });
    },
    repair: () => Promise.resolve(false),
    reconcile: async ({ connectionId, stream, repair }) => {
      const { rows } = await sql.query<{ id: string }>(
        `insert into reconcile_run (connection_id, stream, state, mode, started_at) values ($1, $2, 'running', $3, $4) returning id`,
        [connectionId, stream, repair ? 'repair' : 'plan', clock.now()],
      );
      return { runId: rows[0]!.id };
    },
    configurationChanged: () => Promise.resolve(),
  };
  const app = await NestFactory.create<NestFastifyApplication>(
    ApiModule.register(deps),
    new FastifyAdapter({ genReqId: () => randomUUID(), forceCloseConnections: 'idle' }),
    { bodyParser: false, logger: false },
  );
  prepareApi(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const clean = async (): Promise<void> => {
    await test.clean();
    hints.length = 0;
    reads.length = 0;
    await ensureFirstApiKey(database, KEY);
  };
  const close = async (): Promise<void> => {
    await app.close();
    await sql.end();
    await database.close();
    await test.close();
  };
  await clean();
  return { app, database, sql, clock, hints, reads, logged, deps, clean, close };
}

const NO_DEPTH = { waiting: 0, running: 0, paused: false };

function topology(): Topology {
  const { compiled } = loadMapping({ file: 'contacts.yaml', text: MAPPING, id: 'crm/contacts' });
  if (!compiled) throw new Error('the mapping of the test is wrong');
  const binding = (connectionId: string): StreamBinding => ({
    connectionId,
    name: 'contacts',
    stream: {
      title: { en: 'Contacts', zh: '联系人' },
      schema: { type: 'object' },
      key: (row) => (typeof row['id'] === 'string' ? row['id'] : ''),
      async *read() {
        yield await Promise.resolve({ rows: [], cursor: null });
      },
    },
    entity: 'customer',
    mapping: compiled,
    mappingVersion: 1,
    reads: true,
    writes: true,
    creates: true,
  });
  const definition = entityDefinition('customer');
  const targets = new Map(['crm', 'erp'].map((id) => [id, [binding(id)]]));
  const connection = (id: string): LiveConnection =>
    ({
      id,
      environment: { timeZone: 'UTC', currency: 'CNY', country: 'CN', lookups: {} },
      streams: new Map([['contacts', binding(id)]]),
    }) as unknown as LiveConnection;
  return {
    connections: new Map(['crm', 'erp'].map((id) => [id, connection(id)])),
    flows: new Map([
      [
        'customer',
        {
          flowId: 'customers',
          definition,
          plan: mergePlan(definition.schema as never),
          policies: { default: { resolve: 'latest' }, fields: {} },
          deletes: 'archive',
          deleteRules: { revive: 'review', brake: { count: 50, share: 0.1, windowMinutes: 60 }, detect: false },
          reconcile: { everyMs: undefined, repair: false, afterOutageMs: undefined },
          match: {},
          targets,
        },
      ],
    ]),
  };
}

/** One request with the right key unless another (or none) is given. */
export async function call(
  api: HubApi,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string>; readonly key?: string | null } = {},
): Promise<{ status: number; body: AnswerBody; headers: Record<string, string>; text: string }> {
  const { key = KEY, body, headers = {} } = options;
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const answer = await api.app.inject({
    method,
    url,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
  });
  const isJson = String(answer.headers['content-type'] ?? '').includes('json');
  return {
    status: answer.statusCode,
    body: (isJson ? answer.json() : {}) as AnswerBody,
    headers: answer.headers as Record<string, string>,
    text: answer.body,
  };
}

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });

/** What the contract has to say against an answer; empty = it is as described. */
export function faultsOf(name: ComponentName, value: unknown): string[] {
  const validate = ajv.compile(components[name]);
  validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** A stored person. */
export async function storePerson(
  api: HubApi,
  displayName: string,
  over: Partial<StoredRecord> = {},
): Promise<StoredRecord> {
  const now = api.clock.now();
  const record: StoredRecord = {
    id: newRecordId(),
    entity: 'customer',
    version: 1,
    status: 'active',
    body: { kind: 'person', displayName, person: { fullName: displayName } },
    provenance: {
      sources: [{ connectionId: 'crm', changeId: '1', at: now.toISOString(), mappingVersion: '1' }],
      fields: { '': 0 },
    },
    changeId: '1',
    connectionId: 'crm',
    mappingVersion: 1,
    sourceUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
    ...over,
  };
  await insertRecords(api.database, [record]);
  return record;
}

/** Two connections and a flow between them. */
export async function storeConnections(api: HubApi): Promise<void> {
  await api.sql.query(`
    insert into connection (id, connector, title, settings, secrets, state_since) values
      ('crm', 'hubspot', 'CRM', '{"portalId":"1"}', 'v1.sealed.CANARY-SECRET', '2026-11-23T07:00:00Z'),
      ('erp', 'kingdee-xingchen', 'ERP', '{}', null, '2026-11-23T07:00:00Z');
    insert into flow (id, entity, members, policy) values ('customers', 'customer', '[{"connection":"crm"},{"connection":"erp"}]', '{}');
    insert into mapping_version (mapping, hash, document, origin) values ('crm/contacts', 'h', 'mapping: 1', 'file');
  `);
}
