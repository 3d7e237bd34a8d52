import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDemoHub, until } from '../support/demo-hub.js';
import type { DemoHub } from '../support/demo-hub.js';

jest.setTimeout(400_000);

interface Total {
  readonly number: string;
  readonly amount: string;
  readonly native: string;
}

describe('a small firm starts with its Excel and CSV files', () => {
  let demo: DemoHub;
  const drop = (name: string): void =>
    copyFileSync(join(process.cwd(), 'demo/files', name), join(demo.filesDir, 'inbox', name));

  beforeAll(async () => {
    demo = await startDemoHub();
    await until(
      async () => (await demo.count('select count(*) from cursor where finished_at is not null')) >= 10,
      'all streams were read once',
    );
    await demo.settled();
  });
  afterAll(() => demo?.stop());

  it('brings the good rows of a realistic workbook to the CRM and the ERP, and says of every broken row why', async () => {
    drop('客户资料.xlsx');
    await until(
      async () =>
        (await demo.count(`select count(*) from change where connection_id = 'excel' and stream = 'customers'`)) >= 50,
      'the workbook was read',
    );
    await demo.settled();
    const open = await demo.rows(
      `select state, reason->>'code' as code, count(*)::int from change where connection_id = 'excel' group by 1, 2 order by 1, 2`,
    );
    const merged = await demo.count(
      `select count(*) from change where connection_id = 'excel' and stream = 'customers' and state = 'merged'`,
    );
    expect({ merged: merged > 45, open }).toMatchObject({ merged: true });
    const linked = await demo.count(`
      select count(distinct e.record_id) from replica e
      join replica c on c.record_id = e.record_id and c.connection_id = 'crm' and c.state = 'settled'
      join replica k on k.record_id = e.record_id and k.connection_id = 'erp' and k.state = 'settled'
      where e.connection_id = 'excel'`);
    expect(linked).toBeGreaterThan(45);
    const results = join(demo.filesDir, 'results');
    await until(() => existsSync(results) && readdirSync(results).length > 0, 'the result file is there');
    const text = readFileSync(join(results, readdirSync(results)[0] ?? ''), 'utf8');
    expect(text.startsWith('\ufeff')).toBe(true);
    expect(text).toMatch(/refused/);
  });

  it('turns the order lines of a GBK CSV into ERP sales orders that agree to the cent', async () => {
    drop('商品资料.xlsx');
    await until(
      async () =>
        (await demo.count(`select count(*) from change where connection_id = 'excel' and stream = 'products'`)) > 0,
      'the products were read',
    );
    await demo.settled();
    drop('订单明细.csv');
    await until(
      async () =>
        (await demo.count(`select count(*) from change where connection_id = 'excel' and stream = 'orders'`)) > 0,
      'the orders were read',
    );
    await demo.settled();
    const totals = await demo.rows<Total>(`
      select r.body->>'orderNumber' as number, r.body->'totals'->'grand'->>'amount' as amount, e.base as native
      from record r join replica x on x.record_id = r.id and x.connection_id = 'excel'
      join replica e on e.record_id = r.id and e.connection_id = 'erp' and e.state = 'settled'
      where r.entity = 'order'`);
    expect(totals.length).toBeGreaterThan(5);
    for (const { amount, native } of totals) {
      const order = JSON.parse(native) as { material_entity: { all_amount: number | string }[] };
      const cents = order.material_entity.reduce((sum, line) => sum + Math.round(Number(line.all_amount) * 100), 0);
      expect(cents).toBe(Math.round(Number(amount) * 100));
    }
  });
});
