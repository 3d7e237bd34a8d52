import { startLoopbackServer } from '@isthmus/conformance';
import type { LoopbackReply, LoopbackRequest, LoopbackServer } from '@isthmus/conformance';
import { createMemoryTokenStore, FailureError, hmac, openConnection, systemClock } from '@isthmus/connector-kit';
import type { Failure, JsonObject, OpenConnection, Row, WriteItem } from '@isthmus/connector-kit';
import { rest } from './connector.js';
import { withValueAt } from './at-path.js';

let server: LoopbackServer;
let connection: OpenConnection;
const got: LoopbackRequest[] = [];
let reply: (request: LoopbackRequest, baseUrl: string) => LoopbackReply;

/** Opens a connection with a manifest of one stream to a server that replies as told. */
async function given(stream: JsonObject, more: JsonObject, replies: typeof reply): Promise<void> {
  reply = replies;
  got.length = 0;
  server = await startLoopbackServer((request) => {
    got.push(request);
    return reply(request, server.baseUrl);
  });
  const settings = {
    baseUrl: server.baseUrl,
    streams: { things: { title: { en: 'Things', zh: '东西' }, schema: { type: 'object' }, key: 'id', ...stream } },
    ...more,
  };
  connection = openConnection(rest, {
    connectionId: 'api',
    settings,
    tokens: createMemoryTokenStore(systemClock),
    clock: systemClock,
    signal: new AbortController().signal,
    outboundAllow: [server.hostPort],
  });
}

afterEach(async () => {
  await connection.close();
  await server.close();
});

async function readIds(): Promise<unknown[]> {
  const ids: unknown[] = [];
  for await (const page of connection.streams['things']?.read?.(connection.context, {
    cursor: undefined,
    full: false,
  }) ?? [])
    ids.push(...page.rows.map(({ id }) => id));
  return ids;
}
async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof FailureError) return error.failure;
  throw new Error(`expected a failure, got ${JSON.stringify(error)}`);
}
const item = (n: number, native: Row = { n }, nativeId?: string): WriteItem => ({
  idempotencyKey: `key-${n}`,
  recordId: `rec-${n}`,
  native,
  changed: native,
  ...(nativeId === undefined ? {} : { nativeId }),
});
const write = (
  ...items: WriteItem[]
): ReturnType<NonNullable<(typeof connection.streams)[string]['write']>['write']> => {
  const stream = connection.streams['things'];
  if (!stream?.write) throw new Error('no write');
  return stream.write.write(connection.context, items);
};

describe('reading', () => {
  it('follows the Link header, and never to another system', async () => {
    await given({ read: { path: '/things?x=1', paging: { kind: 'link' } } }, {}, ({ url }, self) => {
      if (url === '/things?x=1')
        return {
          body: [{ id: 1 }],
          headers: { link: `<${self}/things?after=a%2Fb>; rel="next", <${self}/things>; rel="first"` },
        };
      return { body: [{ id: 2 }], headers: { link: '<https://evil.example/things>; title="next"; rel=prev' } };
    });
    expect(await readIds()).toEqual([1, 2]);
    expect(got.map(({ url }) => url)).toEqual(['/things?x=1', '/things?after=a%2Fb']);
  });

  it('S09 stops when the next page is said to be on another system', async () => {
    await given({ read: { path: '/things', rowsAt: 'rows', paging: { kind: 'link', nextAt: 'next' } } }, {}, () => ({
      body: { rows: [{ id: 1 }], next: 'https://evil.example/things' },
    }));
    expect(await failureOf(readIds())).toMatchObject({ kind: 'contract', code: 'rest.foreign-link' });
  });

  it('counts rows where the far side pages by offset', async () => {
    const all = [1, 2, 3, 4, 5];
    await given(
      { read: { path: '/things', paging: { kind: 'offset', param: 'skip', size: 2, sizeParam: 'take' } } },
      {},
      ({ url }) => {
        const skip = Number(new URL(url, 'http://x').searchParams.get('skip'));
        return { body: all.slice(skip, skip + 2).map((id) => ({ id })) };
      },
    );
    expect(await readIds()).toEqual(all);
    expect(got.map(({ url }) => url)).toEqual([
      '/things?take=2&skip=0',
      '/things?take=2&skip=2',
      '/things?take=2&skip=4',
    ]);
  });

  it('believes "there is more" rather than the length of a page', async () => {
    await given(
      {
        read: {
          path: '/things',
          rowsAt: 'list',
          paging: { kind: 'page', param: 'p', size: 100, startAt: 0, moreAt: 'more' },
        },
      },
      {},
      ({ url }) => {
        const page = Number(new URL(url, 'http://x').searchParams.get('p'));
        return { body: { list: [{ id: page }], more: page < 2 } };
      },
    );
    expect(await readIds()).toEqual([0, 1, 2]);
  });

  it('F19 stops with a contract failure when there is no list where the manifest says', async () => {
    await given({ read: { path: '/things', rowsAt: 'data' } }, {}, () => ({ body: { rows: [] } }));
    expect(await failureOf(readIds())).toMatchObject({ kind: 'contract', code: 'rest.no-rows' });
  });

  it('keeps ids of nineteen digits', async () => {
    await given({ read: { path: '/things' }, fetch: { path: '/things/{id}' } }, {}, () => ({ body: [] }));
    reply = () => ({ body: [] });
    const stream = connection.streams['things'];
    expect(stream?.key({ id: '1900000000000000001' })).toBe('1900000000000000001');
    expect(
      await stream
        ?.fetch?.(connection.context, ['..'])
        .catch((error: unknown) => (error instanceof FailureError ? error.failure.code : error)),
    ).toEqual([{ id: '..', failure: expect.objectContaining({ code: 'rest.bad-id' }) }]);
  });
});

describe('error codes in the body', () => {
  const answers = { okAt: 'code', okValues: [0], retryValues: [5001], messageAt: 'msg', fieldAt: 'field' };
  const stream = { write: { create: { path: '/things', idAt: 'data.id' }, idempotency: { field: 'requestId' } } };

  it.each([
    [
      { code: 7, msg: 'phone is wrong', field: 'phone' },
      { kind: 'invalid', code: 'rest.refused', field: 'phone' },
    ],
    [
      { code: 5001, msg: 'busy' },
      { kind: 'transient', code: 'rest.retry' },
    ],
    [{ data: { id: 1 } }, { kind: 'invalid' }],
  ])('F19 status 200 with %j is a failure', async (body, failure) => {
    await given(stream, { answers }, () => ({ body }));
    expect(await failureOf(write(item(1)))).toMatchObject(failure);
  });

  it('and the success code with the data is a success; the key of repetition is in its field', async () => {
    await given(stream, { answers }, () => ({ body: { code: 0, data: { id: 17 } } }));
    expect(await write(item(1, { name: 'x' }))).toEqual([{ ok: true, nativeId: '17' }]);
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({ name: 'x', requestId: 'key-1' });
  });

  it('a refusal tells the words and the field of the far side', async () => {
    await given(stream, { answers }, () => ({ status: 422, body: { msg: 'phone is wrong', field: 'contact.phone' } }));
    const failure = await failureOf(write(item(1)));
    expect(failure).toMatchObject({ kind: 'invalid', field: 'contact.phone', details: { status: 422 } });
    expect(failure.message.en).toContain('phone is wrong');
  });

  it('a status that means "later" is transient', async () => {
    await given(stream, { answers: { retry: [423] } }, () => ({ status: 423 }));
    expect(await failureOf(write(item(1)))).toMatchObject({ kind: 'transient', code: 'rest.retry' });
  });
});

describe('writing', () => {
  const create = { path: '/things', idAt: 'id' };
  const lookup = { lookup: { path: '/things?ext={recordId}', field: 'ext' } };

  it('takes "exists already" as the success of an earlier create when it can be looked up', async () => {
    await given({ write: { create, idempotency: lookup } }, { answers: { duplicate: [409] } }, ({ method }) =>
      method === 'POST' ? { status: 409 } : { body: [{ id: 9, ext: 'rec-1' }] },
    );
    expect(await write(item(1))).toEqual([{ ok: true, nativeId: '9', stored: { id: 9, ext: 'rec-1' } }]);
    expect(got[1]?.url).toBe('/things?ext=rec-1');
  });

  it('and as a conflict when nothing is found', async () => {
    await given({ write: { create, idempotency: lookup } }, { answers: { duplicate: [409] } }, ({ method }) =>
      method === 'POST' ? { status: 409 } : { body: [] },
    );
    expect(await write(item(1))).toMatchObject([{ ok: false, failure: { kind: 'conflict', code: 'rest.duplicate' } }]);
  });

  it('a create that is answered without an id is unknown, not failed', async () => {
    await given({ write: { create, idempotency: lookup } }, {}, () => ({ status: 201, body: { ok: true } }));
    expect(await failureOf(write(item(1)))).toMatchObject({ kind: 'unknown', code: 'rest.no-id' });
  });

  it('PUT by record id is an upsert', async () => {
    await given(
      { write: { create: { method: 'PUT', path: '/things/{recordId}', idAt: 'id' }, idempotency: { upsert: true } } },
      {},
      () => ({ body: { id: 'n1' } }),
    );
    expect(connection.streams['things']?.write?.repeat).toBe('upsert');
    await write(item(1));
    expect(got[0]).toMatchObject({ method: 'PUT', url: '/things/rec-1' });
  });

  it('an update sends what changed by PATCH, everything by PUT, and the version as If-Match', async () => {
    const update = { path: '/things/{id}', ifMatch: true, bodyAt: 'thing' };
    const stream = { version: 'etag', write: { update, idempotency: lookup } };
    const change: WriteItem = { ...item(1, { a: 1, b: 2 }, 'a/b'), changed: { b: 2 }, base: { etag: 'v7' } };
    await given(stream, {}, () => ({}));
    await write(change);
    expect(got[0]).toMatchObject({ method: 'PATCH', url: '/things/a%2Fb', body: '{"thing":{"b":2}}' });
    expect(got[0]?.headers['if-match']).toBe('v7');
    reply = () => ({ status: 412 });
    expect(await failureOf(write(change))).toMatchObject({ kind: 'conflict' });
  });

  it('F22 a far side that refuses whole bulks is asked by halves', async () => {
    const bulk = { path: '/things/batch', itemsAt: 'list', resultsAt: 'ids', idAt: '', size: 50, allOrNothing: true };
    await given(withValueAt({ write: { idempotency: lookup } }, 'write.bulk', bulk), {}, ({ body }) => {
      const { list } = JSON.parse(body) as { list: { n: number; ext: string }[] };
      return list.some(({ n }) => n === 5)
        ? { status: 400, body: { message: 'row 5 is bad' } }
        : { body: { ids: list.map(({ ext }) => `id-${ext}`) } };
    });
    const results = await write(...Array.from({ length: 8 }, (_, n) => item(n)));
    expect(results.map((result) => (result.ok ? result.nativeId : result.failure.kind))).toEqual([
      'id-rec-0',
      'id-rec-1',
      'id-rec-2',
      'id-rec-3',
      'id-rec-4',
      'invalid',
      'id-rec-6',
      'id-rec-7',
    ]);
  });

  it('keeps the order of results where creates and updates come in one batch', async () => {
    const bulk = { path: '/batch', idAt: 'id', size: 50 };
    await given(
      { write: { create, update: { path: '/things/{id}' }, bulk, idempotency: lookup } },
      {},
      ({ url, body }) =>
        url === '/batch' ? { body: (JSON.parse(body) as { n: number }[]).map(({ n }) => ({ id: `new-${n}` })) } : {},
    );
    const results = await write(item(0), item(1, { n: 1 }, 'old-1'), item(2));
    expect(results.map((result) => result.ok && result.nativeId)).toEqual(['new-0', 'old-1', 'new-2']);
  });

  it('a bulk whose answer has too few results is unknown', async () => {
    await given({ write: { bulk: { path: '/batch', idAt: 'id', size: 50 }, idempotency: lookup } }, {}, () => ({
      body: [{ id: 1 }],
    }));
    expect(await failureOf(write(item(0), item(1)))).toMatchObject({ kind: 'unknown', code: 'rest.bulk-results' });
  });
});

describe('credentials', () => {
  const stream = { read: { path: '/things' } };
  it.each([
    [{ auth: { kind: 'bearer' }, token: 't0ken' }, { authorization: 'Bearer t0ken' }, '/things'],
    [
      { auth: { kind: 'basic', user: 'Ü' }, password: 'p:w' },
      { authorization: `Basic ${Buffer.from('Ü:p:w').toString('base64')}` },
      '/things',
    ],
    [
      { auth: { kind: 'header', header: 'X-Api-Key', prefix: 'k ' }, token: 't0ken' },
      { 'x-api-key': 'k t0ken' },
      '/things',
    ],
    [{ auth: { kind: 'query', parameter: 'key' }, token: 'a&b' }, {}, '/things?key=a%26b'],
    [{ auth: { kind: 'none' }, headers: { 'X-Shop': '7' } }, { 'x-shop': '7' }, '/things'],
  ])('%j', async (more, headers, url) => {
    await given(stream, more, () => ({ body: [] }));
    await readIds();
    expect(got[0]?.url).toBe(url);
    expect(got[0]?.headers).toMatchObject(headers);
  });

  it('hmac: signs the named parts of each call', async () => {
    const signature = {
      header: 'X-Sign',
      encoding: 'base64',
      timestampHeader: 'X-Time',
      signs: ['method', 'path', 'timestamp', 'body'],
      joinedBy: '\n',
    };
    await given(stream, { auth: { kind: 'hmac', signature }, signingSecret: 's3cret' }, () => ({ body: [] }));
    await readIds();
    const time = String(got[0]?.headers['x-time']);
    expect(got[0]?.headers['x-sign']).toBe(hmac('sha256', 's3cret', `GET\n/things\n${time}\n`, 'base64'));
  });

  it('F25 oauth2: a refused client secret pauses the connection', async () => {
    await given(
      stream,
      { auth: { kind: 'oauth2', tokenUrl: '/token', clientId: 'c' }, clientSecret: 's3cret' },
      () => ({ status: 400, body: { error: 'invalid_client' } }),
    );
    expect(await failureOf(readIds())).toMatchObject({ kind: 'auth' });
    expect(got).toHaveLength(1);
    expect(got[0]?.body).toBe('grant_type=client_credentials&client_id=c&client_secret=s3cret');
  });

  it('a fixed token that is refused is not tried a second time', async () => {
    await given(stream, { auth: { kind: 'bearer' }, token: 't0ken' }, () => ({ status: 401 }));
    expect(await failureOf(readIds())).toMatchObject({ kind: 'auth' });
    expect(got).toHaveLength(1);
  });

  it('the connection test says in words whether the system takes them', async () => {
    await given(stream, {}, ({ url }) => ({ status: url === '/things' ? 403 : 200 }));
    expect(await rest.check?.(connection.context)).toMatchObject([{ step: 'connect', ok: false }]);
    reply = () => ({ body: [] });
    expect(await rest.check?.(connection.context)).toMatchObject([{ step: 'connect', ok: true }]);
  });
});
