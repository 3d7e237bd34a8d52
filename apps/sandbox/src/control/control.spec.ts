import { request as httpRequest } from 'node:http';
import { controlCaller, crmCaller, restCaller } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

describe('the control surface', () => {
  let sandbox: Sandbox;
  let control: ReturnType<typeof controlCaller>;
  let rest: ReturnType<typeof restCaller>;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-01T00:00:00Z');
    sandbox = await startSandbox({ now: () => now });
    control = controlCaller(sandbox);
    rest = restCaller(sandbox);
  });
  afterEach(() => sandbox.close());

  const fault = (rule: object, system = 'rest') => control('POST', `/${system}/faults`, rule);
  const calls = async () => (await control('GET', '/rest/calls')).json;

  test('an answer dropped after the commit leaves the document behind', async () => {
    await fault({ dropAfterCommit: 1 });
    await expect(rest('POST', '/orders', { externalId: 'o' })).rejects.toThrow('fetch failed');
    expect(sandbox.rest.types()).toEqual({ orders: 1 });
    expect((await rest('POST', '/orders', { externalId: 'p' })).status).toBe(201);
    expect(await calls()).toMatchObject({ writes: 2, effects: { orders: { created: 2 } } });
  });

  test('a refused write does not use up a drop after the commit', async () => {
    await fault({ dropAfterCommit: 1 });
    expect((await rest('POST', '/orders', { poison: true })).status).toBe(422);
    await expect(rest('POST', '/orders', {})).rejects.toThrow('fetch failed');
  });

  test('an answer dropped before the commit leaves nothing behind', async () => {
    await fault({ dropBeforeCommit: true, times: 1 });
    await expect(rest('POST', '/orders', {})).rejects.toThrow('fetch failed');
    expect(sandbox.rest.types()).toEqual({});
  });

  test('a 429 with Retry-After counts who comes back too early', async () => {
    await fault({ status: 429, retryAfter: 10, times: 1 });
    const refused = await rest('GET', '/orders');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    now += 9_000;
    await rest('GET', '/orders');
    expect(await calls()).toMatchObject({ total: 2, tooEarly: 1 });
    now += 2_000;
    await rest('GET', '/orders');
    expect(await calls()).toMatchObject({
      total: 3,
      tooEarly: 1,
      routes: { 'GET /orders': { count: 3, answers: { 200: 2, 429: 1 } } },
    });
  });

  test('Retry-After can be an HTTP date', async () => {
    await fault({ status: 503, retryAfterDateSeconds: 30, times: 1 });
    expect((await rest('GET', '/orders')).headers.get('retry-after')).toBe('Sun, 01 Nov 2026 00:00:30 GMT');
  });

  test('faults choose calls by path, method, count and share', async () => {
    await fault({ match: { path: '/orders', method: 'GET' }, everyNth: 2, status: 500 });
    const statuses: number[] = [];
    for (let round = 0; round < 4; round += 1) statuses.push((await rest('GET', '/orders')).status);
    expect(statuses).toEqual([200, 500, 200, 500]);
    expect((await rest('GET', '/people')).status).toBe(200);
    await control('DELETE', '/rest/faults');
    await fault({ rate: 0.5, seed: 42, status: 500 });
    let failed = 0;
    for (let round = 0; round < 40; round += 1) failed += (await rest('GET', '/orders')).status === 500 ? 1 : 0;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(32);
  });

  test('a system that is down refuses every call until it is brought back or the time is over', async () => {
    await fault({ down: true, forMs: 60_000 }, 'hubspot');
    await expect(crmCaller(sandbox)('GET', '/crm/v3/objects/contacts')).rejects.toThrow('fetch failed');
    expect((await rest('GET', '/orders')).status).toBe(200);
    now += 60_001;
    expect((await crmCaller(sandbox)('GET', '/crm/v3/objects/contacts')).status).toBe(200);
    await fault({ down: true }, 'hubspot');
    await fault({ down: false }, 'hubspot');
    expect((await crmCaller(sandbox)('GET', '/crm/v3/objects/contacts')).status).toBe(200);
  });

  test('answers can be wrong in the ways that look right', async () => {
    await fault({ htmlLogin: true, times: 1 });
    const page = await rest('GET', '/orders');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    await fault({ errorBodyWith200: true, times: 1 });
    expect(await rest('GET', '/orders')).toMatchObject({ status: 200, json: { error: { code: 'internal' } } });
    await fault({ truncate: true, times: 1 });
    expect((await rest('GET', '/orders')).text).toBe('{"items":[],');
    await fault({ drip: { bytes: 10, everyMs: 1 }, times: 1 });
    expect((await rest('GET', '/orders')).json).toEqual({ items: [], next: null });
  });

  test('edits, seeds and generated rows are not counted as writes', async () => {
    await control('POST', '/rest/edit', { type: 'orders', set: { externalId: 'o', a: 1 } });
    const edited = await control('POST', '/rest/edit', { type: 'orders', match: { externalId: 'o' }, set: { a: 2 } });
    expect(edited.json).toMatchObject({ record: { a: 2, version: 2 } });
    await control('POST', '/rest/generate', { type: 'people', count: 3 });
    expect(await calls()).toMatchObject({ total: 0, effects: {} });
    expect((await control('GET', '/rest/records/people')).json['records']).toHaveLength(3);
  });

  test('both systems are seeded with customers that overlap, and reset to nothing', async () => {
    const seeded = await control('POST', '/seed');
    expect(seeded.json).toMatchObject({
      systems: [
        { name: 'hubspot', records: { contacts: 5, companies: 5, products: 0, orders: 2 } },
        { name: 'kingdee', records: { customer: 10, material: 15, store: 2, inventory: 30, sal_order: 2 } },
        { name: 'rest' },
      ],
    });
    await control('POST', '/reset');
    expect(sandbox.kingdee.types()['customer']).toBe(0);
  });

  test('the clocks move together or one by one', async () => {
    await control('POST', '/clock', { advanceMs: 1_000 });
    await control('POST', '/kingdee/clock', { advanceMs: -500 });
    expect([sandbox.hubspot.now() - now, sandbox.kingdee.now() - now]).toEqual([1_000, 500]);
  });

  test('mistakes are told, not swallowed', async () => {
    expect((await fault({ statsu: 500 })).json['error']).toBe('a fault has no member "statsu"');
    expect((await control('POST', '/rest/settings', { colour: 1 })).status).toBe(400);
    expect((await control('GET', '/sap/calls')).status).toBe(404);
  });

  test('pages of other sites and other host names are turned away', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        httpRequest(`${sandbox.url}/_control/systems`, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({})).toBe(200);
  });
});
