import { call, KEY, startHubApi, storeConnections } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(() => api.clean());
afterAll(() => api.close());

describe('the door of the API', () => {
  it.each([
    '/api/v1/status',
    '/api/v1/connections',
    '/openapi.json',
    '/docs',
    '/docs/swagger-ui-init.js',
    '/admin/queues',
    '/api/v1/nothing',
    '/anything',
  ])('keeps %s closed without a key', async (url) => {
    const { status, body, headers } = await call(api, 'GET', url, { key: null });
    expect([status, body.code]).toEqual([401, 'auth.missing-key']);
    expect(headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it.each([
    ['authorization', `Bearer ${KEY}`],
    ['authorization', `bearer ${KEY}`],
    ['x-api-key', KEY],
  ])('takes the key from %s', async (name, value) => {
    const { status } = await call(api, 'GET', '/api/v1/connections', { key: null, headers: { [name]: value } });
    expect(status).toBe(200);
  });

  it('takes the key as the password of a browser, for looking only', async () => {
    const basic = `Basic ${Buffer.from(`me:${KEY}`).toString('base64')}`;
    const look = await call(api, 'GET', '/openapi.json', { key: null, headers: { authorization: basic } });
    const act = await call(api, 'POST', '/api/v1/api-keys', {
      key: null,
      headers: { authorization: basic },
      body: { name: 'x' },
    });
    expect([look.status, act.status]).toEqual([200, 401]);
  });

  it('refuses a wrong key, and after twenty of them tells that address to wait, while right keys pass', async () => {
    const wrong = (): ReturnType<typeof call> =>
      call(api, 'GET', '/api/v1/connections', { key: 'wrong-key-0123456789' });
    const first = await wrong();
    expect([first.status, first.body.code]).toEqual([401, 'auth.unknown-key']);
    for (let round = 0; round < 19; round += 1) await wrong();
    const late = await wrong();
    expect([late.status, late.body.code, late.body.retryable]).toEqual([429, 'auth.too-many-attempts', true]);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect((await call(api, 'GET', '/api/v1/connections')).status).toBe(200);
    await api.clock.advance(61_000);
    expect((await wrong()).status).toBe(401);
  });

  it('makes keys that are told once and stored as a hash, and revokes them at once', async () => {
    const made = await call(api, 'POST', '/api/v1/api-keys', { body: { name: 'console' } });
    expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store']);
    const key = made.body.key;
    expect(key).toMatch(/^ist_[\w-]{43}$/);
    expect((await call(api, 'GET', '/api/v1/status', { key })).status).toBe(200);
    const listed = await call(api, 'GET', '/api/v1/api-keys');
    expect(listed.text).not.toContain(key);
    const { rows } = await api.sql.query('select * from api_key');
    expect(JSON.stringify(rows)).not.toContain(key);
    expect((await call(api, 'DELETE', `/api/v1/api-keys/${made.body.id}`)).status).toBe(204);
    expect((await call(api, 'GET', '/api/v1/status', { key })).status).toBe(401);
  });

  it('never revokes the last key that works', async () => {
    const { body } = await call(api, 'GET', '/api/v1/api-keys');
    const { status, body: problem } = await call(api, 'DELETE', `/api/v1/api-keys/${body.items[0].id}`);
    expect([status, problem.code]).toEqual([409, 'api-key.last']);
  });

  it('never shows a secret, sealed or not, in any list', async () => {
    await storeConnections(api);
    for (const url of [
      '/api/v1/connections',
      '/api/v1/connections/crm',
      '/api/v1/status',
      '/api/v1/audit',
      '/metrics',
    ]) {
      const { status, text } = await call(api, 'GET', url);
      expect(status).toBe(200);
      expect(text).not.toContain('CANARY-SECRET');
      expect(text).not.toContain(KEY);
    }
    expect((await call(api, 'GET', '/api/v1/connections/crm')).body.secretNames).toEqual(['token']);
  });

  it('leaves health open, and metrics to this machine only', async () => {
    expect((await call(api, 'GET', '/health/live', { key: null })).body).toEqual({ status: 'pass', version: '0.1.0' });
    expect((await call(api, 'GET', '/health/ready', { key: null })).headers['content-type']).toContain(
      'application/health+json',
    );
    expect((await call(api, 'GET', '/metrics', { key: null })).status).toBe(200);
    expect(
      (await call(api, 'GET', '/metrics', { key: null, headers: { 'x-forwarded-for': '203.0.113.9' } })).status,
    ).toBe(401);
    expect((await call(api, 'GET', '/docs/errors', { key: null })).text).toContain('id="auth.missing-key"');
  });

  it('writes metrics as OpenMetrics to who asks for it', async () => {
    await storeConnections(api);
    const { text, headers } = await call(api, 'GET', '/metrics', {
      headers: { accept: 'application/openmetrics-text' },
    });
    expect(headers['content-type']).toContain('application/openmetrics-text');
    expect(text).toContain('# TYPE isthmus_seen counter\nisthmus_seen_total 3\n');
    expect(text).toContain('isthmus_connection_up{connection="crm"} 1');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });
});
