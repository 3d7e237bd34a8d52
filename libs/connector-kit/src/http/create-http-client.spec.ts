import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import type { Auth } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Failure } from '../failure.js';
import { createManualClock } from '../manual-clock.js';
import { clientOptions, json, startFarSide } from '../spec-support/far-side.js';
import type { FarSide, Got } from '../spec-support/far-side.js';
import type { CallObservation } from './call-observation.js';
import type { HttpClientOptions, ManagedHttpClient } from './client-options.js';
import { createHttpClient } from './create-http-client.js';

let far: FarSide;
let client: ManagedHttpClient;

async function given(
  answer: (got: Got, response: ServerResponse, count: number) => void,
  more: (far: FarSide) => Partial<HttpClientOptions> = () => ({}),
): Promise<void> {
  far = await startFarSide(answer);
  client = createHttpClient(clientOptions(far, more(far)));
}

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FailureError)) throw new Error(`expected a failure, got ${String(error)}`);
  return error.failure;
}

afterEach(async () => {
  await client.close();
  await far.close();
});

describe('a call', () => {
  it('is sent exactly as composed: path untouched, query encoded once and in the given order', async () => {
    await given((_got, response) => json(response, 200, {}));
    await client.call({ method: 'GET', path: "/a%2Fb/it's", query: { z: '1+1=2&', a: '中', none: undefined } });
    expect(far.got[0]?.url).toBe("/a%2Fb/it's?z=1%2B1%3D2%26&a=%E4%B8%AD");
    expect(far.got[0]?.headers['content-type']).toBeUndefined();
  });

  it('carries JSON and caller headers, and reads the answer without losing a digit', async () => {
    await given((_got, response) => json(response, 201, '{"id":1900000000000000001,"price":0.10}'));
    const answer = await client.call({
      method: 'POST',
      path: '/orders',
      headers: { 'Idempotency-Key': 'k1' },
      json: { a: 1 },
    });
    expect(far.got[0]).toMatchObject({
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
    });
    expect(answer).toMatchObject({ status: 201, body: { id: '1900000000000000001', price: 0.1 } });
  });

  it('goes below the path prefix of the base URL', async () => {
    await given(
      (_got, response) => json(response, 200, {}),
      ({ baseUrl }) => ({ baseUrl: `${baseUrl}/api/v2/` }),
    );
    await client.call({ method: 'GET', path: '/orders' });
    expect(far.got[0]?.url).toBe('/api/v2/orders');
  });

  it('reuses its sockets and never opens more than its concurrency', async () => {
    await given(
      (_got, response) => json(response, 200, {}),
      () => ({ limits: { concurrency: 3 } }),
    );
    await Promise.all(Array.from({ length: 30 }, () => client.call({ method: 'GET', path: '/' })));
    expect(new Set(far.got.map(({ socket }) => socket.remotePort)).size).toBeLessThanOrEqual(3);
  });

  it.each([
    ['gzip', gzipSync(JSON.stringify({ ok: '好' }))],
    ['identity', Buffer.from(JSON.stringify({ ok: '好' }))],
  ])('unpacks an answer in %s', async (encoding, body) => {
    await given((_got, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding }).end(body),
    );
    expect((await client.call({ method: 'GET', path: '/' })).body).toEqual({ ok: '好' });
  });

  it('reads GB18030 text that an old system sends without a charset', async () => {
    await given((_got, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(Buffer.from([0xbd, 0xf0, 0xb5, 0xfb])),
    );
    expect((await client.call({ method: 'GET', path: '/' })).body).toBe('金蝶');
  });

  it('gives null for an empty answer', async () => {
    await given((_got, response) => response.writeHead(204).end());
    expect(await client.call({ method: 'DELETE', path: '/orders/1' })).toMatchObject({ status: 204, body: null });
  });
});

describe('a failure', () => {
  it.each([
    [400, {}, 'PATCH', '/orders/{id}', { kind: 'invalid', code: 'http.refused' }],
    [422, {}, 'POST', '/orders', { kind: 'invalid' }],
    [401, {}, 'GET', '/orders', { kind: 'auth' }],
    [403, {}, 'GET', '/orders', { kind: 'auth' }],
    [404, {}, 'PATCH', '/orders/{id}', { kind: 'gone' }],
    [404, {}, 'GET', '/orders', { kind: 'contract', code: 'http.no-end-point' }],
    [409, {}, 'POST', '/orders', { kind: 'conflict' }],
    [412, {}, 'PATCH', '/orders/{id}', { kind: 'conflict' }],
    [408, {}, 'GET', '/orders', { kind: 'transient' }],
    [429, { 'retry-after': '7' }, 'POST', '/orders', { kind: 'rate-limited', retryAfterMs: 7_000 }],
    [429, { 'retry-after': '1000000000' }, 'GET', '/orders', { kind: 'rate-limited', retryAfterMs: 3_600_000 }],
    [500, {}, 'GET', '/orders', { kind: 'transient', code: 'http.server-error' }],
    [500, {}, 'POST', '/orders', { kind: 'unknown', code: 'http.server-error' }],
    [503, { 'retry-after': '2' }, 'POST', '/orders', { kind: 'unknown', retryAfterMs: 2_000 }],
    [302, { location: 'http://127.0.0.1/login' }, 'GET', '/orders', { kind: 'contract', code: 'http.redirect' }],
  ])('with status %i %j on %s %s is sorted', async (status, headers, method, template, failure) => {
    await given((_got, response) => json(response, status, { message: 'no' }, headers));
    const found = await failureOf(client.call({ method: method as 'GET', path: '/orders', template }));
    expect(found).toMatchObject(failure);
    expect(far.got).toHaveLength(1);
  });

  it.each([
    ['a login page', 'text/html', '<!DOCTYPE html><html><form></form></html>', 'http.html-answer'],
    ['a truncated JSON', 'application/json', '{"rows":[{"id":1},{"i', 'http.broken-json'],
    ['an empty body that says it is JSON', 'application/json', '', 'http.empty-answer'],
    ['a key that reaches a prototype', 'application/json', '{"__proto__":{"admin":true}}', 'http.broken-json'],
  ])(
    'F19 %s with status 200 is no success: contract for a read, unknown for a write',
    async (_name, type, body, code) => {
      await given((_got, response) => response.writeHead(200, { 'content-type': type }).end(body));
      expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({ kind: 'contract', code });
      expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
        kind: 'unknown',
        code,
      });
    },
  );

  it('is what the connector says of a 2xx answer that carries an error', async () => {
    await given(
      (_got, response) => json(response, 200, { errcode: 45009 }),
      () => ({
        sortAnswer: ({ body }) =>
          body !== null && typeof body === 'object' && 'errcode' in body
            ? { kind: 'rate-limited', code: 'wecom.too-many', message: { en: 'slow', zh: '慢' } }
            : undefined,
      }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'rate-limited',
      code: 'wecom.too-many',
    });
  });

  it('F20 a far side that drips one byte at a time is cut at the total deadline', async () => {
    let dripping: NodeJS.Timeout;
    await given(
      (_got, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        dripping = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(dripping));
      },
      () => ({ limits: { timeoutMs: 150 } }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'transient',
      code: 'http.timeout',
    });
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'unknown',
      code: 'http.timeout',
    });
  });

  it('S09 an answer that grows beyond its limit is cut while it arrives', async () => {
    await given(
      (_got, response) => response.writeHead(200).end('x'.repeat(200_000)),
      () => ({ limits: { maxAnswerBytes: 10_000 } }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'contract',
      code: 'http.too-large',
    });
  });

  it('S04 a small answer that unpacks to a huge one is refused', async () => {
    await given(
      (_got, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(5_000_000, 32))),
      () => ({ limits: { maxAnswerBytes: 100_000 } }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'contract',
      code: 'http.too-large',
    });
  });

  it('without any connection surely had no effect, even for a write', async () => {
    await given((_got, response) => json(response, 200, {}));
    await far.close();
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'transient',
      code: 'http.connect',
    });
  });

  it('when the hub stops is transient for a read and unknown for a write under way', async () => {
    const stop = new AbortController();
    await given(
      () => stop.abort(),
      (side) => ({ context: { ...clientOptions(side).context, signal: stop.signal } }),
    );
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'unknown',
      code: 'http.aborted',
    });
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'transient',
      code: 'http.aborted',
    });
  });
});

describe('F21 a connection that breaks', () => {
  it('is repeated once on a new socket for a read', async () => {
    await given((got, response, count) =>
      count === 2 ? got.socket.resetAndDestroy() : json(response, 200, { count }),
    );
    await client.call({ method: 'GET', path: '/' });
    expect((await client.call({ method: 'GET', path: '/' })).body).toEqual({ count: 3 });
    expect(far.got[2]?.socket).not.toBe(far.got[1]?.socket);
  });

  it('is not repeated a second time', async () => {
    await given((got) => got.socket.resetAndDestroy());
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'transient',
      code: 'http.broken',
    });
    expect(far.got).toHaveLength(2);
  });

  it('F16 leaves a write unknown, sent once', async () => {
    await given((got) => got.socket.resetAndDestroy());
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'unknown',
      code: 'http.broken',
    });
    expect(far.got).toHaveLength(1);
  });

  it('is repeated for a write that says it may be', async () => {
    await given((got, response, count) =>
      count === 1 ? got.socket.resetAndDestroy() : json(response, 200, { count }),
    );
    expect((await client.call({ method: 'POST', path: '/', json: {}, idempotent: true })).body).toEqual({ count: 2 });
  });

  it('in the middle of an answer is a lost answer', async () => {
    await given((got, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a"', () => got.socket.resetAndDestroy());
    });
    expect(await failureOf(client.call({ method: 'POST', path: '/', json: {} }))).toMatchObject({
      kind: 'unknown',
      code: 'http.broken',
    });
  });
});

describe('F24 expired credentials', () => {
  const withToken = (renewals: string[]): Auth => {
    let token = 'old-token';
    return {
      authorise: (_context, call) => {
        call.headers['authorization'] = `Bearer ${token}`;
        return Promise.resolve();
      },
      expired: ({ status }) => status === 401,
      renew: async (context) => {
        const answer = await context.http.call({ method: 'POST', path: '/token', auth: false });
        token = String((answer.body as { token: string }).token);
        renewals.push(token);
      },
    };
  };
  const secured =
    (valid: string) =>
    (got: Got, response: ServerResponse): void => {
      if (got.url === '/token') json(response, 200, { token: 'new-token' });
      else if (got.headers.authorization === `Bearer ${valid}`) json(response, 200, { ok: true });
      else json(response, 401, {});
    };

  it('are renewed once for all callers, and every call is repeated', async () => {
    const renewals: string[] = [];
    await given(secured('new-token'), () => ({ auth: withToken(renewals) }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.call({ method: 'POST', path: '/orders', json: {} })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(renewals).toHaveLength(1);
  });

  it('that are refused after the renewal as well pause the connection', async () => {
    const renewals: string[] = [];
    await given(secured('never'), () => ({ auth: withToken(renewals) }));
    expect(await failureOf(client.call({ method: 'GET', path: '/orders' }))).toMatchObject({ kind: 'auth' });
    expect(renewals).toHaveLength(1);
  });

  it('never go to another host', async () => {
    await given(secured('old-token'), () => ({ auth: withToken([]) }));
    const other = await startFarSide((_got, response) => json(response, 200, {}));
    const both = createHttpClient(
      clientOptions(far, { auth: withToken([]), outboundAllow: [far.hostPort, other.hostPort] }),
    );
    await both.call({ method: 'GET', path: '/file', origin: other.baseUrl });
    expect(other.got[0]?.headers.authorization).toBeUndefined();
    await both.close();
    await other.close();
  });
});

describe('S08 the outbound guard', () => {
  it.each([
    'http://127.0.0.1:1',
    'http://127.1:1',
    'http://0x7f000001:1',
    'http://[::ffff:127.0.0.1]:1',
    'http://169.254.169.254',
    'http://localhost:1',
    'http://localhost.:1',
  ])('refuses %s', async (baseUrl) => {
    await given(
      (_got, response) => json(response, 200, {}),
      () => ({ baseUrl, outboundAllow: [] }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'contract',
      code: 'http.refused',
    });
  });

  it('refuses a public name that resolves to a private address at the moment of connecting', async () => {
    await given(
      (_got, response) => json(response, 200, {}),
      ({ hostPort }) => ({
        baseUrl: `http://shop.example:${hostPort.split(':')[1]}`,
        transport: { resolve: (_name, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) },
      }),
    );
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      kind: 'contract',
      code: 'http.refused',
    });
    expect(far.got).toHaveLength(0);
  });

  it('lets through what the admin allowed by host and port', async () => {
    await given(
      (_got, response) => json(response, 200, {}),
      ({ hostPort }) => ({
        baseUrl: `http://erp.internal:${hostPort.split(':')[1]}`,
        outboundAllow: [`erp.internal:${hostPort.split(':')[1]}`],
        transport: { resolve: (_name, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) },
      }),
    );
    expect((await client.call({ method: 'GET', path: '/' })).status).toBe(200);
  });

  it('refuses a base URL that is no plain http(s) address', async () => {
    await given((_got, response) => json(response, 200, {}));
    for (const baseUrl of ['ftp://a.example', 'https://user:pw@a.example', 'https://a.example/?a=1', 'nonsense']) {
      expect(() => createHttpClient(clientOptions(far, { baseUrl }))).toThrow(TypeError);
    }
  });
});

describe('F15 the rate limit', () => {
  it('keeps every call back until the far side wants to see us again', async () => {
    const clock = createManualClock({ selfAdvancing: true });
    const at: number[] = [];
    await given(
      (_got, response, count) => {
        at.push(clock.monotonicMs());
        json(response, count === 1 ? 429 : 200, {}, count === 1 ? { 'retry-after': '5' } : {});
      },
      (side) => ({ context: { ...clientOptions(side).context, clock } }),
    );
    await failureOf(client.call({ method: 'GET', path: '/' }));
    await client.call({ method: 'GET', path: '/' });
    expect(at[1]).toBeGreaterThanOrEqual(5_000);
  });
});

describe('F18 the circuit breaker', () => {
  it('stops calling a far side that is down, and one probe closes it', async () => {
    const clock = createManualClock();
    await given(
      (_got, response, count) => json(response, count <= 5 ? 503 : 200, {}),
      (side) => ({ context: { ...clientOptions(side).context, clock } }),
    );
    for (let count = 0; count < 8; count += 1) await failureOf(client.call({ method: 'GET', path: '/' }));
    expect(far.got).toHaveLength(5);
    expect(await failureOf(client.call({ method: 'GET', path: '/' }))).toMatchObject({
      code: 'http.breaker-open',
      retryAfterMs: 30_000,
    });
    clock.advance(30_000);
    expect((await client.call({ method: 'GET', path: '/' })).status).toBe(200);
  });
});

describe('the observer', () => {
  it('is told of every try with nothing secret in it', async () => {
    const seen: CallObservation[] = [];
    await given(
      (_got, response) =>
        json(
          response,
          200,
          { access_token: 'fresh-secret', echo: 'canary-7f3a', name: 'Li' },
          { 'set-cookie': 'sid=1' },
        ),
      () => ({
        secrets: ['canary-7f3a', 'pass/word+1'],
        onCall: (observation) => seen.push(observation),
        trace: () => ({ traceparent: '00-1-2-01' }),
        auth: {
          authorise: (_context, call) => {
            call.headers['x-api-key'] = 'canary-7f3a';
            call.path += '&sig=abc123&q=pass%2Fword%2B1';
            return Promise.resolve();
          },
        },
      }),
    );
    await client.call({
      method: 'POST',
      path: '/orders/canary-7f3a',
      query: { page: 2 },
      template: '/orders/{id}',
      json: { password: 'pass/word+1', n: 1 },
    });
    const [only] = seen;
    expect(only).toMatchObject({
      connectionId: 'crm',
      method: 'POST',
      path: '/orders/{id}',
      templated: true,
      status: 200,
      host: far.hostPort,
    });
    expect(far.got[0]?.headers['traceparent']).toBe('00-1-2-01');
    const text = `${only?.requestText()}\n${only?.answerText()}`;
    expect(text).toContain('page=2');
    expect(text).toContain('"name":"Li"');
    expect(text).not.toMatch(/canary|fresh-secret|pass\/word|pass%2F|abc123|sid=1/);
  });

  it('takes the secrets out of a refusal that a connector reads from a successful answer', async () => {
    await given(
      (_got, response) => json(response, 200, {}),
      () => ({ secrets: ['canary-7f3a'] }),
    );
    const message = { en: 'The system refused the record. key canary-7f3a', zh: '对方系统拒绝了该记录。canary-7f3a' };
    const shown = JSON.stringify(client.redact({ kind: 'invalid', code: 'rest.refused', message, field: 'note' }));
    expect(shown).not.toContain('canary');
    expect(shown).toContain('"field":"note"');
  });

  it('never shows a token that was obtained on the way, not even in a failure', async () => {
    const seen: CallObservation[] = [];
    await given(
      (_got, response) => json(response, 400, { message: 'bad token tok-123456' }),
      () => ({
        onCall: (observation) => seen.push(observation),
        sortAnswer: ({ body }) => ({
          kind: 'invalid',
          code: 'x.bad',
          message: { en: JSON.stringify(body), zh: '' },
          details: { said: JSON.stringify(body) },
        }),
        auth: {
          authorise: async (context, call) => {
            const token = await context.tokens.refresh('t', undefined, () =>
              Promise.resolve({ value: 'tok-123456', expiresAt: '2099-01-01T00:00:00Z' }),
            );
            call.headers['x-odd'] = token.value;
          },
        },
      }),
    );
    const failure = await failureOf(client.call({ method: 'GET', path: '/' }));
    expect(JSON.stringify([failure, seen[0]?.requestText(), seen[0]?.answerText()])).not.toContain('tok-123456');
  });
});
