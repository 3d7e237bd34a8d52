import { startDemoHub, until } from '../support/demo-hub.js';
import type { DemoHub } from '../support/demo-hub.js';

jest.setTimeout(300_000);

interface ErpCustomer {
  readonly id: string;
  readonly row: {
    readonly contacts: readonly { readonly mobile: string }[];
    readonly fields: Readonly<Record<string, string>>;
  };
}

interface OrderRow {
  readonly body: { readonly status: string; readonly totals: { readonly grand: { readonly amount: string } } };
}

interface CrmRow {
  readonly id: string;
  readonly properties: Record<string, string | null>;
}

describe('a CRM and an ERP in step', () => {
  let demo: DemoHub;
  beforeAll(async () => {
    demo = await startDemoHub();
    await until(
      async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
      'all streams were read once',
    );
    await demo.settled();
  });
  afterAll(() => demo?.stop());

  const crmContact = (email: string): CrmRow =>
    (demo.sandbox.hubspot.records('contacts') as CrmRow[]).find((row) => row.properties['email'] === email)!;
  const erpCustomer = (name: string): ErpCustomer =>
    [...demo.sandbox.kingdee.books.customers.all()].find(({ row }) => row.name === name) as unknown as ErpCustomer;
  /** What was written to each system, by kind of record. */
  const writes = (): object =>
    structuredClone([demo.sandbox.hubspot, demo.sandbox.kingdee].map(({ calls }) => calls.report().effects));

  it('links what is the same on both sides and creates the rest once', async () => {
    expect(demo.hub.runtime.topology.faults).toEqual([]);
    const unfinished = await demo.rows(
      `select entity, connection_id, state, reason::text from change where state not in ('merged', 'unchanged', 'stale')
       union all select entity, connection_id, state, failure::text from replica where state <> 'settled'`,
    );
    expect(unfinished).toEqual([]);
    expect(await demo.count(`select count(*) from record where entity = 'customer'`)).toBe(12);
    const people = demo.sandbox.hubspot.records('contacts').length + demo.sandbox.hubspot.records('companies').length;
    expect([people, [...demo.sandbox.kingdee.books.customers.all()].length]).toEqual([12, 12]);
    expect(demo.sandbox.hubspot.records('products')).toHaveLength(15);
  });

  it('carries a phone edited in the CRM to the ERP, a credit limit edited in the ERP to the CRM, and then rests', async () => {
    const contact = crmContact('wang.xiaoming@example.com');
    demo.sandbox.hubspot.edit({ type: 'contacts', id: contact.id, set: { mobilephone: '13599998888' } });
    await until(() => erpCustomer('王小明').row.contacts[0]?.mobile === '13599998888', 'the phone reached the ERP');
    demo.sandbox.kingdee.edit({ type: 'customer', id: erpCustomer('王小明').id, set: { credit_limit: '25000' } });
    await until(
      () => crmContact('wang.xiaoming@example.com').properties['credit_limit'] === '25000',
      'the credit limit reached the CRM',
    );
    await demo.settled();
    const before = writes();
    await demo.settled();
    expect(writes()).toEqual(before);
    expect(crmContact('wang.xiaoming@example.com').properties['mobilephone']).toMatch(/13599998888$/);
    expect(erpCustomer('王小明').row.fields['credit_limit']).toMatch(/^25000(\.00?)?$/);
  });

  it('puts back a credit limit that the CRM may not change, and both sides end equal', async () => {
    const contact = crmContact('wang.xiaoming@example.com');
    demo.sandbox.hubspot.edit({ type: 'contacts', id: contact.id, set: { credit_limit: '999999' } });
    await until(
      () => crmContact('wang.xiaoming@example.com').properties['credit_limit'] === '25000',
      'the ERP value is back',
    );
    await demo.settled();
    expect(erpCustomer('王小明').row.fields['credit_limit']).toMatch(/^25000(\.00?)?$/);
  });

  it('F38 lets edits of different fields on both sides at once both win', async () => {
    const contact = crmContact('li.jingyi@example.com');
    demo.sandbox.hubspot.edit({ type: 'contacts', id: contact.id, set: { mobilephone: '13577776666' } });
    demo.sandbox.kingdee.edit({ type: 'customer', id: erpCustomer('李静怡').id, set: { remark: '重要客户' } });
    await until(() => erpCustomer('李静怡').row.contacts[0]?.mobile === '13577776666', 'the phone reached the ERP');
    await until(
      () => crmContact('li.jingyi@example.com').properties['erp_note'] === '重要客户',
      'the remark reached the CRM',
    );
    await demo.settled();
    expect(erpCustomer('李静怡').row.fields['remark']).toBe('重要客户');
  });

  it('turns an order of the CRM into one sales order of the ERP, to the cent, and brings its status back', async () => {
    demo.sandbox.hubspot.actions['order']!({
      email: 'wang.xiaoming@example.com',
      name: 'CRM-7001',
      lines: [
        { sku: 'CUP-350-W', quantity: '3' },
        { sku: 'TEA-LJ-250', quantity: '2' },
      ],
    });
    await until(
      async () =>
        (await demo.count(
          `select count(*) from replica where entity = 'order' and connection_id = 'erp' and state = 'settled' and native_id is not null`,
        )) >= 3,
      'the order reached the ERP',
    );
    await demo.settled();
    const orders = [...demo.sandbox.kingdee.books.orders.all()].filter(({ row }) =>
      JSON.stringify(row).includes('CRM-7001'),
    );
    expect(orders).toHaveLength(1);
    const [record] = await demo.rows<OrderRow>(
      `select body from record where entity = 'order' and body->>'orderNumber' = 'CRM-7001'`,
    );
    const crm = (demo.sandbox.hubspot.records('orders') as CrmRow[]).find(
      (row) => row.properties['hs_order_name'] === 'CRM-7001',
    )!;
    expect(Number(record?.body.totals.grand.amount)).toBe(Number(crm.properties['hs_total_price']));
    expect(record?.body.status).toBe('confirmed');
  });
});
