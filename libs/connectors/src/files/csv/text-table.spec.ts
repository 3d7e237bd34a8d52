import iconv from 'iconv-lite';
import { readAll } from '../fixtures/read-all.js';

const TABLE = '编码,名称\r\n001,王小明\r\n002,"李, ""芳"""\r\n';
const EXPECTED = [
  { 编码: '001', 名称: '王小明' },
  { 编码: '002', 名称: '李, "芳"' },
];

describe('text files', () => {
  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(TABLE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TABLE}`)],
    ['GBK', iconv.encode(TABLE, 'gbk')],
    ['GB18030', iconv.encode(TABLE, 'gb18030')],
    ['UTF-16 as Excel saves it', iconv.encode(TABLE, 'utf-16le', { addBOM: true })],
    ['UTF-16 big endian', iconv.encode(TABLE, 'utf-16be', { addBOM: true })],
  ])('%s is recognised', async (_, data) => expect((await readAll(data)).values).toEqual(EXPECTED));

  test('a character outside GBK survives GB18030, also where pieces of the file meet', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => `${index},𠮷野家㐂`).join('\n');
    const { values } = await readAll(iconv.encode(`编码,名称\n${rows}`, 'gb18030'));
    expect(values).toHaveLength(30_000);
    expect(new Set(values.map((row) => (row as { 名称: string }).名称))).toEqual(new Set(['𠮷野家㐂']));
  });

  test.each([';', '\t', '|', ','])('the delimiter %j is found', async (delimiter) => {
    const { values } = await readAll(['编码', '名称'].join(delimiter) + '\n' + ['1', '甲'].join(delimiter));
    expect(values).toEqual([{ 编码: '1', 名称: '甲' }]);
  });

  test.each(['\r\n', '\n', '\r'])('lines may end with %j', async (end) => {
    const { values } = await readAll(['编码,名称', '1,甲', '2,乙', ''].join(end));
    expect(values).toHaveLength(2);
  });

  test('a cell with line breaks is one row, as in Excel', async () => {
    const { rows } = await readAll('编码,备注\n1,"第一行\n第二行"\n2,后\n');
    expect(rows.map((row) => row['row'])).toEqual([2, 3]);
  });

  test('a row that ends early says nothing about its missing cells; an empty cell is empty', async () => {
    const { values } = await readAll('编码,名称,备注\n1,甲\n2,,乙\n');
    expect(values).toEqual([
      { 编码: '1', 名称: '甲' },
      { 编码: '2', 名称: null, 备注: '乙' },
    ]);
  });

  test('a row with more cells than headers is refused, empty ones at the end are not', async () => {
    const { remarks, values } = await readAll('编码,名称\n1,甲,,\n2,乙,多\n');
    expect(remarks).toEqual(['3 refused surplus-cells']);
    expect(values).toHaveLength(1);
  });

  test.each([
    ['never closed', '编码,名称\n1,甲\n2,"乙\n3,丙\n'],
    ['closed in the wrong place', '编码,名称\n1,甲\n2,"乙"丙\n3,丁\n'],
    ['opened in the middle', '编码,名称\n1,甲\n2,12" 管\n3,丁\n'],
  ])('a quotation mark that is %s stops the file there, with what was read before kept', async (_, text) => {
    const { remarks, values } = await readAll(text);
    expect(values).toEqual([{ 编码: '1', 名称: '甲' }]);
    expect(remarks).toEqual(['3 refused broken-quotes']);
  });

  test('a quotation mark that swallows the rest is noticed by the length of the row', async () => {
    const { remarks } = await readAll(`编码,名称\n1,甲\n2,"${'乙\n'.repeat(600_000)}`);
    expect(remarks).toEqual(['3 refused record-too-long']);
  });

  test('text in another encoding than set is refused row by row', async () => {
    const mixed = Buffer.concat([Buffer.from('编码,名称\n1,甲\n2,'), Buffer.from([0xff, 0x80]), Buffer.from('\n')]);
    const { remarks, values } = await readAll(mixed, { encoding: 'utf-8' });
    expect(values).toEqual([{ 编码: '1', 名称: '甲' }]);
    expect(remarks).toEqual(['3 refused undecodable-text']);
  });

  test('a file in an encoding that nobody can tell shows as missing headers', async () => {
    const { remarks } = await readAll(iconv.encode('編碼,名稱\n1,甲\n', 'big5'));
    expect(remarks).toEqual(['0 refused header-not-found']);
  });

  test.each<[string, Buffer, string]>([
    ['nothing', Buffer.alloc(0), 'empty-file'],
    ['zeros', Buffer.alloc(5000), 'not-a-table'],
    ['a picture', Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(200)]), 'not-a-table'],
    ['a web page', Buffer.from('\uFEFF<html><table><tr><td>编码</td></tr></table>'), 'html-table'],
    ['only blanks', Buffer.from(' \n \n'), 'header-not-found'],
    ['an old workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), 'old-excel-format'],
  ])('%s is refused as a whole', async (_, data, code) => {
    const { remarks, rows } = await readAll(data);
    expect(remarks).toEqual([`0 refused ${code}`]);
    expect(rows).toMatchObject([{ key: '', row: 0, issues: [{ code: `files.${code}` }] }]);
  });

  test('a NUL in a cell refuses its row only', async () => {
    const { remarks, values } = await readAll(`编码,名称\n1,a\u0000b\n2,乙\n${'3,丙\n'.repeat(50)}`);
    expect(remarks[0]).toBe('2 refused control-character');
    expect(values).toHaveLength(51);
  });

  test('300 columns are read, 501 are refused', async () => {
    const wide = (count: number): string =>
      `编码,${Array.from({ length: count - 1 }, (_, index) => `列${index}`).join(',')}\n1${',x'.repeat(count - 1)}\n`;
    const { values } = await readAll(wide(300));
    expect(Object.keys(values[0] as object)).toHaveLength(300);
    expect((await readAll(wide(501))).remarks).toEqual(['1 refused too-many-columns']);
  });

  test('rows beyond the limit are not read, and it is said', async () => {
    const { remarks, values } = await readAll('编码\n1\n2\n3\n', { delimiter: ',' }, { limits: { rows: 3 } });
    expect(values).toHaveLength(2);
    expect(remarks).toEqual(['4 refused too-many-rows']);
  });
});
