import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { files } from './connector.js';
import { readAll } from './fixtures/read-all.js';
import type { FilesSettings } from './settings.js';
import { filesStreams } from './streams.js';

const DEMO = join(__dirname, '../../../../demo/files');
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const sample = { folder: 'in', streams: { customers: { pattern: '*.xlsx', key: '编码' } } };

describe('settings of files', () => {
  const valid = ajv.compile(files.settings);

  test.each<[string, object, boolean]>([
    ['the least', sample, true],
    ['a folder outside', { ...sample, folder: '../x' }, false],
    ['an absolute folder', { ...sample, folder: '/etc' }, false],
    ['a drive', { ...sample, archive: 'C:\\x' }, false],
    ['a pattern with folders', { folder: '', streams: { a: { pattern: '../*', key: 'x' } } }, false],
    ['a stream without a key', { folder: '', streams: { a: { pattern: '*' } } }, false],
    ['an unknown word', { ...sample, watch: true }, false],
    ['no streams', { folder: '', streams: {} }, false],
  ])('%s: %s is %s', (_, settings, expected) => expect(valid(settings)).toBe(expected));
});

describe('the demo files', () => {
  const load = async (): Promise<FilesSettings> =>
    JSON.parse(await readFile(join(DEMO, 'connection.json'), 'utf8')) as FilesSettings;

  test('their connection is valid, and every row fits the schema of its stream', async () => {
    const settings = await load();
    expect(ajv.compile(files.settings)(settings)).toBe(true);
    for (const [stream, file] of Object.entries({
      customers: '客户资料.xlsx',
      products: '商品资料.xlsx',
      locations: '仓库门店.xlsx',
      stock: '库存.csv',
      orders: '订单明细.csv',
    })) {
      const fits = ajv.compile(filesStreams(settings)[stream]?.schema as object);
      const { rows } = await readAll(await readFile(join(DEMO, file)), settings.streams[stream]);
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) expect([fits(row), fits.errors]).toEqual([true, null]);
    }
  });

  test('hold the mistakes that they are made to show', async () => {
    const settings = await load();
    const customers = await readAll(await readFile(join(DEMO, '客户资料.xlsx')), settings.streams['customers']);
    expect(customers.values).toHaveLength(58);
    expect(customers.remarks.map((remark) => remark.split(' ').slice(1).join(' '))).toEqual([
      'refused no-key',
      'refused damaged-number',
      'skipped repeated-header',
      'refused scientific-number',
      'refused not-a-date',
      'refused cell-error',
      'skipped totals-row',
    ]);
    const orders = await readAll(await readFile(join(DEMO, '订单明细.csv')), settings.streams['orders']);
    expect(orders.values).toHaveLength(23);
  });
});
