import type { Row } from '@isthmus/connector-kit';
import { connectorById } from '@isthmus/connectors';
import { startSandbox } from '../../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../../apps/sandbox/src/sandbox.js';
import { connect, create, firstPage, listIn, readAll, streamOf, textIn as text, update, written } from './connect.js';
import type { TestConnection } from './connect.js';

const kingdeeXingchen = connectorById('kingdee-xingchen')!;

describe('Kingdee Xingchen against the sandbox', () => {
  let sandbox: Sandbox;
  let connection: TestConnection;

  const open = (more: Row = {}): TestConnection =>
    connect(kingdeeXingchen, {
      gateway: `${sandbox.url}/kingdee`,
      clientId: '200001',
      clientSecret: 'sandbox-kingdee-secret',
      outerInstanceId: '250000000000000001',
      requestsPerSecond: 1000,
      settleSeconds: 0,
      overlapSeconds: 1,
      ...more,
    });

  beforeAll(async () => {
    sandbox = await startSandbox({ limits: false });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.kingdee.reset();
    sandbox.kingdee.seed();
    connection = open();
  });
  afterEach(() => connection.close());

  const write = (stream: string) => streamOf(connection, stream).write!;
  const warehouseId = (number: string): string =>
    text(
      [...sandbox.kingdee.records('store')].find((row) => text(row, 'number') === number),
      'id',
    );
  const everything = async (stream: string): Promise<Row[]> =>
    (await readAll(connection, stream, { cursor: undefined, full: true })).rows;
  const person = (name: string, more: Row = {}): Row => ({
    name,
    number: null,
    kind: 'person',
    main_contact: { mobile: '13800138000' },
    ...more,
  });

  it('passes its connection test with one token for all calls', async () => {
    const steps = await kingdeeXingchen.check!(connection.context);
    expect(steps.map((step) => [step.step, step.ok])).toEqual([
      ['read-customers', true],
      ['read-materials', true],
      ['read-warehouses', true],
      ['read-salesOrders', true],
      ['read-stockLevels', true],
    ]);
    expect(connection.calls.filter((call) => call.path.includes('kingdee_auth_token'))).toHaveLength(1);
  });

  it('tells persons and organizations apart and shows the main contact', async () => {
    const customers = await everything('customers');
    const kinds = new Set(customers.map((row) => row['kind']));
    expect(kinds).toEqual(new Set(['person', 'organization']));
    for (const row of customers) expect(row['kind']).toBe(text(row, 'taxpayer_no') === '' ? 'person' : 'organization');
    expect(customers.every((row) => text(row['main_contact'], 'contact_person') !== '')).toBe(true);
  });

  it('reads all of more customers than a page holds, in full and by changes', async () => {
    sandbox.kingdee.generate({ type: 'customer', count: 230 });
    const total = sandbox.kingdee.types()['customer'];
    expect(new Set((await everything('customers')).map((row) => row['id'])).size).toBe(total);
    const changes = await readAll(connection, 'customers', { cursor: undefined, full: false });
    expect(new Set(changes.rows.map((row) => row['id'])).size).toBe(total);
  });

  it('reads only what changed after the cursor, and an interrupted window from its page', async () => {
    sandbox.kingdee.generate({ type: 'customer', count: 230 });
    const first = await firstPage(connection, 'customers', { cursor: undefined, full: false });
    expect(first.cursor).toMatchObject({ page: 2 });
    const rest = await readAll(connection, 'customers', { cursor: first.cursor, full: false });
    const ids = new Set([...first.rows, ...rest.rows].map((row) => row['id']));
    expect(ids.size).toBe(sandbox.kingdee.types()['customer']);
    expect(rest.cursor).toEqual({ from: expect.any(Number) });
  });

  it('reads a window again whose rows shifted while it was read', async () => {
    sandbox.kingdee.generate({ type: 'customer', count: 230 });
    const [early] = sandbox.kingdee.records('customer');
    const seen = new Set<string>();
    let cursor: unknown;
    let touched = false;
    for await (const page of streamOf(connection, 'customers').read!(connection.context, {
      cursor: undefined,
      full: false,
    })) {
      for (const row of page.rows) seen.add(text(row, 'id'));
      cursor = page.cursor;
      // The row leaves the window, all others move up by one.
      if (!touched)
        sandbox.kingdee.edit({ type: 'customer', id: text(early, 'id'), set: { remark: 'changed meanwhile' } });
      touched = true;
    }
    expect(seen.size).toBe(sandbox.kingdee.types()['customer']);
    expect(cursor).toEqual({ from: expect.any(Number) });
  });

  it('creates a customer under a number of its own, and a probe finds it after a lost answer', async () => {
    const item = create(person('王小明'));
    sandbox.kingdee.faults.add({
      match: { path: '/jdy/v2/bd/customer', kind: 'write' },
      dropAfterCommit: true,
      times: 1,
    });
    const [lost] = await write('customers').write(connection.context, [item]);
    expect(lost).toMatchObject({ ok: false, failure: { kind: 'unknown' } });
    const [probe] = await write('customers').probe!(connection.context, [item]);
    expect(probe).toMatchObject({
      found: {
        stored: { name: '王小明', kind: 'person', main_contact: { contact_person: '王小明', mobile: '13800138000' } },
      },
    });
    const number = text('found' in probe! && probe.found?.stored, 'number');
    expect(number).toMatch(/^IS-[0-9A-Z]{1,25}$/);
    expect(number.length).toBeLessThanOrEqual(30);
  });

  it('finds nothing for a record that was never sent', async () => {
    expect(await write('customers').probe!(connection.context, [create(person('谁'))])).toEqual([{ found: undefined }]);
  });

  it('keeps the other contact persons when the main one changes', async () => {
    const item = create({
      name: '某某公司',
      number: 'KH-X',
      kind: 'organization',
      taxpayer_no: '91350100M000100Y43',
      main_contact: { contact_person: '李四', mobile: '13900139000' },
    });
    const made = written((await write('customers').write(connection.context, [item]))[0]);
    const persons = listIn(made.stored, 'contact_persons').concat([
      { contact_person: '赵六', phone: '0571-1234', is_default_linkman: false },
    ]);
    sandbox.kingdee.edit({ type: 'customer', id: made.nativeId, set: { contact_persons: persons } });
    const [result] = await write('customers').write(connection.context, [
      update(item, made.nativeId, made.stored, { main_contact: { contact_person: '李四', mobile: '13700137000' } }),
    ]);
    expect(
      listIn(written(result).stored, 'contact_persons').map((row) => [row['contact_person'], row['mobile']]),
    ).toEqual([
      ['李四', '13700137000'],
      ['赵六', ''],
    ]);
  });

  it('refuses a number that another record holds', async () => {
    const [first] = await write('customers').write(connection.context, [create(person('甲', { number: 'KH-1' }))]);
    const [second] = await write('customers').write(connection.context, [create(person('乙', { number: 'KH-1' }))]);
    expect(first?.ok).toBe(true);
    expect(second).toMatchObject({
      ok: false,
      failure: { kind: 'invalid', code: 'kingdee-xingchen.duplicate-number' },
    });
  });

  it('creates a product with unit and retail price by their names', async () => {
    const item = create({
      number: 'NEW-1',
      name: '新品',
      base_unit_name: '个',
      tax_rate: '13',
      retail_price: '12.5',
      enable: '1',
    });
    const [made] = await write('materials').write(connection.context, [item]);
    expect(made).toMatchObject({ ok: true, stored: { number: 'NEW-1', base_unit_name: '个', retail_price: '12.5' } });
    const [wrong] = await write('materials').write(connection.context, [
      create({ number: 'NEW-2', name: '新品', base_unit_name: '没有' }),
    ]);
    expect(wrong).toMatchObject({
      ok: false,
      failure: { kind: 'missing-reference', code: 'kingdee-xingchen.unknown-unit' },
    });
  });

  describe('sales orders', () => {
    const line = (lineId: string, position: number, qty: string, number = 'CUP-350-W'): Row => ({
      lineId,
      position,
      material_number: number,
      material_id: null,
      qty,
      tax_price: '89',
      cess: '13',
      unit_name: null,
      stock_id: null,
    });
    const customerId = (): string => text(sandbox.kingdee.records('customer')[0], 'id');
    const order = (lines: Row[], billNo = 'CRM-1'): Row => ({
      bill_no: billNo,
      bill_date: '2026-11-23',
      customer_id: customerId(),
      remark: null,
      material_entity: lines,
    });
    beforeEach(async () => {
      await connection.close();
      connection = open({ defaultStockId: warehouseId('CK001') });
    });

    it('saves an order and reads back what Kingdee holds, lines with our ids', async () => {
      const [made] = await write('salesOrders').write(connection.context, [
        create(order([line('7', 1, '2'), line('8', 2, '1', 'RICE-WC-5')])),
      ]);
      expect(made).toMatchObject({
        ok: true,
        stored: {
          bill_no: 'CRM-1',
          bill_status: 'B',
          material_entity: [
            {
              lineId: '7',
              position: 1,
              qty: 2,
              all_amount: 178,
              material_number: 'CUP-350-W',
              unit_name: '个',
              stock_number: 'CK001',
              comment: '',
            },
            { lineId: '8', position: 2, unit_name: '袋' },
          ],
        },
      });
      const { rows } = await readAll(connection, 'salesOrders', { cursor: undefined, full: true });
      expect(rows.find((row) => row['bill_no'] === 'CRM-1')).toEqual(made?.ok && made.stored);
    });

    it('makes one order when the answer is lost', async () => {
      const before = sandbox.kingdee.types()['sal_order'] ?? 0;
      const item = create(order([line('7', 1, '2')]));
      sandbox.kingdee.faults.add({
        match: { path: '/jdy/v2/scm/sal_order', kind: 'write' },
        dropAfterCommit: true,
        times: 1,
      });
      const [lost] = await write('salesOrders').write(connection.context, [item]);
      expect(lost).toMatchObject({ failure: { kind: 'unknown' } });
      const [probe] = await write('salesOrders').probe!(connection.context, [item]);
      expect(probe).toMatchObject({ found: { stored: { bill_no: 'CRM-1', material_entity: [{ lineId: '7' }] } } });
      expect(sandbox.kingdee.types()['sal_order']).toBe(before + 1);
    });

    it('keeps the ids of lines on an update, adds and removes lines', async () => {
      const item = create(order([line('7', 1, '2'), line('8', 2, '1', 'RICE-WC-5')]));
      const made = written((await write('salesOrders').write(connection.context, [item]))[0]);
      const [result] = await write('salesOrders').write(connection.context, [
        update(item, made.nativeId, made.stored, {
          material_entity: [line('7', 1, '5'), line('9', 2, '1', 'NB-A5-RULE')],
        }),
      ]);
      const ids = (row: Row): unknown[] =>
        listIn(row, 'material_entity').map((entry) => [entry['lineId'], entry['id'], entry['qty']]);
      const [[, kept]] = ids(made.stored) as [[string, string]];
      expect(ids(written(result).stored)).toEqual([
        ['7', kept, 5],
        ['9', expect.any(String), 1],
      ]);
    });

    it('carries line ids in a custom field where the settings name one', async () => {
      await connection.close();
      connection = open({ defaultStockId: warehouseId('CK001'), lineIdField: 'hub_line' });
      const [made] = await write('salesOrders').write(connection.context, [create(order([line('7', 1, '2')]))]);
      expect(made).toMatchObject({
        ok: true,
        stored: { material_entity: [{ lineId: '7', comment: '', custom_entity_field: { hub_line: '7' } }] },
      });
    });

    it('audits after saving when the settings ask for it', async () => {
      await connection.close();
      connection = open({ defaultStockId: warehouseId('CK001'), auditOrders: true });
      const [made] = await write('salesOrders').write(connection.context, [create(order([line('7', 1, '2')]))]);
      expect(made).toMatchObject({ ok: true, stored: { bill_status: 'C' } });
    });

    it('leaves out a save of an audited order that would change nothing', async () => {
      const item = create({ ...order([line('7', 1, '2')]), total_amount: '178' });
      const made = written((await write('salesOrders').write(connection.context, [item]))[0]);
      sandbox.kingdee.actions['audit']!({ id: made.nativeId });
      const same = { total_amount: '178.00', material_entity: [line('7', 1, '2.0')] };
      const [result] = await write('salesOrders').write(connection.context, [
        update(item, made.nativeId, made.stored, same),
      ]);
      expect(result).toMatchObject({ ok: true, stored: { bill_status: 'C' } });
    });

    it('says that an audited order cannot be changed', async () => {
      const item = create(order([line('7', 1, '2')]));
      const made = written((await write('salesOrders').write(connection.context, [item]))[0]);
      sandbox.kingdee.actions['audit']!({ id: made.nativeId });
      const [result] = await write('salesOrders').write(connection.context, [
        update(item, made.nativeId, made.stored, { remark: 'x' }),
      ]);
      expect(result).toMatchObject({
        ok: false,
        failure: { kind: 'invalid', code: 'kingdee-xingchen.locked-by-state' },
      });
    });

    it('names what is missing in the account set', async () => {
      const [result] = await write('salesOrders').write(connection.context, [
        create(order([line('7', 1, '2', 'NO-SUCH')])),
      ]);
      expect(result).toMatchObject({ ok: false, failure: { kind: 'missing-reference' } });
    });

    it('calls a deleted order gone', async () => {
      const [made] = await write('salesOrders').write(connection.context, [create(order([line('7', 1, '2')]))]);
      const id = made?.ok ? made.nativeId : '';
      sandbox.kingdee.actions['delete']!({ id });
      expect(await streamOf(connection, 'salesOrders').fetch!(connection.context, [id])).toEqual([{ id, gone: true }]);
    });
  });

  it('sums stock by product and warehouse and tells what documents hold', async () => {
    const levels = await everything('stockLevels');
    expect(levels).toHaveLength(30);
    expect(new Set(levels.map((row) => row['id'])).size).toBe(30);
    const tea = levels.find((row) => row['material_number'] === 'TEA-LJ-250' && row['stock_number'] === 'CK001');
    expect(tea).toMatchObject({ qty: '60', valid_qty: '50', occupied_qty: '10', base_unit_name: '罐' });
  });

  it('reads changed stock levels whole, and an unknown pair as zero', async () => {
    const { cursor } = await readAll(connection, 'stockLevels', { cursor: undefined, full: false });
    sandbox.kingdee.edit({
      type: 'inventory',
      match: { material_number: 'CUP-350-W', stock_number: 'CK001' },
      set: { qty: '99' },
    });
    const { rows } = await readAll(connection, 'stockLevels', { cursor, full: false });
    expect(rows.find((row) => row['material_number'] === 'CUP-350-W' && row['stock_number'] === 'CK001')).toMatchObject(
      { qty: '99' },
    );
    const material = text(sandbox.kingdee.records('material')[0], 'id');
    const fetched = await streamOf(connection, 'stockLevels').fetch!(connection.context, [`${material}/123`, '5/6']);
    expect(fetched).toEqual([
      { id: `${material}/123`, row: expect.objectContaining({ qty: '0', base_unit_name: '个' }) },
      { id: '5/6', gone: true },
    ]);
  });

  it('renews the token once for many callers after the app secret rotated', async () => {
    await everything('warehouses');
    sandbox.kingdee.actions['rotateSecret']!({});
    await Promise.all(['customers', 'materials', 'warehouses'].map((stream) => everything(stream)));
    expect(connection.calls.filter((call) => call.path.includes('kingdee_auth_token'))).toHaveLength(2);
  });

  it('goes on with a new token after the old one expired', async () => {
    await everything('warehouses');
    sandbox.kingdee.actions['expireTokens']!({});
    expect(await everything('warehouses')).toHaveLength(2);
  });

  it('sorts a refused client secret as a fault of the credentials', async () => {
    const other = open({ clientSecret: 'wrong' });
    await expect(readAll(other, 'customers', { cursor: undefined, full: true })).rejects.toMatchObject({
      failure: { kind: 'auth' },
    });
    await other.close();
  });

  it('does not take a login page or an error in a 200 for success', async () => {
    sandbox.kingdee.faults.add({ errorBodyWith200: true, match: { path: '/jdy/v2/bd/store' }, times: 1 });
    await expect(everything('warehouses')).rejects.toMatchObject({ failure: { kind: 'transient' } });
    sandbox.kingdee.faults.add({ htmlLogin: true, match: { path: '/jdy/v2/bd/store' }, times: 1 });
    await expect(everything('warehouses')).rejects.toMatchObject({ failure: { kind: 'contract' } });
  });
});
