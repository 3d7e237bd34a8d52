import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { readAll } from '../fixtures/read-all.js';
import { textRow, workbookEntries, workbookFile, zipFile } from '../fixtures/zip-file.js';
import { isDateFormat } from './number-formats.js';

const workbook = (data: SheetData): Promise<Buffer> => writeXlsxFile(data).toBuffer();
const header = textRow(1, ['编码', '值']);
const sheet = (cell: string): string =>
  `<sheetData>${header}<row r="2"><c r="A2" t="inlineStr"><is><t>k</t></is></c>${cell}</row></sheetData>`;
const valueOf = async (
  cell: string,
  more: { formats?: string[]; sharedStrings?: string[]; date1904?: boolean } = {},
): Promise<unknown> => {
  const { values, remarks } = await readAll(workbookFile({ sheet: sheet(cell), ...more }));
  return remarks.length > 0 ? remarks : (values[0] as { 值: unknown }).值;
};

describe('workbooks', () => {
  test('texts, numbers, dates and truth values arrive in normal form', async () => {
    const data = await workbook([
      ['编码', '数量', '日期', '时间', '启用', '账号'],
      [
        'A1',
        1234.5,
        { value: new Date(Date.UTC(2026, 0, 5)), type: Date, format: 'yyyy/m/d' },
        { value: new Date(Date.UTC(2026, 0, 5, 14, 30)), type: Date, format: 'yyyy-mm-dd hh:mm' },
        true,
        '6228480012345678901',
      ],
    ]);
    expect((await readAll(data)).values).toEqual([
      {
        编码: 'A1',
        数量: '1234.5',
        日期: '2026-01-05',
        时间: '2026-01-05 14:30:00',
        启用: true,
        账号: '6228480012345678901',
      },
    ]);
  });

  test('a long number that was entered as a number is refused with its cell', async () => {
    const data = await workbook([
      ['编码', '账号'],
      ['A1', 6.22848001234e18],
      ['A2', 123456789012345],
    ]);
    const { remarks, results, values } = await readAll(data);
    expect(remarks).toEqual(['2 refused damaged-number']);
    expect(results[0]?.reason.en).toContain('B2');
    expect(values).toEqual([{ 编码: 'A2', 账号: '123456789012345' }]);
  });

  test('the first visible sheet counts, or the one that is named', async () => {
    const data = await writeXlsxFile([
      { sheet: '说明', data: [['编码'], ['x']] },
      { sheet: '客户', data: [['编码'], ['y']] },
    ]).toBuffer();
    expect((await readAll(data)).rows).toMatchObject([{ sheet: '说明', key: 'x' }]);
    expect((await readAll(data, { sheet: '客户' })).rows).toMatchObject([{ sheet: '客户', key: 'y' }]);
    const { results } = await readAll(data, { sheet: '订单' });
    expect(results).toMatchObject([
      { status: 'refused', code: 'files.sheet-not-found', reason: { zh: expect.stringContaining('说明, 客户') } },
    ]);
  });

  test.each<[string, string, unknown]>([
    ['a formula counts with its stored result', '<c r="B2"><f>1+1</f><v>2</v></c>', '2'],
    ['a formula of text too', '<c r="B2" t="str"><f>A2&amp;"x"</f><v>kx</v></c>', 'kx'],
    ['a formula without a stored result is refused', '<c r="B2"><f>1+1</f></c>', ['2 refused formula-without-value']],
    ['an empty stored result is empty', '<c r="B2" t="str"><f>""</f><v></v></c>', null],
    ['an error is refused', '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ['2 refused cell-error']],
    ['an escaped character is one', '<c r="B2" t="inlineStr"><is><t>a_x000A_b</t></is></c>', 'a\nb'],
    [
      'an escaped NUL is refused',
      '<c r="B2" t="inlineStr"><is><t>a_x0000_b</t></is></c>',
      ['2 refused control-character'],
    ],
    [
      'pieces of one text are joined, notes on pronunciation left out',
      '<c r="B2" t="inlineStr"><is><r><t>东</t></r><r><t>京</t></r><rPh><t>とう</t></rPh></is></c>',
      '东京',
    ],
    ['an ISO date is read', '<c r="B2" t="d"><v>2026-01-05T00:00:00.000Z</v></c>', '2026-01-05'],
    ['a cell that carries a format only is empty', '<c r="B2" s="1"/>', null],
    ['a number with an exponent is written out', '<c r="B2"><v>1.25E-3</v></c>', '0.00125'],
    ['a cell without a reference follows the one before', '<c><v>5</v></c>', '5'],
    ['a broken reference to a text refuses the file', '<c r="B2" t="s"><v>7</v></c>', ['2 refused broken-workbook']],
  ])('%s', async (_, cell, expected) => expect(await valueOf(cell, { formats: ['0.00'] })).toEqual(expected));

  test('day numbers count from 1904 where the workbook says so', async () => {
    expect(await valueOf('<c r="B2" s="1"><v>44565</v></c>', { formats: ['yyyy-mm-dd'], date1904: true })).toBe(
      '2026-01-05',
    );
  });

  test.each<[string, boolean]>([
    ['yyyy"年"m"月"d"日"', true],
    ['[$-804]yyyy/m/d', true],
    ['h:mm AM/PM', true],
    ['[h]:mm', false],
    ['General', false],
    ['G/通用格式', false],
    ['0.00E+00', false],
    ['#,##0.00_);[Red](#,##0.00)', false],
    ['0"days"', false],
    ['@', false],
  ])('the format %s shows a date: %s', (code, expected) => expect(isDateFormat(code)).toBe(expected));

  test('cells merged over several rows count for all of them, but never amounts of lines', async () => {
    const rows = [
      textRow(1, ['单号', '客户', '品', '数量']),
      textRow(2, ['S1', '甲', 'a', '5']),
      `<row r="3"><c r="C3" t="inlineStr"><is><t>b</t></is></c></row>`,
    ].join('');
    const data = workbookFile({
      sheet: `<sheetData>${rows}</sheetData><mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:B3"/><mergeCell ref="D2:D3"/></mergeCells>`,
    });
    const { rows: found } = await readAll(data, { key: '单号', groupBy: { lines: ['品', '数量'] } });
    expect(found).toMatchObject([
      {
        key: 'S1',
        values: { 客户: '甲' },
        lines: [{ values: { 品: 'a', 数量: '5' } }, { values: { 品: 'b', 数量: null } }],
      },
    ]);
  });

  test('merged headers are hinted at', async () => {
    const data = workbookFile({
      sheet: `<sheetData>${textRow(1, ['编码', '联系'])}${textRow(2, ['1', 'x'])}</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells>`,
    });
    expect((await readAll(data)).remarks).toEqual(['1 note merged-header']);
  });

  test('names with a prefix are understood, as some programs write them', async () => {
    const rows =
      '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>编码</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c></x:row>';
    expect((await readAll(workbookFile({ sheet: `<x:sheetData>${rows}</x:sheetData>` }))).rows).toMatchObject([
      { key: '7' },
    ]);
  });
});

describe('hostile workbooks', () => {
  const good = { sheet: sheet('<c r="B2"><v>1</v></c>') };
  const replaced = (name: string, change: object): Buffer =>
    zipFile(workbookEntries(good).map((entry) => (entry.name === name ? { ...entry, ...change } : entry)));
  const part = 'xl/worksheets/sheet1.xml';
  const bomb = `<worksheet><sheetData>${' '.repeat(8 * 1024 * 1024)}</sheetData></worksheet>`;
  const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>';

  test.each<[string, Buffer, string]>([
    ['a part that unpacks to hundreds of times its size', replaced(part, { data: bomb }), 'workbook-too-large'],
    [
      'a part that unpacks to more than it declares',
      replaced(part, { data: bomb, declaredSize: 1000 }),
      'workbook-too-large',
    ],
    [
      'a shared text that unpacks to more than it declares',
      replaced('xl/sharedStrings.xml', { data: bomb, declaredSize: 1000 }),
      'workbook-too-large',
    ],
    [
      'too many entries',
      workbookFile({ ...good, extra: Array.from({ length: 2001 }, (_, index) => ({ name: `x${index}`, data: '' })) }),
      'workbook-too-large',
    ],
    ['the same entry twice', workbookFile({ ...good, extra: [{ name: part, data: '' }] }), 'broken-workbook'],
    ['an encrypted entry', replaced(part, { encrypted: true }), 'old-excel-format'],
    ['an unknown compression', replaced(part, { method: 99 }), 'broken-workbook'],
    ['a wrong checksum', replaced(part, { wrongChecksum: true }), 'broken-workbook'],
    ['a document type with entities', workbookFile({ ...good, head: laughs }), 'broken-workbook'],
    ['an undeclared entity', workbookFile({ sheet: sheet('<c r="B2" t="str"><v>&xxe;</v></c>') }), 'broken-workbook'],
    ['XML that is not closed', workbookFile({ sheet: '<sheetData>' }), 'broken-workbook'],
    ['elements nested without end', workbookFile({ sheet: '<a>'.repeat(10_000) }), 'broken-workbook'],
    [
      'a row at the end of the world',
      workbookFile({ sheet: '<sheetData><row r="99999999"/></sheetData>' }),
      'broken-workbook',
    ],
    [
      'rows out of order',
      workbookFile({ sheet: '<sheetData><row r="5"/><row r="4"/></sheetData>' }),
      'broken-workbook',
    ],
    [
      'a column beyond all tables',
      workbookFile({ sheet: '<sheetData><row r="1"><c r="ZZZZZZ1"><v>1</v></c></row></sheetData>' }),
      'broken-workbook',
    ],
    [
      'a value 16,000 columns away',
      workbookFile({ sheet: '<sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData>' }),
      'too-many-columns',
    ],
    ['a zip file that is no workbook', zipFile([{ name: 'a.txt', data: 'x' }]), 'not-a-table'],
    ['an empty zip file', zipFile([]), 'not-a-table'],
    ['half a zip file', workbookFile(good).subarray(0, 700), 'broken-workbook'],
    ['a zip header and nothing else', Buffer.from('PK\u0003\u0004', 'latin1'), 'broken-workbook'],
    [
      'a zip header and noise',
      Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.alloc(4000, 7)]),
      'broken-workbook',
    ],
  ])('%s is refused', async (_, data, code) => {
    const { remarks, values } = await readAll(data);
    expect(remarks.map((remark) => remark.split(' ').slice(1).join(' '))).toEqual([`refused ${code}`]);
    expect(values).toEqual([]);
  });

  test('a huge cell refuses its row', async () => {
    const { remarks } = await readAll(
      workbookFile({ sheet: sheet(`<c r="B2" t="str"><v>${'x'.repeat(40_000)}</v></c>`) }),
    );
    expect(remarks).toEqual(['2 refused cell-too-long']);
  });

  test('entries that share their bytes are refused', async () => {
    const data = workbookFile(good);
    const copies = Buffer.from(data);
    // Every entry of the directory points at the last one's data, which then counts many times.
    const end = copies.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
    let at = copies.readUInt32LE(end + 16);
    for (let index = 0; index < copies.readUInt16LE(end + 10); index += 1) {
      copies.writeUInt32LE(0, at + 42);
      copies.writeUInt32LE(Math.min(copies.readUInt32LE(end + 16) - 100, 1000), at + 20);
      at += 46 + copies.readUInt16LE(at + 28);
    }
    const { values, remarks } = await readAll(copies);
    expect(values).toEqual([]);
    expect(remarks[0]).toContain('refused');
  });

  test('flipping any byte of a workbook never throws and never hangs', async () => {
    const data = workbookFile(good);
    for (let at = 0; at < data.length; at += 7) {
      const copy = Buffer.from(data);
      copy[at] = (copy[at] as number) ^ 0x55;
      const { results } = await readAll(copy);
      expect(results.length).toBeGreaterThan(0);
    }
  });
});
