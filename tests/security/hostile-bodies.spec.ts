import { Socket } from 'node:net';
import { startRestHub } from '../support/rest-hub.js';
import type { Document, RestHub } from '../support/rest-hub.js';

jest.setTimeout(90_000);

const KEY = 'Bearer test-key-0123456789abcdef';
const customer = (number: number, more: object = {}): Document => ({
  id: `c${number}`,
  number: `N-${number}`,
  name: `客户 ${number}`,
  ...more,
});
const eventText = (data: string): string => `{"type":"customers.updated","collection":"customers","data":${data}}`;

describe('bodies that mean harm', () => {
  let rest: RestHub;
  let record = '';
  beforeAll(async () => {
    rest = await startRestHub();
    await rest.tellCustomer(customer(1));
    await rest.settled();
    record = String((await rest.rows('select id from record'))[0]?.['id']);
  });
  afterAll(() => rest?.stop());

  const stored = (): Promise<number> => rest.count('select count(*) from change');
  /** The hub answers others while it deals with the hostile one, and knows them still. */
  async function isWell(): Promise<void> {
    const [live, webhook] = await Promise.all([fetch(`${rest.hub.url}/health/live`), rest.tellCustomer(customer(1))]);
    expect([live.status, webhook]).toEqual([200, 200]);
  }

  const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const manyKeys = (count: number): string =>
    `{${Array.from({ length: count }, (_unused, index) => `"k${index}":1`).join(',')}}`;
  const big = (bytes: number): string => `{"id":"c9","name":"${'x'.repeat(bytes)}"}`;

  it.each([
    ['10 MB', eventText(big(10 * 1_048_576)), [413]],
    ['10,000 levels deep', eventText(deep(10_000)), [400]],
    ['33 levels deep', eventText(deep(31)), [400]],
    ['of 2,001 keys in one object', eventText(manyKeys(2_001)), [400]],
    ['10,000 lists deep', eventText(`${'['.repeat(10_000)}${']'.repeat(10_000)}`), [400]],
    ['100,000 keys in one object', eventText(manyKeys(60_000)), [400]],
    ['not JSON', 'hello', [400]],
    ['cut off', eventText('{"id":"c9"').slice(0, -1), [400]],
    ['empty', '', [400]],
    ['a number', '7', [400]],
    ['a list of lists', '[[[]]]', [400]],
  ])('S04 a webhook that is %s gets a clear 4xx, and nothing is stored', async (_name, body, allowed) => {
    const before = await stored();
    const answer = await rest.send(body);
    expect(allowed).toContain(answer.status);
    expect(answer.text).toContain('code');
    await isWell();
    expect(await stored()).toBe(before + 1);
  });

  it.each([
    ['10 MB', big(10 * 1_048_576), 413],
    ['10,000 levels deep', deep(10_000), 400],
    ['2,001 keys', manyKeys(2_001), 400],
    ['not JSON', '{"a":', 400],
  ])('S04 an API body that is %s is refused with status and code', async (_name, body, status) => {
    const answer = await rest.api(`/api/v1/records/${record}`, {
      method: 'PATCH',
      body,
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect([answer.status, typeof answer.body.code]).toEqual([status, 'string']);
    await isWell();
  });

  /** Talks raw bytes; resolves with all that came back when the hub closes or the time is over. */
  function raw(parts: readonly string[], everyMs = 0, patienceMs = 14_000): Promise<string> {
    return new Promise((done) => {
      const { hostname, port } = new URL(rest.hub.url);
      const socket = new Socket();
      let text = '';
      const end = (): void => {
        clearTimeout(timer);
        clearInterval(dripping);
        socket.destroy();
        done(text);
      };
      const timer = setTimeout(end, patienceMs);
      const left = [...parts];
      const dripping = setInterval(() => {
        const part = left.shift();
        if (part !== undefined) socket.write(part);
      }, everyMs);
      socket.on('data', (bytes) => (text += bytes.toString()));
      socket.on('close', end).on('error', () => undefined);
      socket.connect(Number(port), hostname);
    });
  }

  it('S04 a flood of headers is refused with 431', async () => {
    const headers = Array.from({ length: 400 }, (_unused, index) => `x-h${index}: ${'y'.repeat(100)}\r\n`).join('');
    expect(await raw([`POST /webhooks/shop HTTP/1.1\r\nhost: hub\r\n${headers}content-length: 0\r\n\r\n`])).toMatch(
      /^HTTP\/1\.1 431/,
    );
    await isWell();
  });

  it('S04 a URL of 100 kB is refused', async () => {
    expect(await raw([`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: hub\r\n\r\n`])).toMatch(
      /^HTTP\/1\.1 (414|431|400)/,
    );
    await isWell();
  });

  it('S04 a body that drips a byte a second is cut after the time-out while others are served', async () => {
    const head = `POST /webhooks/shop HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
    const dripped = raw([head, ...Array.from({ length: 30 }, () => 'x')], 1_000, 28_000);
    await isWell();
    expect(await dripped).toMatch(/^HTTP\/1\.1 408/);
    await isWell();
  });

  it.each([
    ['two lengths', 'POST /webhooks/shop HTTP/1.1\r\nhost: hub\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello'],
    [
      'length and chunks',
      'POST /webhooks/shop HTTP/1.1\r\nhost: hub\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    ],
    ['bytes that are no HTTP', '\u0000\u0001\u0002\u0003 nonsense\r\n\r\n'],
  ])('S04 a request with %s is refused', async (_name, text) => {
    expect(await raw([text], 0, 5_000)).toMatch(/^HTTP\/1\.1 4\d\d/);
    await isWell();
  });

  const badTexts: readonly (readonly [string, Buffer])[] = [
    ['a NUL character', Buffer.from(eventText('{"id":"c9","name":"a\\u0000b"}'))],
    ['a NUL character in the id', Buffer.from(eventText('{"id":"c\\u00009","name":"a"}'))],
    ['a NUL character in a key', Buffer.from(eventText('{"id":"c9","a\\u0000":"a"}'))],
    ['a raw NUL byte', Buffer.from(eventText('{"id":"c9","name":"a\u0000b"}'))],
    ['a lone high surrogate', Buffer.from(eventText('{"id":"c9","name":"\\ud83d"}'))],
    ['a lone low surrogate in a key', Buffer.from(eventText('{"id":"c9","\\ude00":"x"}'))],
    [
      'invalid UTF-8',
      Buffer.concat([
        Buffer.from('{"type":"customers.updated","collection":"customers","data":{"id":"c9","name":"'),
        Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
        Buffer.from('"}}'),
      ]),
    ],
    [
      'overlong UTF-8',
      Buffer.concat([
        Buffer.from('{"type":"customers.updated","collection":"customers","data":{"id":"c9","name":"'),
        Buffer.from([0xc0, 0xaf]),
        Buffer.from('"}}'),
      ]),
    ],
    [
      'UTF-16 with its mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(eventText('{"id":"c9","name":"a"}'), 'utf16le')]),
    ],
  ];

  it.each(badTexts)('S05 %s through a webhook is refused with a code, and nothing is stored', async (_name, body) => {
    const before = await stored();
    const answer = await rest.send(body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toHaveProperty('code');
    expect(await stored()).toBe(before);
  });

  it('S05 a byte order mark before a webhook is either refused or read as what it is: no text', async () => {
    const body = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(eventText('{"id":"c8","number":"N-8","name":"客户 8"}')),
    ]);
    const answer = await rest.send(body);
    expect([200, 400]).toContain(answer.status);
    await rest.settled();
    const rows = await rest.rows(`select state, raw from change where native_id = 'c8'`);
    expect(rows.length).toBe(answer.status === 200 ? 1 : 0);
    for (const row of rows) expect(row['raw']).not.toMatch(/\ufeff/);
  });

  it.each([
    ['a NUL character', '{"note":"a\\u0000b"}'],
    ['a lone surrogate', '{"note":"\\ud800"}'],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"note":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
  ])('S05 %s through the API is refused with a code, and nothing is stored', async (_name, body) => {
    const answer = await fetch(`${rest.hub.url}/api/v1/records/${record}`, {
      method: 'PATCH',
      headers: { authorization: KEY, 'content-type': 'application/merge-patch+json' },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toHaveProperty('code');
    expect(await rest.count(`select version from record where id = '${record}'`)).toBe(1);
  });

  it('S02 keys that reach a prototype are refused at every door, and Object.prototype stays as it is', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype).sort();
    const bodies = [
      '{"id":"c9","__proto__":{"polluted":true}}',
      '{"id":"c9","constructor":{"prototype":{"polluted":true}}}',
      '{"id":"c9","prototype":{"polluted":true}}',
      '{"id":"c9","\\u005f_proto__":{"polluted":true}}',
    ];
    const rows = await stored();
    for (const body of bodies) {
      expect((await rest.send(eventText(body))).status).toBe(400);
      expect(
        (await rest.send(`{"__proto__":{"polluted":true},"collection":"customers","data":{"id":"c9"}}`)).status,
      ).toBe(400);
      const answer = await rest.api(`/api/v1/records/${record}`, {
        method: 'PATCH',
        body,
        headers: { 'content-type': 'application/merge-patch+json' },
      });
      expect(answer.status).toBe(400);
    }
    expect((await rest.send(`{"type":"customers.updated","collection":"__proto__","data":{"id":"c9"}}`)).status).toBe(
      400,
    );
    expect((await rest.send(`{"type":"customers.updated","collection":"constructor","data":{"id":"c9"}}`)).status).toBe(
      400,
    );
    for (const path of ['/webhooks/__proto__', '/webhooks/constructor', '/webhooks/toString'])
      expect((await rest.send('{}', { path })).status).toBe(404);
    for (const query of ['__proto__=1', 'constructor=1', 'entity=__proto__', 'entity=constructor'])
      expect((await rest.api(`/api/v1/records?${query}`)).status).toBeLessThan(500);
    expect(await stored()).toBe(rows);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before);
    await isWell();
  });
});
