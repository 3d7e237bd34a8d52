import type { AddressInfo } from 'node:net';
import { insertChanges } from '@isthmus/ledger';
import type { AnswerBody } from './answer-body.js';
import { call, faultsOf, KEY, startHubApi, storeConnections, storePerson } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(async () => {
  await api.clean();
  await storeConnections(api);
});
afterAll(() => api.close());

const status = async (): Promise<AnswerBody> => (await call(api, 'GET', '/api/v1/status')).body;
const codes = (body: { reasons: { verdict: string; code: string }[] }): string[] =>
  body.reasons.map((reason) => `${reason.verdict} ${reason.code}`);

async function storeReplica(
  state: string,
  over: { failure?: object; attempts?: number; blockedOn?: string } = {},
): Promise<void> {
  const record = await storePerson(api, 'Somebody');
  await api.sql.query(
    `insert into replica (record_id, connection_id, entity, stream, desired_version, state, attempts, failure, blocked_on, behind_since, due_at)
     values ($1, 'erp', 'customer', 'contacts', 1, $2, $3, $4, $5, $6, $6)`,
    [
      record.id,
      state,
      over.attempts ?? 0,
      JSON.stringify(over.failure ?? null),
      over.blockedOn ?? null,
      api.clock.now(),
    ],
  );
}

describe('the status', () => {
  it('is ok, and as described, when nothing is owed', async () => {
    const body = await status();
    expect(faultsOf('Status', body)).toEqual([]);
    expect([body.verdict, body.reasons, body.words]).toEqual(['ok', [], []]);
    expect(body.connections.map((row) => row.id)).toEqual(['crm', 'erp']);
  });

  it('stays ok while work is on its way, and fails when it is stuck', async () => {
    await storeReplica('pending');
    const fresh = await status();
    expect([fresh.verdict, fresh.connections[1].backlog.due, fresh.words[0].en]).toEqual([
      'ok',
      1,
      '1 customer on the way to ERP, the oldest for 0 s.',
    ]);
    await api.clock.advance(720_000);
    const late = await status();
    expect([late.verdict, codes(late), late.connections[1].oldestUnsyncedSeconds]).toEqual([
      'failing',
      ['failing delivery.stuck'],
      720,
    ]);
    expect(late.reasons[0].message.en).toBe('The oldest change for ERP waits 12 min.');
  });

  it.each([
    [
      'a dead replica',
      (): Promise<void> => storeReplica('dead', { failure: { code: 'x' } }),
      'attention delivery.dead',
    ],
    [
      'a failing delivery',
      (): Promise<void> => storeReplica('pending', { attempts: 2 }),
      'attention delivery.retrying',
    ],
    [
      'a paused connection',
      async (): Promise<void> => void (await call(api, 'POST', '/api/v1/connections/erp/pause')),
      'attention connection.paused',
    ],
    [
      'refused credentials',
      async (): Promise<void> =>
        void (await api.sql.query(`update connection set state = 'needs-auth' where id = 'erp'`)),
      'failing connection.needs-auth',
    ],
    [
      'a stopped stream',
      async (): Promise<void> =>
        void (await api.sql.query(
          `insert into cursor (connection_id, stream, purpose, state, failure) values ('erp', 'contacts', 'changes', 'stopped', '{"code":"x"}')`,
        )),
      'failing stream.stopped',
    ],
    [
      'a read that failed once',
      async (): Promise<void> =>
        void (await api.sql.query(
          `insert into cursor (connection_id, stream, purpose, attempts, failure) values ('erp', 'contacts', 'changes', 1, '{"code":"x"}')`,
        )),
      'attention stream.failing',
    ],
  ])('is never green with %s', async (_, arrange, code) => {
    await arrange();
    const body = await status();
    expect(faultsOf('Status', body)).toEqual([]);
    expect([body.verdict === 'ok', codes(body)]).toEqual([false, [code]]);
    expect(body.connections.find((row) => row.id === 'erp')?.verdict).not.toBe('ok');
    expect(body.connections.find((row) => row.id === 'crm')?.verdict).toBe('ok');
  });

  it.each(['rejected', 'review', 'waiting', 'dead'])('counts %s changes for their flow and says so', async (state) => {
    const change = {
      connectionId: 'crm',
      stream: 'contacts',
      entity: 'customer',
      nativeId: '1',
      kind: 'upsert' as const,
      origin: 'webhook' as const,
      lane: 0,
    };
    await insertChanges(api.database, api.clock.now(), [
      { ...change, raw: '{}', eventKey: undefined, sourceAt: undefined },
    ]);
    await api.sql.query(`update change set state = $1`, [state]);
    const body = await status();
    expect([
      body.verdict,
      body.flows[0].verdict,
      body.flows[0].changes[state],
      body.connections[0].changes[state],
    ]).toEqual(['attention', 'attention', 1, 1]);
  });

  it('says in business words what waits for whom, with names masked', async () => {
    const missing = await storePerson(api, '王小明');
    for (let index = 0; index < 3; index += 1) await storeReplica('blocked', { blockedOn: missing.id });
    await api.clock.advance(720_000);
    const body = await status();
    expect(body.words[0]).toEqual({
      en: '3 customer wait 12 min for customer 王*** to exist in ERP.',
      zh: '3 条客户等待客户“王***”先在 ERP 中建立，已等待 12 分钟。',
    });
    expect(JSON.stringify(body)).not.toContain('王小明');
  });

  it('is streamed as server-sent events to who has a key', async () => {
    await api.app.listen(0, '127.0.0.1');
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/status/stream`;
    expect((await fetch(url)).status).toBe(401);
    const abort = new AbortController();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${KEY}` }, signal: abort.signal });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk);
      if (text.split('event: status').length > 2 && text.endsWith('\n\n')) break;
    }
    abort.abort();
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? '';
    expect(faultsOf('Status', JSON.parse(data))).toEqual([]);
  });
});

describe('a status stream', () => {
  it('ends when the hub shuts down, so that the hub can', async () => {
    const own = await startHubApi();
    await own.app.listen(0, '127.0.0.1');
    const { port } = own.app.getHttpServer().address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/status/stream`, { headers: { 'x-api-key': KEY } });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect((await reader.read()).done).toBe(false);
    await own.close();
    let ended = false;
    while (!ended) ended = (await reader.read()).done;
    expect(ended).toBe(true);
  });
});

describe('connections and flows', () => {
  it('are listed as described', async () => {
    const connections = await call(api, 'GET', '/api/v1/connections?limit=1');
    expect(faultsOf('ConnectionPage', connections.body)).toEqual([]);
    expect((await call(api, 'GET', connections.body.next)).body.items[0].id).toBe('erp');
    expect(faultsOf('FlowPage', (await call(api, 'GET', '/api/v1/flows')).body)).toEqual([]);
    expect(faultsOf('StreamList', (await call(api, 'GET', '/api/v1/connections/crm/streams')).body)).toEqual([]);
    expect(faultsOf('MappingVersionPage', (await call(api, 'GET', '/api/v1/mappings')).body)).toEqual([]);
    expect(faultsOf('ConnectionTest', (await call(api, 'POST', '/api/v1/connections/crm/test')).body)).toEqual([]);
    expect((await call(api, 'POST', '/api/v1/connections/nobody/test')).status).toBe(404);
  });

  it('are paused with a reason and resumed, once each in the audit', async () => {
    const paused = await call(api, 'POST', '/api/v1/connections/crm/pause', { body: { reason: 'Stocktaking.' } });
    expect([paused.status, paused.body.state, paused.body.stateReason.message.en]).toEqual([
      200,
      'paused',
      'Paused by ISTHMUS_API_KEY. Stocktaking.',
    ]);
    await call(api, 'POST', '/api/v1/connections/crm/pause');
    const resumed = await call(api, 'POST', '/api/v1/connections/crm/resume');
    expect([resumed.body.state, resumed.body.stateReason]).toEqual(['active', null]);
    expect(api.hints).toEqual([
      { kind: 'fetch', key: 'crm' },
      { kind: 'deliver', key: 'crm' },
    ]);
    const flow = await call(api, 'POST', '/api/v1/flows/customers/pause');
    expect([flow.body.state, (await call(api, 'POST', '/api/v1/flows/customers/resume')).body.state]).toEqual([
      'paused',
      'active',
    ]);
    const audit = await call(api, 'GET', '/api/v1/audit?limit=2');
    expect(faultsOf('AuditPage', audit.body)).toEqual([]);
    const rest = await call(api, 'GET', audit.body.next);
    const actions = [...audit.body.items, ...rest.body.items].map((entry) => entry.action);
    expect(actions).toEqual(['flow.resume', 'flow.pause', 'connection.resume', 'connection.pause']);
  });

  it('start reads and reconcile runs in the background', async () => {
    const read = await call(api, 'POST', '/api/v1/connections/crm/streams/contacts/read', {
      body: { purpose: 'backfill' },
    });
    expect([read.status, read.headers['location'], api.reads]).toEqual([
      202,
      '/api/v1/connections/crm/streams',
      ['crm/contacts/backfill'],
    ]);
    const wrong = await call(api, 'POST', '/api/v1/connections/crm/streams/deals/read', {
      body: { purpose: 'backfill' },
    });
    expect([wrong.status, wrong.body.code]).toEqual([409, 'stream.not-readable']);
    const run = await call(api, 'POST', '/api/v1/reconcile-runs', {
      body: { connectionId: 'crm', stream: 'contacts' },
      headers: { 'idempotency-key': 'run' },
    });
    expect([run.status, run.body.mode, run.headers['location']]).toEqual([
      202,
      'plan',
      `/api/v1/reconcile-runs/${run.body.id}`,
    ]);
    expect(
      faultsOf('ReconcileRunPage', (await call(api, 'GET', '/api/v1/reconcile-runs?connection=crm')).body),
    ).toEqual([]);
    const repeated = await call(api, 'POST', '/api/v1/reconcile-runs', {
      body: { connectionId: 'crm', stream: 'contacts' },
      headers: { 'idempotency-key': 'run' },
    });
    expect(repeated.body.id).toBe(run.body.id);
  });
});

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and names every schema that it refers to', async () => {
    const { status: code, body, text } = await call(api, 'GET', '/openapi.json');
    expect([code, body.openapi, body.info.title]).toEqual([200, '3.1.0', 'Isthmus']);
    const wanted = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((found) => found[1]!));
    expect([...wanted].filter((name) => !(name in body.components.schemas))).toEqual([]);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/records/{id}',
        '/api/v1/dead-letters/replay',
        '/api/v1/status',
        '/health/ready',
      ]),
    );
    expect(body.paths['/api/v1/records']?.get.parameters.map((parameter) => parameter.name).sort()).toEqual(
      ['cursor', 'entity', 'limit', 'q', 'status', 'updatedSince'].sort(),
    );
    expect(body.paths['/api/v1/api-keys']?.post.requestBody.content['application/json']?.schema.$ref).toBe(
      '#/components/schemas/CreateApiKey',
    );
  });

  it('has a page', async () => {
    const { status: code, text } = await call(api, 'GET', '/docs');
    expect([code, text.includes('swagger-ui')]).toEqual([200, true]);
  });
});
