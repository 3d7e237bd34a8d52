import { eraseNow, stepErasure } from '@isthmus/stages';
import { findText } from '../support/find-text.js';
import { until } from '../support/demo-hub.js';
import { startRestHub } from '../support/rest-hub.js';
import type { RestHub } from '../support/rest-hub.js';

const CUSTOMER_RULES = `
  - { canonical: 'addresses[key=main].recipient', native: ship_name }
  - { canonical: 'addresses[key=main].phone', native: ship_phone }
  - { canonical: 'addresses[key=main].city', native: city }
  - { canonical: invoicing.bankAccount, native: bank }
`;
const ORDER_RULES = `
  - { canonical: customerSnapshot.name, native: buyer }
  - { canonical: customerSnapshot.phone, native: buyerPhone }
  - { canonical: shipTo.recipient, native: receiver.name }
  - { canonical: shipTo.phone, native: receiver.phone }
`;

/** Texts of the person; each stands in one kind of field. */
const CANARIES = ['canary', '13812349876', '8612349876', '6222020000000001', '13912340000'];

const person = (id: string, more: object = {}): { id: string; [field: string]: unknown } => ({
  id,
  name: `Canary Name ${id}`,
  number: `CANARY-${id}`,
  email: `canary.${id}@example.com`,
  phone: '13812349876',
  note: `canary note ${id}`,
  ship_name: 'Canary Receiver',
  ship_phone: '13812349876',
  city: 'Canary City',
  bank: '6222020000000001',
  unmapped: { deep: ['canary secret'] },
  updatedAt: new Date().toISOString(),
  ...more,
});

const order = (id: string, customerId: string, more: object = {}): { id: string; [field: string]: unknown } => ({
  id,
  orderNumber: `SO-${id}`,
  orderDate: '2026-11-23',
  customerId,
  buyer: 'Canary Buyer',
  buyerPhone: '13812349876',
  receiver: { name: 'Canary Receiver', phone: '13812349876' },
  copyOfBuyer: 'canary buyer',
  lines: [{ line: '1', sku: 'TEA', name: 'Tea', quantity: '1', unitPrice: '10.00', taxRate: '13' }],
  updatedAt: new Date().toISOString(),
  ...more,
});

interface Erasure {
  readonly id: number;
  readonly state: string;
  readonly recordId: string;
  readonly recordIds: readonly string[];
  readonly counts: { readonly [what: string]: number };
  readonly documents: readonly { entity: string; records: number; fields: object; namedElsewhere: number }[];
  readonly held: readonly { connectionId: string; nativeId: string | null; toldAt: string | null }[];
  readonly code?: string;
}

jest.setTimeout(60_000);

let hub: RestHub;
let clock = 0;

beforeAll(async () => {
  hub = await startRestHub({
    rules: { customers: CUSTOMER_RULES, orders: ORDER_RULES },
    targetSettings: { limits: { requestsPerSecond: 400, burst: 400, concurrency: 8, timeoutMs: 8_000 } },
  });
});
afterAll(() => hub.stop());

async function tell(collection: string, data: object): Promise<void> {
  const occurredAt = new Date(Date.now() + (clock += 1)).toISOString();
  const sent = await hub.send({
    type: `${collection}.updated`,
    collection,
    occurredAt,
    data: { ...data, updatedAt: occurredAt },
  });
  expect(sent.status).toBeLessThan(300);
}

async function post<Body = Erasure>(path: string, body: object, key?: string): Promise<{ status: number; body: Body }> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  return (await hub.api(`/api/v1${path}`, { method: 'POST', body, headers })) as never;
}

async function recordOf(nativeId: string, stream = 'customers'): Promise<string> {
  const [row] = await hub.rows<{ record_id: string }>(
    `select record_id from replica where connection_id = 'shop' and stream = '${stream}' and native_id = '${nativeId}'`,
  );
  return row?.record_id ?? '';
}

async function storeId(recordId: string): Promise<string> {
  const [row] = await hub.rows<{ native_id: string }>(
    `select native_id from replica where connection_id = 'store' and record_id = '${recordId}'`,
  );
  return row?.native_id ?? '';
}

const canariesLeft = (): Promise<string[]> => findText((sql) => hub.rows(sql), CANARIES);

describe('erasure of a person', () => {
  it('leaves nothing of the person in any column of any table, and the far systems as they are', async () => {
    await tell('customers', person('c1'));
    await hub.settled();
    await tell('customers', person('c1', { note: 'canary note two' }));
    await tell('customers', person('c2', { phone: '13912340000', email: 'canary.other@example.com' }));
    await tell('orders', order('o1', 'c1'));
    await hub.settled();
    await tell('orders', order('o1', 'c1', { buyer: 'Canary Buyer Two' }));
    // Dead letters: a row that the mapping refuses, an order that never became a record, a delivery that the far side refuses.
    await tell('customers', person('c1', { name: '' }));
    await tell('orders', order('o2', 'c1', { orderDate: 'not a date' }));
    // Somebody who may be the same person waits for a decision.
    await tell('customers', person('c3', { email: 'canary.third@example.com' }));
    await hub.settled();
    const [id, other, orderId] = [await recordOf('c1'), await recordOf('c2'), await recordOf('o1', 'orders')];
    expect([id, other, orderId]).not.toContain('');
    await post(`/records/${id}/merge`, { other }, 'merge-1');
    await hub.settled();
    await hub.api(`/api/v1/records/${id}`, {
      method: 'PATCH',
      body: {
        note: 'canary poison note',
        displayName: 'Canary Edited',
        contactPoints: [{ kind: 'mobile', value: '+8613812349876' }],
      },
      headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json' },
    });
    await until(
      async () => (await hub.count(`select count(*) from replica where state = 'pending'`)) === 0,
      'deliveries are tried',
      15_000,
    );
    await post('/undo-runs', { batch: { actor: 'api:first key', from: '2020-01-01T00:00:00Z' }, dryRun: true });
    await plant(id, orderId);
    const before = await canariesLeft();
    const tables = new Set(before.map((hit) => hit.split('.')[0]));
    for (const table of ['record', 'record_version', 'replica', 'conflict', 'reconcile_difference', 'idempotency'])
      expect([...tables]).toContain(table);

    const plan = await post(`/records/${id}/erase`, { reason: 'Request 4711', dryRun: true });
    expect(plan.body).toMatchObject({
      id: null,
      state: 'planned',
      recordId: id,
      documents: [{ entity: 'order', records: 1 }],
    });
    expect(plan.body.recordIds).toEqual([id, other].sort());
    expect(plan.body.documents[0]?.fields).toMatchObject({ '/customerSnapshot/name': 1, '/shipTo/recipient': 1 });
    expect(plan.body.held.map(({ connectionId }) => connectionId)).toContain('store');
    expect((await canariesLeft()).length).toBe(before.length);
    expect((await post(`/records/${id}/erase`, { reason: 'asked by Canary Edited' })).body.code).toBe(
      'erasure.reason-personal',
    );

    const orders = hub.documents('store-invoices');
    const done = await post(`/records/${id}/erase`, { reason: 'Request 4711' });
    expect(done.body).toMatchObject({ state: 'done', recordId: id });
    expect(done.body.counts['changes']).toBeGreaterThan(3);
    expect(await canariesLeft()).toEqual([]);
    await hub.settled();
    expect(await canariesLeft()).toEqual([]);
    // The far systems still hold what they held: an erasure here writes nothing there.
    expect(hub.documents('store-invoices')).toEqual(orders);
    expect(JSON.stringify(orders)).toContain('Canary Buyer');

    const { body } = (await hub.api(`/api/v1/records/${id}`)) as unknown as { body: Record<string, unknown> };
    expect(body).toMatchObject({ recordStatus: 'deleted', erased: { reason: 'Request 4711', state: 'done' } });
    expect((await post(`/records/${id}/undelete`, {})).body.code).toBe('record.erased');
    expect((await post(`/records/${id}/erase`, { reason: 'again' })).body.code).toBe('erasure.done');
    expect((await post(`/records/${orderId}/erase`, { reason: 'an order' })).body.code).toBe('erasure.no-person');
    const [entry] = await hub.rows<{ details: object }>(`select details from audit where action = 'record.erase'`);
    expect(entry?.details).toMatchObject({ reason: 'Request 4711', erasure: done.body.id });
  });

  it('does not bring the person back when a system tells of it again, nor its fields with a document', async () => {
    const [before] = await hub.rows<{ count: number }>(`select count(*)::int from record where entity = 'customer'`);
    const id = await recordOf('c1');
    await tell('customers', person('c1', { note: 'canary comes late' }));
    await tell('orders', order('o1', 'c1', { buyer: 'Canary Buyer Three', orderDate: '2026-11-24' }));
    await tell('orders', order('o3', 'c1'));
    await hub.settled();
    expect(await canariesLeft()).toEqual([]);
    const [after] = await hub.rows<{ count: number }>(`select count(*)::int from record where entity = 'customer'`);
    expect(after).toEqual(before);
    const states = await hub.rows<{ state: string; code: string }>(
      `select state, reason->>'code' as code from change where native_id = 'c1' order by change.id desc limit 1`,
    );
    expect(states).toEqual([{ state: 'ignored', code: 'change.erased' }]);
    // The business content of the orders goes on, and refers to what is left of the person.
    const records = await hub.rows<{ body: Record<string, unknown> }>(
      `select body from record where entity = 'order' and body->>'orderNumber' in ('SO-o1', 'SO-o3') order by body->>'orderNumber'`,
    );
    expect(records).toMatchObject([
      { body: { orderDate: '2026-11-24', customerId: { id } } },
      { body: { customerId: { id } } },
    ]);
    const delivered = hub.documents('store-invoices').find((row) => row['orderNumber'] === 'SO-o1');
    expect(delivered).toMatchObject({ orderDate: '2026-11-24', buyer: 'Canary Buyer Two' });
    const [erasure] = ((await hub.api('/api/v1/erasures')).body.items ?? []) as Erasure[];
    expect(erasure?.held.some(({ connectionId, toldAt }) => connectionId === 'shop' && toldAt !== null)).toBe(true);
  });

  it('is told of as deleted when the system deletes it, and makes a new record once the erasure is lifted', async () => {
    await hub.send({ type: 'customers.deleted', collection: 'customers', data: { id: 'c2', name: 'Canary Name' } });
    await hub.settled();
    const [erasure] = ((await hub.api('/api/v1/erasures')).body.items ?? []) as Erasure[];
    expect(erasure?.held.filter(({ connectionId }) => connectionId === 'shop')).toHaveLength(1);
    expect(await canariesLeft()).toEqual([]);
    const old = await recordOf('c1');
    const lifted = await post(`/erasures/${erasure?.id}/lift`, { reason: 'The customer came back' });
    expect(lifted.body).toMatchObject({ liftedBy: expect.any(String) as string });
    expect((await post(`/erasures/${erasure?.id}/lift`, { reason: 'twice' })).body.code).toBe('erasure.not-liftable');
    await tell('customers', person('c1', { name: 'New Name', email: 'new@example.com' }));
    await hub.settled();
    const fresh = await recordOf('c1');
    expect(fresh).not.toBe('');
    expect(fresh).not.toBe(old);
  });
});

const racer = (note: string): { id: string; [field: string]: unknown } =>
  person('c9', {
    name: 'Racer Nine',
    number: 'RACER-9',
    email: 'racer.nine@example.com',
    phone: '13912345678',
    ship_name: 'Racer',
    ship_phone: '13912345678',
    city: 'Racer City',
    bank: '6222029999999999',
    unmapped: 'racer',
    note,
  });
const RACER = ['racer', '13912345678', '6222029999999999'];

describe('an erasure while work is in flight', () => {
  it('is not undone by a change that waits, nor by a delivery in the middle of its call', async () => {
    await tell('customers', racer('racer'));
    await hub.settled();
    const id = await recordOf('c9');
    const tries = `select count(*) from attempt where record_ids @> array['${id}'::uuid]`;
    const before = await hub.count(tries);
    hub.sandbox.rest.faults.add({ match: { path: `/store/${await storeId(id)}` }, delayMs: 3_000, times: 1 });
    const edited = await hub.api(`/api/v1/records/${id}`, {
      method: 'PATCH',
      body: { note: 'racer in flight' },
      headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json' },
    });
    expect(edited.status).toBe(200);
    const leased = `select count(*) from replica where record_id = '${id}' and lease_until is not null`;
    await until(async () => (await hub.count(leased)) === 1, 'the delivery is in the middle of its call', 10_000);
    await hub.api('/api/v1/flows/customers/pause', { method: 'POST', body: {} });
    await tell('customers', racer('racer waits'));
    expect(await hub.count(`select count(*) from change where state = 'pending' and native_id = 'c9'`)).toBe(1);
    const done = await post(`/records/${id}/erase`, { reason: 'Request 4712' });
    expect(done.status).toBeLessThan(300);
    expect(await hub.count(tries)).toBe(before);
    await hub.api('/api/v1/flows/customers/resume', { method: 'POST', body: {} });
    await until(async () => (await hub.count(tries)) > before, 'the call came back', 10_000);
    await hub.settled();
    expect(await findText((sql) => hub.rows(sql), RACER)).toEqual([]);
    const copies = await hub.rows<{ state: string; base: string | null }>(
      `select state, base from replica where record_id = '${id}'`,
    );
    expect(copies.map(({ state, base }) => [state, base])).toEqual([
      ['gone', null],
      ['gone', null],
    ]);
    expect(JSON.stringify(hub.documents('store'))).toContain('racer in flight');
  });

  it('goes on where it stood when its process dies after the first step', async () => {
    await tell(
      'customers',
      person('c20', {
        number: 'N20',
        name: 'Late Person',
        email: 'late.person@example.com',
        phone: '13700001234',
        note: 'n',
      }),
    );
    for (let n = 0; n < 5; n += 1) await tell('orders', order(`late-${n}`, 'c20', { buyer: `Late Buyer ${n}` }));
    await until(
      async () =>
        (await hub.count(`select count(*) from change where native_id like 'late-%' and state = 'merged'`)) === 5,
      'all orders are merged',
      10_000,
    );
    await hub.settled();
    const recordId = await recordOf('c20');
    const { runtime, database } = hub.hub;
    const run = await database.transaction((sql) =>
      eraseNow(sql, runtime.topology.current(), { recordId, reason: 'Request 4713', actor: 'api:test' }, new Date()),
    );
    if ('refused' in run) throw new Error(run.refused.code);
    // A step that dies in the middle leaves nothing behind.
    await stepErasure({ database, topology: runtime.topology, clock: { now: () => new Date() } }, run.id, () => {
      throw new Error('died');
    });
    await until(
      async () => (await hub.count(`select count(*) from erasure where state <> 'done'`)) === 0,
      'the workers have finished it',
      15_000,
    );
    expect(await findText((sql) => hub.rows(sql), ['late buyer', 'late person', 'late.person', '13700001234'])).toEqual(
      [],
    );
    expect(
      await hub.count(
        `select count(*) from erased_record where erasure_id = ${run.id} and part = 'document' and is_done`,
      ),
    ).toBe(5);
  });
});

/** What takes a system of its own to come about, as the hub stores it. */
async function plant(id: string, orderId: string): Promise<void> {
  await hub.rows(`insert into conflict (record_id, entity, pointer, connection_id, change_id, record_value, incoming_value, base_value, at)
    values ('${id}', 'customer', '/contactPoints/kind=mobile,value=+8613812349876', 'shop', 1, '"canary a"', '"canary b"', '"canary c"', now()),
      ('${orderId}', 'order', '/shipTo/recipient', 'shop', 1, '"canary a"', '"canary b"', '"canary c"', now())`);
  await hub.rows(`with undone as (
      insert into mapping_publication (connection_id, stream, version, document, beneath_hash, mode, state, actor, at)
      values ('shop', 'customers', 1, '', '', 'resync', 'rolled-back', 'api:test', now()),
        ('shop', 'orders', 1, '', '', 'resync', 'rolled-back', 'api:test', now()) returning id, stream)
    insert into native_image (publication_id, native_id, pointer, was, wrote)
    select id, case stream when 'customers' then 'c1' else 'o1' end, '/copyOfBuyer', '"canary was"', '"canary wrote"' from undone`);
  await hub.rows(`insert into remap_delivery (record_id, connection_id, run_id, fields, restore)
    values ('${orderId}', 'shop', 1, '{}', array['{"pointer":"/copyOfBuyer","was":"canary was","wrote":"x"}'])`);
  await hub.rows(
    `insert into reconcile_run (connection_id, stream, state, started_at) values ('shop', 'customers', 'done', now())`,
  );
  await hub.rows(`insert into reconcile_difference (run_id, connection_id, stream, entity, cause, detail, record_id, native_id, fields, action, row_text)
    select max(id), 'shop', 'customers', 'customer', 'lost', 'edit-not-told', '${id}'::uuid, 'c1', array['/note'], 'merge', '{"note":"canary"}' from reconcile_run
    union all select max(id), 'shop', 'orders', 'order', 'lost', 'edit-not-told', '${orderId}'::uuid, 'o1', array['/shipTo'], 'merge', '{"buyer":"canary"}' from reconcile_run`);
  await hub.rows(`insert into mapping_run (kind, connection_id, stream, document_hash, state, phase, report, actor, started_at)
    values ('preview', 'shop', 'customers', '', 'done', 'done', '${JSON.stringify({
      samples: [{ recordId: id, changes: [{ pointer: '/note', after: 'canary' }], writes: [] }],
      problems: { count: 1, codes: {}, items: [{ recordId: orderId, message: { en: 'canary' } }] },
    })}', 'api:test', now())`);
}
