import { controlCaller, erpCaller } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

const CUSTOMER = '/jdy/v2/bd/customer';
const ORDER = '/jdy/v2/scm/sal_order';

interface Page {
  rows: Record<string, string>[];
  count: number | string;
  page_size: number;
  current_page_size: number;
  total_page: number;
}

describe('the imitated Kingdee', () => {
  let sandbox: Sandbox;
  let erp: ReturnType<typeof erpCaller>;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-01T00:00:00Z');
    sandbox = await startSandbox({ now: () => now, limits: false });
    sandbox.kingdee.seed();
    erp = erpCaller(sandbox, () => now);
  });
  afterEach(() => sandbox.close());

  const list = async (path: string, query: Record<string, string> = {}) =>
    (await erp.business('GET', path, query)).json['data'] as unknown as Page;
  const save = async (path: string, body: object) => (await erp.business('POST', path, {}, body)).json;
  const unitId = () => sandbox.kingdee.books.units.slice(0, 1)[0]?.id ?? '';
  const newOrder = (more: object = {}, line: object = {}) => ({
    bill_no: 'HUB-1',
    customer_number: 'KH00001',
    material_entity: [
      {
        material_number: 'CUP-350-W',
        stock_number: 'CK001',
        unit_id: unitId(),
        qty: 2,
        tax_price: 149.5,
        cess: '13',
        ...line,
      },
    ],
    ...more,
  });
  const available = async (sku: string) =>
    (await list('/jdy/v2/scm/inventory', { material_numbers: sku, stock_numbers: 'CK001' })).rows.map(
      ({ qty, valid_qty }) => [qty, valid_qty],
    );

  test('a signed call with token and router address gets through, anything less does not', async () => {
    expect((await erp.business('GET', CUSTOMER)).json['errcode']).toBe(0);
    expect((await erp.business('GET', CUSTOMER, {}, undefined, { 'x-api-signature': 'wrong' })).status).toBe(401);
    expect((await erp.business('GET', CUSTOMER, {}, undefined, { 'x-gw-router-addr': 'https://other' })).status).toBe(
      403,
    );
    expect((await erp.business('GET', CUSTOMER, {}, undefined, { 'app-token': 'none' })).json['errcode']).toBe(
      1000202001,
    );
    const late = erpCaller(sandbox, () => now - 300_001);
    expect((await late.send('GET', CUSTOMER, {})).json['description']).toContain('X-Api-TimeStamp');
  });

  test('tokens live a day; a rotated secret is 1030002006 until the pair is fetched anew', async () => {
    await erp.business('GET', CUSTOMER);
    now += 86_400_000;
    expect((await erp.business('GET', CUSTOMER)).json['errcode']).toBe(1000202001);
    erp.forgetToken();
    await erp.business('GET', CUSTOMER);
    await controlCaller(sandbox)('POST', '/kingdee/actions/rotateSecret');
    expect((await erp.business('GET', CUSTOMER)).json['errcode']).toBe(1030002006);
    erp.forgetToken();
    expect((await erp.business('GET', CUSTOMER)).json['errcode']).toBe(0);
  });

  test('tokens are handed out twice a minute, calls taken up to the limit', async () => {
    sandbox.kingdee.configure({ settings: { limits: { perMinute: 3, tokensPerMinute: 2 } } });
    await erp.authorise();
    await erp.business('GET', CUSTOMER);
    expect((await erp.authorise()).answer.status).toBe(429);
    for (const expected of [200, 200, 429]) expect((await erp.business('GET', CUSTOMER)).status).toBe(expected);
    now += 60_001;
    expect((await erp.business('GET', CUSTOMER)).status).toBe(200);
  });

  test('pages are cut to a hundred rows while total_page follows the size that was asked for', async () => {
    sandbox.kingdee.generate({ type: 'customer', count: 240 });
    const page = await list(CUSTOMER, { page: '1', page_size: '200' });
    expect(page).toMatchObject({ count: '250', page_size: 200, current_page_size: 100, total_page: 2 });
    expect((await list(CUSTOMER, { page: '3', page_size: '200' })).rows).toHaveLength(50);
  });

  test('the modify window finds what changed in it', async () => {
    now += 60_000;
    sandbox.kingdee.edit({ type: 'customer', match: { number: 'KH00003' }, set: { mobile: '13500000000' } });
    const changed = await list(CUSTOMER, { modify_start_time: String(now - 1_000), modify_end_time: String(now) });
    expect(changed.rows.map(({ number }) => number)).toEqual(['KH00003']);
    expect(changed.rows[0]?.['modify_time']).toBe('2026-11-01 08:01:00');
    expect(changed.rows[0]).not.toHaveProperty('bomentity');
  });

  test('a customer is saved, changed in part, and shown with contacts', async () => {
    const saved = await save(CUSTOMER, {
      number: 'C1',
      name: '甲',
      remark: 'r',
      contact_persons: [{ contact_person: '乙', mobile: '13800000000' }],
    });
    const [id = ''] = (saved['data'] as unknown as { ids: string[] }).ids;
    expect(id).toMatch(/^\d{19}$/);
    await save(CUSTOMER, { id, name: '甲甲' });
    const detail = await erp.business('GET', '/jdy/v2/bd/customer_detail', { number: 'C1' });
    expect(detail.json['data']).toMatchObject({
      id,
      name: '甲甲',
      remark: 'r',
      bomentity: [{ contact_person: '乙', mobile: '13800000000', is_default_linkman: true }],
    });
    expect(await save(CUSTOMER, { number: 'C1', name: '丙' })).toMatchObject({ description: '编码[C1]已存在' });
  });

  test('an order is saved un-audited; lists show texts, the detail shows numbers', async () => {
    await save(ORDER, newOrder());
    expect((await list(ORDER, { bill_status: 'C' })).rows.map((row) => row['bill_no'])).toEqual(['XSDD-0001']);
    const [row] = (await list(ORDER, { bill_no: 'HUB-1' })).rows;
    expect(row).toMatchObject({ bill_status: 'B', total_amount: '299.00', material_qty: '2.00' });
    expect(row).not.toHaveProperty('material_entity');
    const detail = await erp.business('GET', `${ORDER}_detail`, { number: 'HUB-1' });
    expect(detail.text).toContain('"tax_price":149.5,');
    expect(detail.text).toContain('"total_amount":299,');
    expect(detail.text).toContain('"amount":264.6,');
  });

  test.each([
    ['an unknown customer', { customer_number: 'NOBODY' }, {}, '参数number[NOBODY]不存在'],
    ['an unknown product', {}, { material_number: 'NOTHING' }, '参数number[NOTHING]不存在'],
    ['no unit', {}, { unit_id: '' }, '参数unit不能为空'],
    ['no warehouse', {}, { stock_number: '' }, '参数stock_id不能为空'],
    ['no quantity', {}, { qty: 0 }, '参数qty必须大于0'],
    ['a bill_no that is taken', { bill_no: 'XSDD-0001' }, {}, '单据编号[XSDD-0001]已存在'],
  ])('an order with %s is refused in words, with HTTP 200', async (_what, more, line, text) => {
    const answer = await erp.business('POST', ORDER, {}, newOrder(more, line));
    expect(answer.status).toBe(200);
    expect(answer.json['errcode']).not.toBe(0);
    expect(answer.json['description']).toContain(text);
  });

  test('an audited order occupies stock and can no longer be changed', async () => {
    const saved = await save(ORDER, newOrder());
    const { ids } = saved['data'] as unknown as { ids: string[] };
    const audit = { operate_type: 'audit', entity_number: 'sal_bill_order', ids, ignore_warn: true };
    expect(await available('CUP-350-W')).toEqual([['120.00', '120.00']]);
    expect((await save('/jdy/v2/sys/common_operate', audit))['errcode']).toBe(0);
    expect(await available('CUP-350-W')).toEqual([['120.00', '118.00']]);
    expect((await save('/jdy/v2/sys/common_operate', audit))['description']).toContain('已审核');
    expect((await save(ORDER, { ...newOrder(), id: ids[0] }))['description']).toContain('不能修改');
    sandbox.kingdee.actions['ship']?.({ bill_no: 'HUB-1' });
    expect(await available('CUP-350-W')).toEqual([['118.00', '118.00']]);
  });

  test('a hold lowers what is available, is refused when short, and is the same when repeated', async () => {
    const hold = (qty: string) => ({
      bill_type_id: 'sal_bill_order',
      bill_id: 'R-1',
      bill_no: 'R-1',
      material_entity: [{ bill_entry_id: '1', material_number: 'KB-MECH-87', stock_number: 'CK001', qty }],
    });
    for (const _repeat of [1, 2]) expect((await save('/jdy/v2/scm/inv_occupy', hold('20')))['errcode']).toBe(0);
    expect(await available('KB-MECH-87')).toEqual([['22.00', '2.00']]);
    expect((await save('/jdy/v2/scm/inv_occupy', { ...hold('3'), bill_id: 'R-2' }))['description']).toContain(
      '库存不足',
    );
    await save('/jdy/v2/scm/inv_release_occupy', hold('20'));
    expect(await available('KB-MECH-87')).toEqual([['22.00', '22.00']]);
  });
});
