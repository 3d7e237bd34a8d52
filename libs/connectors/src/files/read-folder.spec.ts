import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectorContext, Cursor, Page, ReadRequest } from '@isthmus/connector-kit';
import { tempFileStore, type TempFileStore } from '../../../../tests/support/temp-file-store.js';
import { files } from './connector.js';
import { filesContext } from './fixtures/files-context.js';
import { appendResults } from './result-file.js';
import type { FilesSettings } from './settings.js';
import { filesStreams } from './streams.js';

const customers = { pattern: '客户*.csv', key: '编码' } as const;
const settings: FilesSettings = { folder: 'in', streams: { customers }, stableSeconds: 5 };

describe('a watched folder', () => {
  let folder: TempFileStore;
  let now: Date;

  beforeEach(async () => {
    folder = await tempFileStore();
    now = new Date(Date.now() + 60_000);
  });

  afterEach(() => folder.remove());

  const context = (own: FilesSettings = settings): ConnectorContext => filesContext(own, folder.store, () => now);
  const put = (path: string, text: string): Promise<void> => folder.store.update(path, () => Buffer.from(text));
  const result = async (name: string): Promise<string> =>
    (await folder.store.read(`results/${name}.result.csv`)).toString();
  const names = async (path: string): Promise<string[]> =>
    (await readdir(join(folder.root, path)).catch((): string[] => [])).toSorted((a, b) => a.localeCompare(b));

  /** Reads to the end, or stops after so many pages as a process that is killed does. */
  async function read(
    request: Partial<ReadRequest> = {},
    own: FilesSettings = settings,
    stopAfter = Infinity,
  ): Promise<{ pages: Page[]; cursor: Cursor | undefined; keys: unknown[] }> {
    const pages: Page[] = [];
    const stream = filesStreams(own)['customers'];
    for await (const page of stream?.read?.(context(own), { cursor: undefined, full: false, ...request }) ?? []) {
      pages.push(page);
      if (pages.length >= stopAfter) break;
    }
    // The ledger stores cursors as JSON.
    const cursor = pages.at(-1)?.cursor ?? request.cursor;
    return {
      pages,
      cursor: cursor === undefined ? undefined : structuredClone(cursor),
      keys: pages.flatMap((page) => page.rows.map((row) => row['key'])),
    };
  }

  test('a file is read once, with a result file, and archived when its rows are stored', async () => {
    await put('in/客户1.csv', '编码,名称\n1,甲\n,乙\n');
    const first = await read();
    expect(first.keys).toEqual(['1', '']);
    expect(await result('客户1.csv')).toContain('files.no-key');
    expect(await names('in')).toEqual(['客户1.csv']);

    const second = await read({ cursor: first.cursor });
    expect(second.keys).toEqual([]);
    expect(await names('in')).toEqual([]);
    expect(await names('archive')).toEqual([expect.stringMatching(/^\d{8}T\d{9}Z-客户1\.csv$/)]);
    expect((await read({ cursor: second.cursor })).pages).toEqual([]);
  });

  test('rows of a page that was not stored stay in the folder and are read again', async () => {
    await put('in/客户1.csv', '编码\n1\n');
    await read();
    expect((await read()).keys).toEqual(['1']);
    expect(await names('in')).toEqual(['客户1.csv']);
  });

  test('a read that was cut off goes on in the middle of the file, and its result file is whole', async () => {
    const text = `编码,名称\n${Array.from({ length: 900 }, (_, index) => (index === 10 ? ',无' : `${index},x`)).join('\n')}\n`;
    await put('in/客户1.csv', text);
    const whole = await read();
    const cut = await read({}, settings, 2);
    expect(cut.keys).toHaveLength(400);
    const rest = await read({ cursor: cut.cursor });
    expect([...cut.keys, ...rest.keys]).toEqual(whole.keys);
    expect((await result('客户1.csv')).split('\r\n')).toHaveLength(902);
    expect(await result('客户1.csv')).toContain('files.no-key');
  });

  test('other content under the same name is read from its start', async () => {
    await put('in/客户1.csv', `编码,名称\n${'1,x\n'.repeat(500)}`);
    const cut = await read({}, settings, 1);
    await put('in/客户1.csv', '编码,名称\n7,新\n');
    expect((await read({ cursor: cut.cursor })).keys).toEqual(['7']);
  });

  test('the same content with a new time is not read again', async () => {
    const staying = { ...settings, archive: '' };
    await put('in/客户1.csv', '编码\n1\n');
    const first = await read({}, staying);
    await folder.touch('in/客户1.csv', new Date(Date.now() + 1000));
    const second = await read({ cursor: first.cursor }, staying);
    expect(second.keys).toEqual([]);
    expect((await read({ cursor: second.cursor }, staying)).pages).toEqual([]);
    expect(await names('in')).toEqual(['客户1.csv']);
  });

  test('a file waits until it is unchanged long enough', async () => {
    await put('in/客户1.csv', '编码\n1\n');
    now = new Date();
    expect((await read()).pages).toEqual([]);
    now = new Date(Date.now() + 6000);
    expect((await read()).keys).toEqual(['1']);
  });

  test('files are read oldest first; locks, temporary and foreign files are left alone', async () => {
    await put('in/客户2.csv', '编码\n2\n');
    await put('in/客户1.csv', '编码\n1\n');
    await folder.touch('in/客户1.csv', new Date(Date.now() + 2000));
    await put('in/~$客户3.csv', '编码\n3\n');
    await put('in/客户4.csv.tmp', '编码\n4\n');
    await put('in/商品.csv', '编码\n5\n');
    expect((await read()).keys).toEqual(['2', '1']);
  });

  test('a file that cannot be read is refused once, with its result, and holds nobody back', async () => {
    await put('in/客户1.csv', '');
    await put('in/客户2.csv', '编码\n2\n');
    await folder.touch('in/客户2.csv', new Date(Date.now() + 2000));
    const first = await read();
    expect(first.keys).toEqual(['', '2']);
    expect(await result('客户1.csv')).toContain('files.empty-file');
    expect((await read({ cursor: first.cursor })).keys).toEqual([]);
    expect(await names('archive')).toHaveLength(2);
  });

  test('a file beyond the limit is refused without being read into memory', async () => {
    await writeFile(join(folder.root, '客户.csv'), Buffer.alloc(21 * 1024 * 1024, 'x'));
    const own = { ...settings, folder: '' };
    const { pages } = await read({}, own);
    expect(pages[0]?.rows).toMatchObject([{ key: '', issues: [{ code: 'files.file-too-large' }] }]);
  });

  test('a full read takes the archive first, then the folder, and moves nothing', async () => {
    await put('in/客户1.csv', '编码,名称\n1,旧\n');
    const first = await read();
    await read({ cursor: first.cursor });
    now = new Date(now.getTime() + 1000);
    await put('in/客户1.csv', '编码,名称\n1,新\n');
    const full = await read({ full: true });
    expect(
      full.pages.flatMap((page) => page.rows.map((row) => [row['file'], (row['values'] as { 名称: string }).名称])),
    ).toEqual([
      ['客户1.csv', '旧'],
      ['客户1.csv', '新'],
    ]);
    expect(await names('in')).toEqual(['客户1.csv']);
    expect((await read({ full: true, cursor: full.cursor })).keys).toEqual([]);
  });

  test('a full read that was cut off goes on where it was, in the archive too', async () => {
    for (const number of [1, 2, 3]) {
      await put(`in/客户${number}.csv`, `编码\n${number}\n`);
      const done = await read();
      await read({ cursor: done.cursor });
      now = new Date(now.getTime() + 1000);
    }
    const cut = await read({ full: true }, settings, 2);
    const rest = await read({ full: true, cursor: cut.cursor });
    expect([...cut.keys, ...rest.keys]).toEqual(['1', '2', '3']);
  });

  test('a full read leaves result files with outcomes of the hub alone', async () => {
    await put('in/客户1.csv', '编码\n1\n');
    await read();
    const outcome = { sheet: '', row: 2, key: '1', status: 'merged', code: '', reason: { en: '', zh: '' } } as const;
    await folder.store.update('results/客户1.csv.result.csv', (current) => appendResults(current, [outcome]));
    await read({ full: true });
    expect(await result('客户1.csv')).toContain('merged');
  });

  test('a file that several streams read stays in the folder, with a result for each', async () => {
    const shared: FilesSettings = { ...settings, streams: { customers, contacts: { ...customers } } };
    await put('in/客户1.csv', '编码\n1\n');
    const first = await read({}, shared);
    await read({ cursor: first.cursor }, shared);
    expect(await names('in')).toEqual(['客户1.csv']);
    expect(await names('results')).toEqual(['客户1.csv.customers.result.csv']);
  });

  test('a cursor that is none of ours means the start', async () => {
    await put('in/客户1.csv', '编码\n1\n');
    for (const cursor of ['x', 7, null, [], { files: { 'in/客户1.csv': { size: 'x' } } }])
      expect((await read({ cursor })).keys).toEqual(['1']);
  });

  test('the check says what waits, or that there is no folder', async () => {
    await put('in/客户1.csv', '编码\n1\n');
    expect(await files.check?.(context())).toMatchObject([
      { step: 'customers', ok: true, message: { en: expect.stringContaining('1 files') } },
    ]);
    expect(await files.check?.(filesContext(settings, undefined, () => now))).toMatchObject([{ ok: false }]);
  });

  test('a folder outside the files folder fails as a failure, not as a defect', async () => {
    await expect(read({}, { ...settings, folder: '../x' })).rejects.toMatchObject({
      failure: { kind: 'transient', code: 'files.outside-root' },
    });
  });
});
