import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from '../test-support/callers.js';
import { startSandbox, type Sandbox } from './sandbox.js';

describe('the sandbox', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('data, links, stock and settings survive a restart', async () => {
    const first = await startSandbox({ dataDir: folder });
    first.hubspot.seed();
    first.kingdee.seed();
    first.rest.edit({ type: 'orders', set: { externalId: 'o-1' } });
    first.hubspot.configure({ settings: { indexLagMs: 5 }, webhooks: { url: 'http://127.0.0.1:1/hook' } });
    const shown = (sandbox: Sandbox) => ({
      crm: ['contacts', 'companies', 'orders', 'line_items'].map((type) => sandbox.hubspot.records(type)),
      lines: sandbox.hubspot.linked('orders', '350500000001', 'line_items'),
      erp: ['customer', 'material', 'sal_order', 'inventory'].map((type) => sandbox.kingdee.records(type)),
      rest: sandbox.rest.records('orders'),
      settings: [sandbox.hubspot.settings.indexLagMs, sandbox.hubspot.webhooks.settings.url],
    });
    const before = shown(first);
    await first.close();
    const second = await startSandbox({ dataDir: folder });
    expect(shown(second)).toEqual(before);
    const added = second.kingdee.edit({ type: 'customer', set: { name: '新客户' } }) as { id: string };
    expect(added.id).toBe('1710000000000000011');
    await second.close();
  });

  test('the page shows both systems, and its forms change them', async () => {
    const sandbox = await startSandbox();
    sandbox.hubspot.seed();
    sandbox.kingdee.seed();
    sandbox.hubspot.edit({ type: 'contacts', set: { email: 'x@y.example', lastname: '<b>"Bold"</b>' } });
    const page = await call('GET', `${sandbox.url}/`);
    expect(page.text).toContain('王小明');
    expect(page.text).toContain('杭州主仓');
    expect(page.text).not.toContain('<b>"Bold"');
    const submit = (path: string, form: Record<string, string>) =>
      fetch(`${sandbox.url}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    const edited = await submit('/do/edit', {
      system: 'hubspot',
      type: 'contacts',
      id: '70100001',
      field: 'phone',
      value: '13900000000',
    });
    expect(edited.status).toBe(303);
    expect(sandbox.hubspot.records('contacts')[0]?.properties['phone']).toBe('13900000000');
    const inventory = page.text.match(/name="id" value="(\d+-\d+)"/)?.[1] ?? '';
    await submit('/do/edit', { system: 'kingdee', type: 'inventory', id: inventory, field: 'qty', value: '7' });
    expect(sandbox.kingdee.stockRows()[0]).toMatchObject({ qty: '7.00' });
    await submit('/do/order', {});
    expect(sandbox.hubspot.types()['orders']).toBe(3);
    await submit('/do/erp-down', {});
    expect(sandbox.kingdee.faults.isDown()).toBe(true);
    expect((await call('GET', `${sandbox.url}/`)).text).toContain('已停机');
    await sandbox.close();
  });
});
