import { call, faultsOf, startHubApi, storeConnections } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(() => api.clean());
afterAll(() => api.close());

const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`k${index}`, 1])));

describe('problem answers', () => {
  it.each([
    ['{', 400, 'json.syntax'],
    [deep, 400, 'json.too-deep'],
    [`${'['.repeat(200_000)}`, 400, 'json.syntax'],
    [wide, 400, 'json.too-many-keys'],
    ['{"name":"a","__proto__":{"admin":true}}', 400, 'json.dangerous-key'],
    ['{"name":"a","constructor":1}', 400, 'json.dangerous-key'],
    ['{"name":"a\\u0000b"}', 400, 'json.nul-character'],
    ['{"name":"\\ud800"}', 400, 'json.lone-surrogate'],
    [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 400, 'json.encoding'],
    [`{"name":"${'x'.repeat(1_100_000)}"}`, 413, 'request.too-large'],
    ['', 400, 'request.body-missing'],
    ['{}', 400, 'request.invalid'],
    ['{"name":"ok","id":"1","prefix":"x"}', 400, 'request.invalid'],
    ['[1]', 400, 'request.invalid'],
  ])('refuse a hostile or wrong body (case %#) with its code', async (body, status, code) => {
    const answer = await call(api, 'POST', '/api/v1/api-keys', { body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(faultsOf('Problem', answer.body)).toEqual([]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('names the place, the request and the page of the error', async () => {
    const { body, headers } = await call(api, 'POST', '/api/v1/api-keys', { body: { name: 'ok', hash: 'x' } });
    expect(body.errors).toEqual([
      { pointer: '/hash', code: 'schema.additionalProperties', message: 'must NOT have additional properties' },
    ]);
    expect(body.instance).toBe(`urn:isthmus:request:${headers['x-request-id']}`);
    expect(body.docs).toBe('/docs/errors#request.invalid');
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('speak Chinese to who asks for it', async () => {
    const { body } = await call(api, 'GET', '/api/v1/nothing', { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect([body.code, body.detail]).toEqual(['request.not-found', '该地址不存在，请检查路径和编号。']);
  });

  it.each([
    ['/api/v1/records/not-an-id', 404],
    ['/api/v1/records/019ab000-0000-7000-8000-000000000000', 404],
    ['/api/v1/changes/99999999999999999999', 404],
    ['/api/v1/changes/1', 404],
    ['/api/v1/connections/nobody', 404],
    ["/api/v1/connections/x'%20or%201=1--", 404],
    ['/api/v1/mappings/99999999999', 404],
    ['/api/v1/records?color=red', 400],
    ['/api/v1/records?limit=201', 400],
    ['/api/v1/records?limit=0', 400],
    ['/api/v1/records?limit=1&limit=2', 400],
    ['/api/v1/records?updatedSince=yesterday', 400],
    ['/api/v1/records?cursor=AAAA', 400],
    ['/api/v1/records?cursor=WyIyMDI2IiwiJyJd', 400],
    ['/api/v1/changes?cursor=WyIxO2Ryb3AiXQ', 400],
    ['/api/v1/changes?state=lost', 400],
    ["/api/v1/changes?connection=x'--", 200],
    ['/api/v1/records?q=%00', 400],
    ['/api/v1/records?q=%ED%A0%80', 200],
  ])('answer %s with %i and never with SQL, stack or path', async (url, status) => {
    const answer = await call(api, 'GET', url);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/select |\bat .*\.(ts|js):|node_modules|syntax error/i);
  });

  it('name the known query parameters to who guesses', async () => {
    const { body } = await call(api, 'GET', '/api/v1/flows?colour=red');
    expect(body.code).toBe('request.unknown-parameter');
    expect(body.errors[0].pointer).toBe('?colour');
    expect(body.errors[0].message).toContain('entity');
  });

  it('refuse other content types, so that a form on another site cannot post', async () => {
    const { status, body } = await call(api, 'POST', '/api/v1/api-keys', {
      body: 'name=x',
      headers: { 'content-type': 'text/plain' },
    });
    expect([status, body.code]).toEqual([415, 'request.content-type']);
  });

  it('hide what went wrong inside, and log it under the request id', async () => {
    await storeConnections(api);
    await api.sql.query('alter table conflict rename to conflict_away');
    try {
      const { status, body, text } = await call(api, 'GET', '/api/v1/conflicts');
      expect([status, body.code]).toEqual([500, 'hub.defect']);
      expect(text).not.toContain('conflict_away');
      expect(api.logged.some((line) => line.includes(body.requestId) && line.includes('relation'))).toBe(true);
    } finally {
      await api.sql.query('alter table conflict_away rename to conflict');
    }
  });
});
