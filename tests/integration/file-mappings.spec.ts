import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectorById, readWorkbook, type FilesSettings } from '@isthmus/connectors';
import type { Row } from '@isthmus/connector-kit';
import { loadMapping, type CompiledMapping, type MapEnvironment } from '@isthmus/mapping';

const ROOT = join(__dirname, '../..');
const DEMO = join(ROOT, 'demo/files');
const FILES = {
  customers: '客户资料.xlsx',
  products: '商品资料.xlsx',
  locations: '仓库门店.xlsx',
  stock: '库存.csv',
  orders: '订单明细.csv',
} as const;
const environment: MapEnvironment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

async function demoSettings(): Promise<FilesSettings> {
  return JSON.parse(await readFile(join(DEMO, 'connection.json'), 'utf8')) as FilesSettings;
}

async function load(stream: string): Promise<ReturnType<typeof loadMapping>> {
  const file = `mappings/files/${stream}.yaml`;
  const settings = (await demoSettings()) as never;
  const streams = connectorById('files')?.streams;
  const native = typeof streams === 'function' ? streams(settings)[stream] : undefined;
  return loadMapping({
    file,
    text: await readFile(join(ROOT, file), 'utf8'),
    id: `files/${stream}`,
    ...(native === undefined ? {} : { nativeSchema: native.schema }),
  });
}

async function acceptedRows(stream: keyof typeof FILES): Promise<Row[]> {
  const rows: Row[] = [];
  const settings = (await demoSettings()).streams[stream];
  if (settings === undefined) throw new Error(`no stream ${stream}`);
  for await (const page of readWorkbook(await readFile(join(DEMO, FILES[stream])), FILES[stream], settings))
    rows.push(...page.rows);
  return rows.filter((row) => row['key'] !== '');
}

describe('the starter mappings of files', () => {
  const streams = Object.keys(FILES) as (keyof typeof FILES)[];

  test.each(streams)('%s passes the checker without a finding', async (stream) => {
    expect((await load(stream)).findings).toEqual([]);
  });

  test.each(streams)(
    'every accepted row of the demo file of %s maps, and writing it back changes nothing',
    async (stream) => {
      const mapping = (await load(stream)).compiled as CompiledMapping;
      const rows = await acceptedRows(stream);
      expect(rows.length).toBeGreaterThan(2);
      for (const row of rows) {
        const canonical = mapping.toCanonical(row, environment);
        if (!canonical.ok) throw new Error(JSON.stringify([row['key'], canonical.issues]));
        const native = mapping.toNative(canonical.body, environment, () => undefined);
        if (!native.ok) throw new Error(JSON.stringify([row['key'], native.issues]));
        expect(mapping.toCanonical({ ...native.row, file: '', sheet: '', row: 1, key: '' }, environment)).toEqual(
          canonical,
        );
      }
    },
  );
});
