import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { fileIssue } from './file-issue.js';
import {
  acceptedResult,
  appendResults,
  refusedResult,
  resultFile,
  skippedResult,
  type ResultRow,
} from './result-file.js';
import { safeCell, safeDataCell } from './safe-cell.js';

const rows = [
  acceptedResult('客户', 3, 'K1'),
  refusedResult('客户', 4, '=cmd|x', [
    fileIssue('damaged-number', { at: 'C4' }),
    fileIssue('not-a-date', { at: 'D4' }),
  ]),
  skippedResult('客户', 5, fileIssue('totals-row')),
];

describe('result files', () => {
  test('open in Excel as they are: byte order mark, both languages, one line for each row', () => {
    const data = resultFile(rows);
    expect(data.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const [headers, ...lines] = parse(data, { bom: true });
    expect(headers).toEqual(['工作表 Sheet', '行号 Row', '主键 Key', '状态 Status', '代码 Code', '原因', 'Reason']);
    expect(lines[0]).toEqual(['客户', '3', 'K1', '已接收 accepted', '', '', '']);
    expect(lines[1]).toMatchObject([
      '客户',
      '4',
      "'=cmd|x",
      '未接收 refused',
      'files.damaged-number; files.not-a-date',
      expect.stringContaining('C4'),
      expect.stringContaining('D4'),
    ]);
    expect(lines[2]?.[3]).toBe('已跳过 skipped');
  });

  test('outcomes of the hub are added once, however often they are reported', () => {
    const merged: ResultRow = {
      sheet: '客户',
      row: 3,
      key: 'K1',
      status: 'merged',
      code: '',
      reason: { en: '', zh: '' },
    };
    const once = appendResults(resultFile(rows), [merged]);
    expect(parse(once, { bom: true })).toHaveLength(5);
    expect(appendResults(once, [merged])).toEqual(once);
    expect(appendResults(undefined, [merged])).toEqual(resultFile([merged]));
  });

  test('no text of a row becomes a formula or breaks the table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const row: ResultRow = {
          sheet: text,
          row: 1,
          key: text,
          status: 'rejected',
          code: 'x',
          reason: { en: text, zh: text },
        };
        const lines = parse(resultFile([row]), { bom: true });
        expect(lines).toHaveLength(2);
        for (const cell of lines[1] ?? []) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      }),
    );
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['+86', "'+86"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['甲', '甲'],
  ])('%j is written as %j', (text, expected) => expect(safeCell(text)).toBe(expected));

  test.each([
    ['-12.50', '-12.50'],
    ['+8613800138000', '+8613800138000'],
    ['-1+cmd', "'-1+cmd"],
  ])('data %j is written as %j', (text, expected) => expect(safeDataCell(text)).toBe(expected));
});
