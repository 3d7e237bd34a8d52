import { startDemoHub, until } from '../../support/demo-hub.js';
import type { DemoHub } from '../../support/demo-hub.js';

jest.setTimeout(120_000);

interface ErpCustomer {
  readonly id: string;
  readonly name: string;
  readonly contacts: readonly { readonly mobile?: string }[];
}

interface CrmRow {
  readonly id: string;
  readonly properties: Record<string, string | null>;
}

describe('a CRM and an ERP whose calls go wrong', () => {
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
  afterEach(() => {
    demo.sandbox.kingdee.faults.clear();
    demo.sandbox.hubspot.faults.clear();
  });

  const crmContacts = (): CrmRow[] => demo.sandbox.hubspot.records('contacts') as CrmRow[];
  const erpCustomers = (): ErpCustomer[] =>
    [...demo.sandbox.kingdee.books.customers.all()].map(({ row }) => row as unknown as ErpCustomer);
  const customersNamed = (name: string): ErpCustomer[] => erpCustomers().filter((row) => row.name === name);
  const ordersWith = (text: string): unknown[] =>
    [...demo.sandbox.kingdee.books.orders.all()].filter(({ row }) => JSON.stringify(row).includes(text));
  const unsettled = (): Promise<number> => demo.count(`select count(*) from replica where state not in ('settled')`);

  it('F17 the ERP commits an order and its answer is lost: one sales order, found by its number before any repeat', async () => {
    demo.sandbox.kingdee.faults.add({ match: { path: '/jdy/v2/scm/sal_order', method: 'POST' }, dropAfterCommit: 1 });
    demo.sandbox.hubspot.actions['order']!({
      email: 'wang.xiaoming@example.com',
      name: 'CRM-LOST-1',
      lines: [{ sku: 'CUP-350-W', quantity: '1' }],
    });
    await until(() => ordersWith('CRM-LOST-1').length > 0, 'the order reached the ERP');
    await demo.settled();
    expect(demo.sandbox.kingdee.faults.list()[0]?.hits).toBe(1);
    expect(ordersWith('CRM-LOST-1')).toHaveLength(1);
    expect(await unsettled()).toBe(0);
  });

  it('F17 the ERP commits a customer and its answer is lost: one customer', async () => {
    demo.sandbox.kingdee.faults.add({ match: { path: '/jdy/v2/bd/customer', method: 'POST' }, dropAfterCommit: 2 });
    demo.sandbox.hubspot.edit({
      type: 'contacts',
      set: { lastname: '失', firstname: '联一', email: 'lost1@example.com', mobilephone: '13700000001' },
    });
    await until(() => customersNamed('失联一').length > 0, 'the customer reached the ERP');
    await demo.settled();
    expect(customersNamed('失联一')).toHaveLength(1);
    expect(await unsettled()).toBe(0);
  });

  it('F17 the CRM commits a contact and its answer is lost: one contact, by upsert', async () => {
    demo.sandbox.hubspot.faults.add({ match: { path: '/crm/v3/objects/contacts', kind: 'write' }, dropAfterCommit: 1 });
    demo.sandbox.kingdee.edit({
      type: 'customer',
      set: {
        number: 'KH-LOST-2',
        name: '失联二',
        contact_persons: [
          { contact_person: '失联二', mobile: '13700000002', email: 'lost2@example.com', is_default_linkman: true },
        ],
      },
    });
    await until(() => crmNamed('lost2@example.com').length > 0, 'the contact reached the CRM');
    await demo.settled();
    expect(crmNamed('lost2@example.com')).toHaveLength(1);
    expect(await unsettled()).toBe(0);
  });

  const crmNamed = (email: string): unknown[] =>
    [...crmContacts(), ...(demo.sandbox.hubspot.records('companies') as CrmRow[])].filter(
      (row) => JSON.stringify(row).includes(email) || JSON.stringify(row).includes('失联二'),
    );

  it.each([
    ['the tokens expire', 'expireTokens'],
    ['the app secret is rotated', 'rotateSecret'],
  ])(
    'F24 %s in the middle of a push of 40 customers: credentials are renewed once and everything arrives once',
    async (_name, action) => {
      const { kingdee, hubspot } = demo.sandbox;
      const before = kingdee.calls.report().auth;
      let saves = 0;
      const arrived = kingdee.calls.arrived.bind(kingdee.calls);
      kingdee.calls.arrived = (request, now) => {
        if (request.method === 'POST' && request.url.includes('/bd/customer') && (saves += 1) === 10)
          kingdee.actions[action]!({});
        arrived(request, now);
      };
      const mark = action === 'expireTokens' ? '甲' : '乙';
      for (let index = 0; index < 40; index += 1) {
        hubspot.edit({
          type: 'contacts',
          set: {
            lastname: '推',
            firstname: `送${mark}${index}`,
            email: `push-${action.toLowerCase()}-${index}@example.com`,
          },
        });
      }
      await until(
        () => erpCustomers().filter((row) => row.name.startsWith(`推送${mark}`)).length === 40,
        'all customers reached the ERP',
      );
      await demo.settled();
      kingdee.calls.arrived = arrived;
      expect(saves).toBeGreaterThanOrEqual(40);
      expect(
        new Set(
          erpCustomers()
            .filter((row) => row.name.startsWith(`推送${mark}`))
            .map((row) => row.name),
        ).size,
      ).toBe(40);
      // One renewal is two calls: the key pair, then the token.
      expect(kingdee.calls.report().auth - before).toBe(2);
      expect(await unsettled()).toBe(0);
      expect(await demo.count(`select count(*) from connection where state <> 'active'`)).toBe(0);
    },
  );

  describe('F37 echo', () => {
    const counts = (): Record<string, number> => {
      const crm = demo.sandbox.hubspot.calls.report();
      const erp = demo.sandbox.kingdee.calls.report();
      return { crmReads: crm.reads, crmWrites: crm.writes, erpReads: erp.reads, erpWrites: erp.writes };
    };
    /** Calls that polling makes by itself are no echo; nothing is polled while the cursors rest. */
    async function without<Result>(work: () => Promise<Result>): Promise<Result> {
      await demo.ledger.database.dataSource.query(`update cursor set next_at = now() + interval '1 hour'`);
      await demo.settled();
      return work();
    }

    it('F37 an edit in the CRM is one write at the ERP and none at the CRM, and at most one further read on each side', async () => {
      await without(async () => {
        const contact = crmContacts().find((row) => row.properties['email'] === 'li.jingyi@example.com')!;
        const before = counts();
        demo.sandbox.hubspot.edit({ type: 'contacts', id: contact.id, set: { mobilephone: '13511112222' } });
        await until(
          () => customersNamed('李静怡')[0]?.contacts[0]?.mobile === '13511112222',
          'the phone reached the ERP',
        );
        await demo.settled();
        const after = counts();
        const made = Object.fromEntries(Object.keys(after).map((name) => [name, after[name]! - before[name]!]));
        expect(made).toMatchObject({ crmWrites: 0, erpWrites: 1 });
        // The CRM's webhook is thin: one read. A save at the ERP reads before and after it; the echo may cost one read more.
        expect(made['crmReads']).toBeLessThanOrEqual(2);
        expect(made['erpReads']).toBeLessThanOrEqual(3);
        await demo.settled();
        expect(counts()).toEqual(after);
      });
    });

    it('F37 an edit in the ERP is one write at the CRM and none at the ERP, and at most one further read on each side', async () => {
      await without(async () => {
        const [customer] = customersNamed('李静怡');
        const before = counts();
        demo.sandbox.kingdee.edit({ type: 'customer', id: String(customer?.id), set: { credit_limit: '4321' } });
        await until(
          () =>
            crmContacts().find((row) => row.properties['email'] === 'li.jingyi@example.com')?.properties[
              'credit_limit'
            ] === '4321',
          'the limit reached the CRM',
        );
        await demo.settled();
        const after = counts();
        const made = Object.fromEntries(Object.keys(after).map((name) => [name, after[name]! - before[name]!]));
        expect(made).toMatchObject({ crmWrites: 1, erpWrites: 0 });
        expect(made['crmReads']).toBeLessThanOrEqual(2);
        expect(made['erpReads']).toBeLessThanOrEqual(2);
        await demo.settled();
        expect(counts()).toEqual(after);
      });
    });
  });
});
