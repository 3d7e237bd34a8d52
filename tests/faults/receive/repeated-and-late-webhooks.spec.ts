import { readStream } from '@isthmus/stages';
import { until } from '../../support/demo-hub.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { Document, RestHub } from '../../support/rest-hub.js';

jest.setTimeout(90_000);

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 8, 0, second)).toISOString();

function customer(number: number, second: number, more: object = {}): Document {
  const id = `c${number}`;
  return {
    id,
    number: `N-${number}`,
    name: `客户 ${number}`,
    email: `c${number}@example.com`,
    phone: `138${String(number).padStart(8, '0')}`,
    updatedAt: at(second),
    ...more,
  };
}

describe('webhooks that come twice, late or in another order', () => {
  let rest: RestHub;
  beforeAll(async () => {
    rest = await startRestHub();
  });
  afterAll(() => rest?.stop());

  const clients = (number: number): Document[] =>
    rest.documents('store').filter((document) => document['number'] === `N-${number}`);
  const writesTo = (): Record<string, number> => ({ ...rest.sandbox.rest.calls.report().effects['store'] });

  it('F31 the same webhook twice with the same id has one effect and is answered 2xx both times', async () => {
    const event = { type: 'customers.created', collection: 'customers', occurredAt: at(1), data: customer(1, 1) };
    expect((await rest.send(event, { eventId: 'e-1' })).status).toBe(200);
    expect((await rest.send(event, { eventId: 'e-1' })).status).toBe(200);
    await rest.settled();
    expect(await rest.count(`select count(*) from change where native_id = 'c1'`)).toBe(1);
    expect(clients(1)).toHaveLength(1);
    expect((await rest.send(event, { eventId: 'e-1' })).status).toBe(200);
    await rest.settled();
    expect(await rest.count(`select count(*) from change where native_id = 'c1'`)).toBe(1);
  });

  it('F31 the same content under a new id has one effect', async () => {
    const before = writesTo();
    expect(await rest.tellCustomer(customer(2, 1), { eventId: 'e-2a' })).toBe(200);
    expect(await rest.tellCustomer(customer(2, 1), { eventId: 'e-2b' })).toBe(200);
    await rest.settled();
    expect(await rest.tellCustomer(customer(2, 1), { eventId: 'e-2c' })).toBe(200);
    await rest.settled();
    expect(clients(2)).toHaveLength(1);
    expect(writesTo()).toEqual({ ...before, created: (before['created'] ?? 0) + 1 });
    expect(
      (await rest.rows(`select state from change where native_id = 'c2' order by id`)).map(({ state }) => state),
    ).toEqual(['merged', 'unchanged', 'unchanged']);
  });

  it('F31 a webhook without an event id is stored once when it is replayed, and has one effect when it is sent anew', async () => {
    const event = { type: 'customers.updated', collection: 'customers', data: customer(3, 1) };
    const atMs = Date.now();
    expect((await rest.send(event, { eventId: null, atMs })).status).toBe(200);
    expect((await rest.send(event, { eventId: null, atMs })).status).toBe(200);
    await rest.settled();
    expect(await rest.count(`select count(*) from change where native_id = 'c3'`)).toBe(1);
    const before = writesTo();
    expect((await rest.send(event, { eventId: null, atMs: atMs + 1 })).status).toBe(200);
    await rest.settled();
    expect(writesTo()).toEqual(before);
    expect(clients(3)).toHaveLength(1);
  });

  it('F31 fifty copies at the same moment have one effect', async () => {
    const event = { type: 'customers.updated', collection: 'customers', data: customer(4, 1) };
    const answers = await Promise.all(Array.from({ length: 50 }, () => rest.send(event, { eventId: 'e-4' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await rest.settled();
    expect(await rest.count(`select count(*) from change where native_id = 'c4'`)).toBe(1);
    expect(clients(4)).toHaveLength(1);
  });

  const orders = [
    [3, 1, 2],
    [2, 3, 1],
    [3, 2, 1],
    [1, 3, 2],
    [2, 1, 3],
  ];
  it.each(orders.map((order, index) => [order.map((version) => `v${version}`).join(','), order, 10 + index] as const))(
    'F32 whole payloads in the order %s end at v3',
    async (_name, order, number) => {
      for (const version of order) {
        expect(
          await rest.tellCustomer(customer(number, version, { note: `v${version}` }), { occurredAt: at(version) }),
        ).toBe(200);
        await rest.settled();
      }
      expect(clients(number).map((document) => document['note'])).toEqual(['v3']);
      expect(
        await rest.count(
          `select count(*) from record where body->>'customerNumber' = 'N-${number}' and body->>'note' = 'v3'`,
        ),
      ).toBe(1);
    },
  );

  it('F32 whole payloads that come as one burst in any order end at v3', async () => {
    for (const [index, order] of orders.entries()) {
      const number = 20 + index;
      await Promise.all(
        order.map((version) =>
          rest.tellCustomer(customer(number, version, { note: `v${version}` }), { occurredAt: at(version) }),
        ),
      );
    }
    await rest.settled();
    for (const index of orders.keys()) expect(clients(20 + index).map((document) => document['note'])).toEqual(['v3']);
  });

  it('F33 a late webhook with an old payload after a newer read is skipped as stale and counted', async () => {
    const { sandbox } = rest;
    const created = sandbox.rest.edit({
      type: 'customers',
      set: { number: 'N-30', name: '客户 30', email: 'c30@example.com', note: 'old' },
    }) as Document;
    const old = { ...created };
    sandbox.rest.clock.advance(5_000);
    sandbox.rest.edit({ type: 'customers', id: created.id, set: { note: 'new' } });
    const report = await readStream(rest.hub.runtime.context, {
      connectionId: 'shop',
      stream: 'customers',
      purpose: 'changes',
      force: true,
    });
    expect(report.failure).toBeUndefined();
    await rest.settled();
    expect(clients(30).map((document) => document['note'])).toEqual(['new']);
    const before = writesTo();
    expect(await rest.tellCustomer(old, { occurredAt: String(old['updatedAt']) })).toBe(200);
    await rest.settled();
    expect(clients(30).map((document) => document['note'])).toEqual(['new']);
    expect(writesTo()).toEqual(before);
    expect(
      await rest.rows(
        `select state, reason->>'code' as code from change where native_id = '${created.id}' order by id desc limit 1`,
      ),
    ).toEqual([{ state: 'stale', code: 'change.stale' }]);
    expect(await rest.hub.runtime.parts.metrics.text()).toMatch(
      /sync_records_total\{[^}]*stage="merge"[^}]*outcome="stale"[^}]*\} [1-9]/,
    );
  });
});

describe('things that come before what they need', () => {
  let rest: RestHub;
  beforeAll(async () => {
    rest = await startRestHub();
  });
  afterAll(() => rest?.stop());

  const order = (id: string, customerId: string): object => ({
    id,
    orderNumber: `O-${id}`,
    orderDate: '2026-01-01',
    customerId,
    lines: [{ line: '1', sku: 'CUP', name: '杯', quantity: '2', unitPrice: '9.90' }],
    updatedAt: at(1),
  });

  it('F35 an update that comes before the creation makes the record, and the creation changes nothing', async () => {
    await rest.send({
      type: 'customers.updated',
      collection: 'customers',
      occurredAt: at(2),
      data: customer(40, 2, { note: 'updated' }),
    });
    await rest.settled();
    await rest.send({
      type: 'customers.created',
      collection: 'customers',
      occurredAt: at(1),
      data: customer(40, 1, { note: 'created' }),
    });
    await rest.settled();
    expect(
      rest
        .documents('store')
        .filter((document) => document['number'] === 'N-40')
        .map((document) => document['note']),
    ).toEqual(['updated']);
  });

  it('F35 an order before its customer waits, goes through when the customer comes, and is never a dead letter', async () => {
    expect(
      (await rest.send({ type: 'orders.created', collection: 'orders', occurredAt: at(1), data: order('o1', 'c41') }))
        .status,
    ).toBe(200);
    await until(
      async () => (await rest.count(`select count(*) from change where native_id = 'o1' and state = 'waiting'`)) === 1,
      'the order waits',
    );
    await rest.settled();
    expect(await rest.count(`select count(*) from change where native_id = 'o1' and state = 'waiting'`)).toBe(1);
    expect(rest.documents('store-invoices')).toHaveLength(0);
    await rest.tellCustomer(customer(41, 1));
    await until(() => rest.documents('store-invoices').length === 1, 'the order reached the target');
    await rest.settled();
    const [client] = rest.documents('store').filter((document) => document['number'] === 'N-41');
    expect(rest.documents('store-invoices').map((document) => document['customerId'])).toEqual([client?.id]);
    expect(await rest.count(`select count(*) from change where state in ('dead', 'rejected')`)).toBe(0);
    expect(await rest.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
  });

  it('F35 an order whose customer the source holds but never told of fetches the customer by itself', async () => {
    const created = rest.sandbox.rest.edit({
      type: 'customers',
      set: { number: 'N-42', name: '客户 42', email: 'c42@example.com' },
    }) as Document;
    await rest.send({ type: 'orders.created', collection: 'orders', data: order('o2', created.id) });
    await until(
      () => rest.documents('store-invoices').some((document) => document['orderNumber'] === 'O-o2'),
      'the order reached the target',
    );
    await rest.settled();
    expect(rest.documents('store').filter((document) => document['number'] === 'N-42')).toHaveLength(1);
    expect(await rest.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
  });

  it('F35 an order whose customer the target refuses for now waits for it, and follows it by itself', async () => {
    rest.sandbox.rest.faults.add({ match: { path: '/store', method: 'POST', kind: 'write' }, status: 503, times: 2 });
    await rest.tellCustomer(customer(43, 1));
    await rest.send({ type: 'orders.created', collection: 'orders', data: order('o3', 'c43') });
    await until(
      () => rest.documents('store-invoices').some((document) => document['orderNumber'] === 'O-o3'),
      'the order reached the target',
    );
    await rest.settled();
    expect(await rest.count(`select count(*) from replica where state in ('dead', 'blocked')`)).toBe(0);
    rest.sandbox.rest.faults.clear();
  });
});
