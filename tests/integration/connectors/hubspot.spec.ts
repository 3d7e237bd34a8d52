import type { Row } from '@isthmus/connector-kit';
import { connectorById } from '@isthmus/connectors';
import { startSandbox } from '../../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../../apps/sandbox/src/sandbox.js';
import { connect, create, firstPage, listIn, readAll, streamOf, textIn, update, written } from './connect.js';
import type { TestConnection } from './connect.js';

const hubspot = connectorById('hubspot')!;
const contact = (email: string, lastname = '王小明'): Row => ({
  properties: { email, lastname, erp_number: null, credit_limit: '5000' },
});
const property = (row: Row | undefined, name: string): unknown => (row?.['properties'] as Row | undefined)?.[name];

describe('HubSpot against the sandbox', () => {
  let sandbox: Sandbox;
  let connection: TestConnection;

  beforeAll(async () => {
    sandbox = await startSandbox({ limits: false });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.hubspot.reset();
    connection = connect(hubspot, {
      baseUrl: `${sandbox.url}/hubspot`,
      accessToken: 'sandbox-hubspot-token',
      requestsPerSecond: 1000,
      overlapSeconds: 0,
      stockProperties: { CK001: 'stock_ck001', CK002: 'stock_ck002' },
    });
  });
  afterEach(() => connection.close());

  const write = (stream: string) => streamOf(connection, stream).write!;

  it('passes its connection test and says which properties it will create', async () => {
    const steps = await hubspot.check!(connection.context);
    expect(steps.map((step) => step.ok)).toEqual([true, true, true, true, true]);
    expect(steps.at(-1)?.message.en).toContain('contacts.isthmus_record_id');
  });

  it('reads every contact once, whole list and by changes', async () => {
    sandbox.hubspot.generate({ type: 'contacts', count: 450 });
    const full = await readAll(connection, 'contacts', { cursor: undefined, full: true });
    const changes = await readAll(connection, 'contacts', { cursor: undefined, full: false });
    expect(new Set(full.rows.map((row) => row['id'])).size).toBe(450);
    expect(full.pages.map((page) => page.rows.length)).toEqual([100, 100, 100, 100, 50]);
    expect(new Set(changes.rows.map((row) => row['id'])).size).toBe(450);
    expect((await readAll(connection, 'contacts', { cursor: full.cursor, full: true })).rows).toEqual([]);
  });

  it('reads more than a page of objects that share one stamp', async () => {
    const at = Date.now();
    const frozen = await startSandbox({ limits: false, now: () => at });
    const other = connect(hubspot, {
      baseUrl: `${frozen.url}/hubspot`,
      accessToken: 'sandbox-hubspot-token',
      requestsPerSecond: 1000,
      overlapSeconds: 0,
    });
    frozen.hubspot.generate({ type: 'contacts', count: 450 });
    const changes = await readAll(other, 'contacts', { cursor: undefined, full: false });
    expect(new Set(changes.rows.map((row) => row['id'])).size).toBe(450);
    await other.close();
    await frozen.close();
  });

  it('resumes a read of changes after the stored page', async () => {
    sandbox.hubspot.generate({ type: 'contacts', count: 300 });
    const first = await firstPage(connection, 'contacts', { cursor: undefined, full: false });
    const rest = await readAll(connection, 'contacts', { cursor: first.cursor, full: false });
    const ids = new Set([...first.rows, ...rest.rows].map((row) => row['id']));
    expect(ids.size).toBe(300);
  });

  it('creates in bulk, gives back what HubSpot stores, and a repetition makes no second contact', async () => {
    const items = ['a@example.com', 'B@Example.com'].map((email) => create(contact(email)));
    const first = await write('contacts').write(connection.context, items);
    const again = await write('contacts').write(connection.context, items);
    expect(first.map((result) => result.ok)).toEqual([true, true]);
    expect(again.map((result) => result.ok && result.nativeId)).toEqual(
      first.map((result) => result.ok && result.nativeId),
    );
    expect(property(first[1]?.ok ? first[1].stored : undefined, 'email')).toBe('b@example.com');
    expect(sandbox.hubspot.types()['contacts']).toBe(2);
  });

  it('clears a property with null and leaves the others alone', async () => {
    const item = create(contact('a@example.com'));
    const made = written((await write('contacts').write(connection.context, [item]))[0]);
    const changed = { properties: { credit_limit: null } };
    const [result] = await write('contacts').write(connection.context, [
      update(item, made.nativeId, made.stored, changed),
    ]);
    expect(result?.ok && [property(result.stored, 'credit_limit'), property(result.stored, 'lastname')]).toEqual([
      null,
      '王小明',
    ]);
  });

  it('adopts a contact that HubSpot already knows by its e-mail, unless it is another record’s', async () => {
    sandbox.hubspot.edit({ type: 'contacts', set: { email: 'known@example.com', firstname: 'Old' } });
    const item = create(contact('known@example.com'));
    const [adopted] = await write('contacts').write(connection.context, [item]);
    const [refused] = await write('contacts').write(connection.context, [create(contact('known@example.com'))]);
    expect(adopted?.ok).toBe(true);
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'invalid', code: 'hubspot.value-taken' } });
    expect(sandbox.hubspot.types()['contacts']).toBe(1);
  });

  it('splits a poison record out of its bulk', async () => {
    const items = Array.from({ length: 9 }, (_value, index) =>
      create(contact(index === 4 ? 'not an address' : `p${index}@example.com`)),
    );
    sandbox.hubspot.configure({ settings: { multiStatus: 'traced' } });
    const results = await write('contacts').write(connection.context, items);
    expect(results.map((result) => result.ok)).toEqual([true, true, true, true, false, true, true, true, true]);
    expect(results[4]).toMatchObject({ failure: { kind: 'invalid', field: 'properties.email' } });
  });

  it('calls an update of a vanished contact gone', async () => {
    const item = create(contact('a@example.com'));
    const made = written((await write('contacts').write(connection.context, [item]))[0]);
    await write('contacts').remove!(connection.context, [made.nativeId]);
    const [result] = await write('contacts').write(connection.context, [
      update(item, made.nativeId, made.stored, { properties: { lastname: 'X' } }),
    ]);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'gone' } });
    expect(await streamOf(connection, 'contacts').fetch!(connection.context, [made.nativeId])).toEqual([
      { id: made.nativeId, gone: true },
    ]);
  });

  describe('orders', () => {
    const order = (contacts: string[], lines: Row[]): Row => ({
      properties: { hs_order_name: 'SO-1', hs_currency_code: 'CNY' },
      associations: { contacts },
      lineItems: lines,
    });
    const line = (lineId: string, position: number, quantity: string): Row => ({
      lineId,
      position,
      unit: '个',
      taxRate: '13',
      properties: { name: `Item ${lineId}`, hs_sku: `SKU-${lineId}`, quantity, price: '89' },
    });
    const aContact = async (): Promise<string> => {
      const [made] = await write('contacts').write(connection.context, [create(contact('buyer@example.com'))]);
      if (!made?.ok) throw new Error('not created');
      return made.nativeId;
    };

    it('creates an order with lines and customer that is read back as it was written', async () => {
      const buyer = await aContact();
      const item = create(order([buyer], [line('L2', 2, '1'), line('L1', 1, '2')]));
      const [made] = await write('orders').write(connection.context, [item]);
      expect(made).toMatchObject({
        ok: true,
        stored: {
          associations: { contacts: [buyer], companies: [] },
          lineItems: [
            { lineId: 'L1', position: 1, unit: '个', taxRate: '13', properties: { quantity: '2' } },
            { lineId: 'L2', position: 2, properties: { quantity: '1' } },
          ],
        },
      });
      const { rows } = await readAll(connection, 'orders', { cursor: undefined, full: false });
      expect(rows).toEqual([made?.ok ? made.stored : undefined]);
    });

    it.each([
      ['line_items', 'the lines'],
      ['orders/batch/create', 'the order'],
    ])('makes no doubles when the answer to the create of %s is lost', async (path) => {
      const buyer = await aContact();
      const item = create(order([buyer], [line('L1', 1, '2'), line('L2', 2, '1')]));
      sandbox.hubspot.faults.add({
        match: { path: `/crm/v3/objects/${path}`, kind: 'write' },
        dropAfterCommit: true,
        times: 2,
      });
      const [lost] = await write('orders').write(connection.context, [item]);
      expect(lost).toMatchObject({ ok: false });
      sandbox.hubspot.faults.clear();
      const [result] = await write('orders').write(connection.context, [item]);
      expect(result).toMatchObject({ ok: true, stored: { lineItems: [{ lineId: 'L1' }, { lineId: 'L2' }] } });
      expect([sandbox.hubspot.types()['orders'], sandbox.hubspot.types()['line_items']]).toEqual([1, 2]);
    });

    it('updates lines by difference and keeps a line that a person added meanwhile', async () => {
      const buyer = await aContact();
      const item = create(order([buyer], [line('L1', 1, '2'), line('L2', 2, '1')]));
      const made = written((await write('orders').write(connection.context, [item]))[0]);
      const added = sandbox.hubspot.edit({
        type: 'line_items',
        set: { name: 'By hand', quantity: '1', price: '5' },
      }) as Row;
      await connection.context.http.call({
        method: 'POST',
        path: '/crm/v4/associations/orders/line_items/batch/associate/default',
        json: { inputs: [{ from: { id: made.nativeId }, to: { id: textIn(added, 'id') } }] },
      });
      const changed = { lineItems: [line('L1', 1, '3'), line('L3', 2, '4')] };
      const [result] = await write('orders').write(connection.context, [
        update(item, made.nativeId, made.stored, changed),
      ]);
      const lines = listIn(written(result).stored, 'lineItems').map((row) => [
        row['lineId'],
        property(row, 'quantity'),
      ]);
      expect(lines).toEqual([
        ['L1', '3'],
        ['L3', '4'],
        [textIn(added, 'id'), '1'],
      ]);
    });

    it('moves the order to another customer', async () => {
      const buyer = await aContact();
      const item = create(order([buyer], [line('L1', 1, '2')]));
      const made = written((await write('orders').write(connection.context, [item]))[0]);
      const other = written(
        (await write('contacts').write(connection.context, [create(contact('other@example.com'))]))[0],
      );
      const changed = { associations: { contacts: [other.nativeId] } };
      const [result] = await write('orders').write(connection.context, [
        update(item, made.nativeId, made.stored, changed),
      ]);
      expect(result?.ok && result.stored?.['associations']).toEqual({ contacts: [other.nativeId], companies: [] });
    });

    it('sees a change of a line although the order’s own stamp stands still', async () => {
      const buyer = await aContact();
      const [made] = await write('orders').write(connection.context, [create(order([buyer], [line('L1', 1, '2')]))]);
      const { cursor } = await readAll(connection, 'orders', { cursor: undefined, full: false });
      const id = textIn(listIn(written(made).stored, 'lineItems')[0], 'id');
      await new Promise((resolve) => setImmediate(resolve));
      sandbox.hubspot.edit({ type: 'line_items', id, set: { quantity: '7' } });
      const { rows } = await readAll(connection, 'orders', { cursor, full: false });
      expect(listIn(rows.at(-1) ?? {}, 'lineItems').map((row) => property(row, 'quantity'))).toEqual(['7']);
    });

    it('takes unit, tax rate and product of a line entered by hand from the product with its SKU', async () => {
      const [product] = await write('products').write(connection.context, [
        create({
          properties: { name: '五常大米', hs_sku: 'RICE-WC-5', price: '69.9', tax_rate: '9', base_unit: '袋' },
        }),
      ]);
      const buyer = await aContact();
      sandbox.hubspot.actions['order']!({
        contactId: buyer,
        name: 'CRM-1',
        lines: [{ sku: 'RICE-WC-5', quantity: '2' }],
      });
      const { rows } = await readAll(connection, 'orders', { cursor: undefined, full: true });
      const lines = rows[0]?.['lineItems'] as Row[];
      expect(lines[0]).toMatchObject({ productId: product?.ok && product.nativeId, unit: '袋', taxRate: '9' });
      expect(lines[0]?.['lineId']).toBe(lines[0]?.['id']);
    });
  });

  it('writes stock as product properties, several locations of a product in one input', async () => {
    const [product] = await write('products').write(connection.context, [
      create({ properties: { name: '保温杯', hs_sku: 'CUP' } }),
    ]);
    const productId = product?.ok ? product.nativeId : '';
    const levels = ['CK001', 'CK002', 'CK009'].map((location, index) =>
      create({ productId, location, quantity: String(index + 5) }),
    );
    const results = await write('stockLevels').write(connection.context, levels);
    expect(results.map((result) => (result.ok ? result.nativeId : result.failure.code))).toEqual([
      `${productId}/stock_ck001`,
      `${productId}/stock_ck002`,
      'hubspot.no-stock-property',
    ]);
    const { rows } = await readAll(connection, 'stockLevels', { cursor: undefined, full: true });
    expect(rows.map((row) => [row['location'], row['quantity']])).toEqual([
      ['CK001', '5'],
      ['CK002', '6'],
    ]);
    const locations = await readAll(connection, 'locations', { cursor: undefined, full: true });
    expect(locations.rows.map((row) => row['code'])).toEqual(['CK001', 'CK002']);
  });

  it('creates its own properties once, however many writes run', async () => {
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        write('contacts').write(connection.context, [create(contact(`${name}@example.com`))]),
      ),
    );
    const creations = connection.calls.filter(
      (call) => call.path.includes('/crm/v3/properties/contacts') && call.method === 'POST',
    );
    expect(creations).toHaveLength(4);
  });

  it('pauses the connection on a refused token', async () => {
    const other = connect(hubspot, { baseUrl: `${sandbox.url}/hubspot`, accessToken: 'wrong' });
    await expect(readAll(other, 'contacts', { cursor: undefined, full: true })).rejects.toMatchObject({
      failure: { kind: 'auth' },
    });
    await other.close();
  });

  it('waits as long as HubSpot’s policy says', async () => {
    sandbox.hubspot.faults.add({ status: 429, times: 1 });
    await expect(readAll(connection, 'contacts', { cursor: undefined, full: true })).rejects.toMatchObject({
      failure: { kind: 'rate-limited', retryAfterMs: 10_000 },
    });
  });
});
