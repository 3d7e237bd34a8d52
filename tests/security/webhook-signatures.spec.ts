import { createHash, createHmac, randomUUID } from 'node:crypto';
import { startDemoHub } from '../support/demo-hub.js';
import type { DemoHub } from '../support/demo-hub.js';
import { SHOP_SECRET, signedHeaders, startRestHub } from '../support/rest-hub.js';
import type { RestHub } from '../support/rest-hub.js';

jest.setTimeout(90_000);

const MINUTE = 60_000;

interface Forged {
  readonly body?: Buffer;
  readonly headers?: Record<string, string | undefined>;
  readonly path?: string;
  readonly method?: string;
}

async function post(
  url: string,
  path: string,
  body: Buffer,
  headers: Record<string, string | undefined>,
  method = 'POST',
): Promise<{ status: number; text: string }> {
  const given = Object.fromEntries(
    Object.entries({ 'content-type': 'application/json', ...headers }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  const answer = await fetch(`${url}${path}`, { method, headers: given, body: new Uint8Array(body) });
  return { status: answer.status, text: await answer.text() };
}

describe('S06 webhooks of a JSON API', () => {
  let rest: RestHub;
  beforeAll(async () => {
    rest = await startRestHub({ shopSettings: { previousWebhookSecret: 'shop-webhook-secret-old' } });
  });
  afterAll(() => rest?.stop());

  const body = (id = 'c1'): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: 'customers.updated',
        collection: 'customers',
        data: { id, number: id, name: `客户 ${id}` },
      }),
    );
  const signed = (atMs = Date.now(), secret = SHOP_SECRET, content = body()): Record<string, string> =>
    signedHeaders(content, secret, atMs);
  const flipped = (text: string): string => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');

  const bad: readonly (readonly [string, () => Forged])[] = [
    ['no signature', () => ({ headers: { ...signed(), 'x-signature': undefined } })],
    ['an empty signature', () => ({ headers: { ...signed(), 'x-signature': '' } })],
    ['no time stamp', () => ({ headers: { ...signed(), 'x-timestamp': undefined } })],
    ['a time stamp that is no number', () => ({ headers: { ...signed(), 'x-timestamp': 'now' } })],
    [
      'a signature with one wrong digit',
      () => ({ headers: { ...signed(), 'x-signature': flipped(signed()['x-signature']!) } }),
    ],
    [
      'a signature that is too short',
      () => ({ headers: { ...signed(), 'x-signature': signed()['x-signature']!.slice(0, -2) } }),
    ],
    [
      'a signature that is too long',
      () => ({ headers: { ...signed(), 'x-signature': `${signed()['x-signature']}00` } }),
    ],
    [
      'a signature without its prefix',
      () => ({ headers: { ...signed(), 'x-signature': signed()['x-signature']!.slice(7) } }),
    ],
    [
      'a signature of another kind',
      () => ({
        headers: { ...signed(), 'x-signature': `sha1=${createHmac('sha1', SHOP_SECRET).update(body()).digest('hex')}` },
      }),
    ],
    ['the signature of another secret', () => ({ headers: signed(Date.now(), 'another-secret') })],
    ['the signature of an empty secret', () => ({ headers: signed(Date.now(), '') })],
    ['the signature of another body', () => ({ headers: signed(Date.now(), SHOP_SECRET, body('c2')) })],
    [
      'the signature of the body without its time stamp',
      () => ({
        headers: {
          ...signed(),
          'x-signature': `sha256=${createHmac('sha256', SHOP_SECRET).update(body()).digest('hex')}`,
        },
      }),
    ],
    ['a time stamp of six minutes ago', () => ({ headers: signed(Date.now() - 6 * MINUTE) })],
    ['a time stamp six minutes ahead', () => ({ headers: signed(Date.now() + 6 * MINUTE) })],
    [
      'an old signature under a new time stamp',
      () => ({ headers: { ...signed(Date.now() - 6 * MINUTE), 'x-timestamp': String(Date.now()) } }),
    ],
    [
      'two signatures, the first one wrong',
      () => ({ headers: { ...signed(), 'x-signature': `sha256=00,${signed()['x-signature']}` } }),
    ],
    ['a body that is no JSON and no signature', () => ({ body: Buffer.from('}{'), headers: {} })],
  ];

  it.each(bad)('refuses %s with 401 and stores no row', async (_name, forge) => {
    const { headers = {}, body: forged = body() } = forge();
    const answer = await post(rest.hub.url, '/webhooks/shop', forged, { 'x-event-id': randomUUID(), ...headers });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(SHOP_SECRET);
    expect(await rest.count('select count(*) from change')).toBe(0);
    expect(await rest.count('select count(*) from seen_event')).toBe(0);
  });

  it('tells nothing of why it refused, and does not know connections that are not there', async () => {
    const answers = await Promise.all(
      bad.slice(0, 5).map(([, forge]) => post(rest.hub.url, '/webhooks/shop', body(), forge().headers ?? {})),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await post(rest.hub.url, '/webhooks/nobody', body(), signed())).status).toBe(404);
    expect((await post(rest.hub.url, '/webhooks/store', body(), signed())).status).toBe(401);
  });

  it.each([
    ['the secret', SHOP_SECRET, 0],
    ['the secret before it, while they are rotated', 'shop-webhook-secret-old', 0],
    ['a clock four minutes behind', SHOP_SECRET, -4 * MINUTE],
    ['a clock four minutes ahead', SHOP_SECRET, 4 * MINUTE],
  ])('takes a webhook that was signed with %s', async (name, secret, skew) => {
    const content = body(`ok-${createHash('sha1').update(name).digest('hex').slice(0, 6)}`);
    const answer = await post(rest.hub.url, '/webhooks/shop', content, {
      'x-event-id': randomUUID(),
      ...signedHeaders(content, secret, Date.now() + skew),
    });
    expect(answer.status).toBe(200);
  });

  it('a replay of a whole request has no second effect, with and without an event id', async () => {
    for (const eventId of ['replayed-1', undefined]) {
      const content = body(`replay-${eventId ?? 'none'}`);
      const headers = { 'x-event-id': eventId, ...signedHeaders(content, SHOP_SECRET) };
      for (let times = 0; times < 3; times += 1)
        expect((await post(rest.hub.url, '/webhooks/shop', content, headers)).status).toBe(200);
      expect(await rest.count(`select count(*) from change where native_id = 'replay-${eventId ?? 'none'}'`)).toBe(1);
    }
  });
});

describe('S06 webhooks of the CRM and the ERP', () => {
  let demo: DemoHub;
  beforeAll(async () => {
    demo = await startDemoHub({ seed: false, webhooks: false });
    await demo.settled();
  });
  afterAll(() => demo?.stop());

  const SECRET = 'sandbox-hubspot-secret';
  const KEY = 'sandbox-callback-key-0001';
  const crmBody = (objectId = 77): Buffer =>
    Buffer.from(
      JSON.stringify([
        {
          eventId: objectId,
          subscriptionId: 1,
          portalId: 1,
          occurredAt: Date.now(),
          subscriptionType: 'contact.propertyChange',
          attemptNumber: 0,
          objectId,
        },
      ]),
    );
  const crmSigned = (
    body: Buffer,
    how: { secret?: string; method?: string; url?: string; atMs?: number } = {},
  ): Record<string, string> => {
    const { secret = SECRET, method = 'POST', url = `${demo.hub.url}/webhooks/crm`, atMs = Date.now() } = how;
    const digest = createHmac('sha256', secret)
      .update(`${method}${url}`)
      .update(body)
      .update(String(atMs))
      .digest('base64');
    return { 'x-hubspot-signature-v3': digest, 'x-hubspot-request-timestamp': String(atMs) };
  };
  const changes = (): Promise<number> => demo.count(`select count(*) from change where origin = 'webhook'`);

  const badCrm: readonly (readonly [string, (body: Buffer) => Record<string, string | undefined>])[] = [
    ['no signature', (body) => ({ ...crmSigned(body), 'x-hubspot-signature-v3': undefined })],
    [
      'only a version 1 signature',
      (body) => ({ 'x-hubspot-signature': createHash('sha256').update(SECRET).update(body).digest('hex') }),
    ],
    ['no time stamp', (body) => ({ ...crmSigned(body), 'x-hubspot-request-timestamp': undefined })],
    ['another secret', (body) => crmSigned(body, { secret: 'another' })],
    ['an empty secret', (body) => crmSigned(body, { secret: '' })],
    ['another method', (body) => crmSigned(body, { method: 'GET' })],
    ['another address', (body) => crmSigned(body, { url: 'https://elsewhere.example/webhooks/crm' })],
    ['another body', () => crmSigned(crmBody(78))],
    ['a time stamp of six minutes ago', (body) => crmSigned(body, { atMs: Date.now() - 6 * MINUTE })],
    ['a time stamp six minutes ahead', (body) => crmSigned(body, { atMs: Date.now() + 6 * MINUTE })],
    [
      'a signature that is cut',
      (body) => ({
        ...crmSigned(body),
        'x-hubspot-signature-v3': crmSigned(body)['x-hubspot-signature-v3']!.slice(0, 20),
      }),
    ],
    [
      'a signature in hexadecimal',
      (body) => ({
        ...crmSigned(body),
        'x-hubspot-signature-v3': Buffer.from(crmSigned(body)['x-hubspot-signature-v3']!, 'base64').toString('hex'),
      }),
    ],
  ];

  it.each(badCrm)('refuses a CRM webhook with %s with 401 and stores no row', async (_name, forge) => {
    const body = crmBody();
    expect((await post(demo.hub.url, '/webhooks/crm', body, forge(body))).status).toBe(401);
    expect(await changes()).toBe(0);
  });

  it.each([
    ['no key', '/webhooks/erp'],
    ['a wrong key', '/webhooks/erp/sandbox-callback-key-0002'],
    ['a key that is cut', `/webhooks/erp/${KEY.slice(0, -1)}`],
    ['a key that is longer', `/webhooks/erp/${KEY}0`],
    ['an empty key', '/webhooks/erp/'],
    ['a wrong key in the query', '/webhooks/erp?key=nope'],
    ['the key in another case', `/webhooks/erp/${KEY.toUpperCase()}`],
  ])('refuses an ERP message with %s with 401 or 404 and stores no row', async (_name, path) => {
    const body = Buffer.from(
      JSON.stringify({
        bizType: 'bd_customer',
        operation: 'update',
        msgId: 'm1',
        timestamp: Date.now(),
        data: [{ id: '1' }],
      }),
    );
    expect([401, 404]).toContain((await post(demo.hub.url, path, body, {})).status);
    expect(await changes()).toBe(0);
  });

  const badTexts: readonly (readonly [string, Buffer])[] = [
    [
      'a NUL character in the id',
      Buffer.from('[{"eventId":1,"subscriptionType":"contact.creation","objectId":"1\\u00002","occurredAt":1}]'),
    ],
    [
      'a lone surrogate',
      Buffer.from('[{"eventId":1,"subscriptionType":"contact.creation","objectId":"1\\ud800","occurredAt":1}]'),
    ],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from('[{"eventId":1,"subscriptionType":"contact.creation","occurredAt":1,"objectId":"'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from('"}]'),
      ]),
    ],
    [
      'a prototype key',
      Buffer.from(
        '[{"eventId":1,"subscriptionType":"contact.creation","objectId":"12","occurredAt":1,"__proto__":{"polluted":true}}]',
      ),
    ],
    ['no JSON', Buffer.from('}{')],
    ['10,000 levels', Buffer.from('['.repeat(10_000) + ']'.repeat(10_000))],
  ];

  it.each(badTexts)('S05 refuses a signed CRM webhook with %s with a code, and stores no row', async (_name, body) => {
    const before = await changes();
    const answer = await post(demo.hub.url, '/webhooks/crm', body, crmSigned(body));
    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(/"code":"[a-z-]+\.[a-z-]+"/)]);
    expect(await changes()).toBe(before);
  });

  it.each([
    [
      'a NUL character in the id',
      Buffer.from('{"bizType":"bd_customer","operation":"update","msgId":"m1","data":[{"id":"1\\u00002"}]}'),
    ],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from('{"bizType":"bd_customer","operation":"update","msgId":"m1","data":[{"id":"'),
        Buffer.from([0xff, 0xc3, 0x28]),
        Buffer.from('"}]}'),
      ]),
    ],
    ['no JSON', Buffer.from('hello')],
  ])('S05 refuses an ERP message with %s with a code, and stores no row', async (_name, body) => {
    const before = await changes();
    const answer = await post(demo.hub.url, `/webhooks/erp/${KEY}`, body, {});
    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(/"code":"[a-z-]+\.[a-z-]+"/)]);
    expect(await changes()).toBe(before);
  });

  it('takes the honest ones, and a replay has no second effect', async () => {
    const before = await changes();
    const body = crmBody(4711);
    const headers = crmSigned(body);
    for (let times = 0; times < 3; times += 1)
      expect((await post(demo.hub.url, '/webhooks/crm', body, headers)).status).toBe(200);
    const message = Buffer.from(
      JSON.stringify({
        bizType: 'bd_customer',
        operation: 'update',
        msgId: 'm-4711',
        timestamp: Date.now(),
        data: [{ id: '4711' }],
      }),
    );
    for (let times = 0; times < 3; times += 1)
      expect((await post(demo.hub.url, `/webhooks/erp/${KEY}`, message, {})).status).toBe(200);
    expect(await changes()).toBe(before + 2);
  });
});
