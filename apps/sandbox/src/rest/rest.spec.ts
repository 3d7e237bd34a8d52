import { createHmac } from 'node:crypto';
import { call, restCaller } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

interface Page {
  items: { id: string; n: number }[];
  next: string | null;
}

describe('the plain JSON API', () => {
  let sandbox: Sandbox;
  let rest: ReturnType<typeof restCaller>;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-01T00:00:00Z');
    sandbox = await startSandbox({ now: () => now });
    rest = restCaller(sandbox);
  });
  afterEach(() => sandbox.close());

  const pages = async (path: string) => {
    const seen: number[][] = [];
    let cursor = '';
    do {
      const { items, next } = (await rest('GET', `${path}&cursor=${cursor}`)).json as unknown as Page;
      seen.push(items.map(({ n }) => n));
      cursor = next ?? '';
    } while (cursor !== '' && seen.length < 10);
    return seen;
  };

  test('documents are created, read, changed in part, replaced and removed', async () => {
    const made = await rest('POST', '/orders', { externalId: 'o-1', a: 1, b: 2 });
    expect(made.status).toBe(201);
    const path = `/orders/${String(made.json['id'])}`;
    expect((await rest('PATCH', path, { b: 3 })).json).toMatchObject({ a: 1, b: 3, version: 2 });
    expect((await rest('PUT', path, { b: 4 }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await rest('PUT', path, { b: 4 }, { 'if-match': '"2"' })).json).not.toHaveProperty('a');
    expect((await rest('DELETE', path)).status).toBe(204);
    expect((await rest('GET', path)).status).toBe(404);
    expect((await rest('GET', '/orders?includeDeleted=true')).json).toMatchObject({ items: [{ deleted: true }] });
  });

  test('a list in pages misses nothing that changes meanwhile', async () => {
    for (const n of [1, 2, 3, 4, 5]) await rest('POST', '/things', { id: `t${n}`, n });
    const first = (await rest('GET', '/things?limit=2')).json as unknown as Page;
    await rest('PATCH', '/things/t1', { n: 11 });
    const second = (await rest('GET', `/things?limit=9&cursor=${String(first.next)}`)).json as unknown as Page;
    expect(second.items.map(({ n }) => n)).toEqual([3, 4, 5, 11]);
    expect(second.next).toBeNull();
  });

  test('updatedSince holds over all pages', async () => {
    await rest('POST', '/things', { n: 1 });
    now += 5_000;
    for (const n of [2, 3, 4]) await rest('POST', '/things', { n });
    expect(await pages('/things?limit=2&updatedSince=2026-11-01T00:00:05Z')).toEqual([[2, 3], [4]]);
  });

  test.each([
    ['emptyPage', [[1, 2], [], [3]]],
    ['repeatPage', [[1, 2], [1, 2], [3]]],
  ] as const)('lists can misbehave: %s', async (paging, expected) => {
    for (const n of [1, 2, 3]) await rest('POST', '/things', { n });
    sandbox.rest.configure({ settings: { paging } });
    expect(await pages('/things?limit=2')).toEqual(expected);
  });

  test('the same Idempotency-Key gets the same answer, with another body it is refused', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await rest('POST', '/orders', { a: 1 }, headers);
    expect((await rest('POST', '/orders', { a: 1 }, headers)).json).toEqual(first.json);
    expect((await rest('POST', '/orders', { a: 2 }, headers)).status).toBe(422);
    expect(sandbox.rest.types()).toEqual({ orders: 1 });
    sandbox.rest.configure({ settings: { idempotencyKeys: false } });
    await rest('POST', '/orders', { a: 1 }, headers);
    expect(sandbox.rest.types()).toEqual({ orders: 2 });
  });

  test('a bulk answers per item, and names the field of a poisoned one', async () => {
    const items = [{ externalId: 'a' }, { externalId: 'b', poison: 'phone' }, { externalId: 'c' }];
    const answer = await rest('POST', '/people/bulk', items);
    expect(answer.status).toBe(207);
    expect(answer.json['results']).toMatchObject([
      { status: 201 },
      { index: 1, status: 422, error: { field: 'phone' } },
      { status: 201 },
    ]);
    expect((await rest('GET', '/people?externalId=c')).json).toMatchObject({ items: [{ externalId: 'c' }] });
    expect((await rest('POST', '/people/bulk', [{ externalId: 'a' }])).json).toMatchObject({
      results: [{ status: 200 }],
    });
  });

  test('all or nothing: one poisoned item refuses the bulk without saying which', async () => {
    sandbox.rest.configure({ settings: { bulk: 'allOrNothing' } });
    const answer = await rest('POST', '/people/bulk', [{ externalId: 'a' }, { poison: true }]);
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('index');
    expect(sandbox.rest.types()).toEqual({});
  });

  test('a unique externalId can be demanded', async () => {
    sandbox.rest.configure({ settings: { uniqueExternalId: true } });
    const first = await rest('POST', '/orders', { externalId: 'x' });
    expect((await rest('POST', '/orders', { externalId: 'x' })).json).toMatchObject({
      error: { code: 'duplicate', id: first.json['id'] },
    });
  });

  test('callers may sign instead of showing a token', async () => {
    sandbox.rest.configure({ settings: { auth: 'hmac' } });
    const body = '{"a":1}';
    const sign = (text: string) => `sha256=${createHmac('sha256', 'sandbox-rest-secret').update(text).digest('hex')}`;
    const post = (headers: Record<string, string>) => call('POST', `${sandbox.url}/rest/orders`, body, headers);
    expect((await post({ 'x-signature': sign(body) })).status).toBe(201);
    expect((await post({ 'x-signature': sign(`${body} `) })).status).toBe(401);
    const timestamp = String(now);
    expect((await post({ 'x-timestamp': timestamp, 'x-signature': sign(`${timestamp}.${body}`) })).status).toBe(201);
    const old = String(now - 300_001);
    expect((await post({ 'x-timestamp': old, 'x-signature': sign(`${old}.${body}`) })).status).toBe(401);
  });

  test('many plausible documents are made quickly, the same for the same seed', () => {
    expect(sandbox.rest.generate({ type: 'orders', count: 500, seed: 3 })).toBe(500);
    const [first] = sandbox.rest.records('orders') as { orderNumber: string; lines: unknown[] }[];
    expect(first?.orderNumber).toBe('W300000000');
    expect(first?.lines.length).toBeGreaterThan(0);
  });
});
