import { Writable } from 'node:stream';
import { createLogger } from '@isthmus/platform';
import { until } from '../support/demo-hub.js';
import { SHOP_SECRET, startRestHub } from '../support/rest-hub.js';
import type { Document, RestHub } from '../support/rest-hub.js';

jest.setTimeout(90_000);

const CANARY = 'canary-5f1e2d-never-seen';
const API_KEY = 'test-key-0123456789abcdef';
const customer = (number: number): Document => ({
  id: `c${number}`,
  number: `N-${number}`,
  name: `客户 ${number}`,
  email: `c${number}@example.com`,
});

/** A secret as it may leak: plain, in Base64, percent-encoded, as bytes in hexadecimal. */
const forms = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(secret),
  Buffer.from(secret).toString('hex'),
];

describe('S10 secrets', () => {
  const lines: string[] = [];
  let rest: RestHub;
  beforeAll(async () => {
    const destination = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    rest = await startRestHub({
      targetSettings: { auth: { kind: 'bearer' }, token: CANARY },
      hub: { logger: createLogger({ level: 'trace', destination }) },
      before: (sandbox) => sandbox.rest.configure({ settings: { auth: 'bearer', token: CANARY } }),
      shopSettings: { token: CANARY, previousWebhookSecret: `${CANARY}-webhook` },
    });
    await traffic();
  });
  afterAll(() => rest?.stop());

  /** What works, and every kind of what does not: refusals, echoing error bodies, cuts, wrong credentials. */
  async function traffic(): Promise<void> {
    const { faults } = rest.sandbox.rest;
    const echo = {
      error: { message: `bad token ${CANARY}`, field: CANARY },
      authorization: `Bearer ${CANARY}`,
      token: CANARY,
    };
    for (let number = 1; number <= 5; number += 1) await rest.tellCustomer(customer(number));
    await rest.settled();
    expect(rest.documents('store')).toHaveLength(5);
    faults.add({ match: { path: '/store', kind: 'write' }, status: 422, body: echo, times: 1 });
    await rest.tellCustomer(customer(6));
    await until(
      async () => (await rest.count(`select count(*) from replica where state = 'dead'`)) === 1,
      'one is refused',
    );
    faults.add({ match: { path: '/store', kind: 'write' }, status: 500, body: echo, times: 1 });
    await rest.tellCustomer(customer(7));
    faults.add({ match: { path: '/store', kind: 'write' }, dropAfterCommit: 1 });
    await rest.tellCustomer(customer(8));
    faults.add({ match: { path: '/store', kind: 'write' }, errorBodyWith200: echo, times: 1 });
    await rest.tellCustomer(customer(9));
    await rest.settled();
    await rest.send('{}', { secret: `${CANARY}-wrong` });
    await rest.send(`{"type":"x","token":"${CANARY}"`, {});
    await rest.api('/api/v1/status', { headers: { authorization: `Bearer ${CANARY}` } });
    await rest.api('/api/v1/connections/store/test', { method: 'POST' });
    faults.add({ match: { path: '/store', kind: 'write' }, status: 401, body: echo, times: 1 });
    await rest.tellCustomer(customer(10));
    await until(
      async () =>
        (await rest.count(`select count(*) from connection where id = 'store' and state = 'needs-auth'`)) === 1,
      'the connection is paused',
    );
  }

  const everySecret: readonly (readonly [string, string])[] = [
    ['a token of a connection', CANARY],
    ['a webhook secret', SHOP_SECRET],
    ['the API key', API_KEY],
  ];

  function expectClean(where: string, text: string): void {
    for (const [what, secret] of everySecret)
      for (const form of forms(secret)) expect([where, what, text.includes(form)]).toEqual([where, what, false]);
  }

  it('S10 stand in no row of any table', async () => {
    const tables = await rest.rows(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(tables.length).toBeGreaterThan(15);
    let rows = 0;
    for (const { name } of tables) {
      const found = await rest.rows(`select t::text as text from "${name}" t`);
      rows += found.length;
      expectClean(`table ${name}`, found.map(({ text }) => text).join('\n'));
    }
    expect(rows).toBeGreaterThan(50);
    expect(await rest.count('select count(*) from attempt')).toBeGreaterThan(5);
    expect(await rest.count('select count(*) from connection where secrets is not null')).toBe(2);
  });

  it('S10 stand in no line of the log', () => {
    expect(lines.join('').length).toBeGreaterThan(0);
    expectClean('log', lines.join(''));
  });

  it('S10 stand in no answer of the API', async () => {
    const record = String((await rest.rows('select id from record limit 1'))[0]?.['id']);
    const change = String((await rest.rows('select id from change limit 1'))[0]?.['id']);
    const lists =
      'status connections connections/shop connections/store connections/store/streams flows records changes deliveries attempts attempts?connection=store&limit=200 dead-letters dead-letters?groupBy=cause conflicts mappings reconcile-runs audit api-keys nothing-here'.split(
        ' ',
      );
    const one = [
      `records/${record}`,
      `records/${record}/history`,
      `records/${record}/trail`,
      `changes/${change}`,
      `changes/${change}?unmask=true`,
    ];
    const paths = lists.concat(one);
    for (const path of paths) {
      const answer = await rest.api(`/api/v1/${path}`);
      expect([path, answer.status]).toEqual([path, path === 'nothing-here' ? 404 : 200]);
      expectClean(path, answer.text);
    }
    for (const path of ['/metrics', '/health/live', '/health/ready', '/docs', '/docs/json', '/docs-json'])
      expectClean(path, (await rest.api(path)).text);
  });

  it('S10 the log of tries keeps what the far side said, without the secret', async () => {
    const [refused] = await rest.rows(
      `select calls::text as calls, failure::text as failure from attempt where failure->>'kind' = 'invalid' limit 1`,
    );
    expect(refused?.['calls']).toContain('bad token ***');
    expect(refused?.['failure']).not.toContain(CANARY);
  });
});
