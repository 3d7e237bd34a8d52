import { readAll } from './fixtures/read-all.js';

describe('rows of a table', () => {
  test('titles above the headers are passed over, and so are blank rows', async () => {
    const { rows } = await readAll('客户资料表,,\n打印日期,2026-01-05,\n编码*,名称,\n,,\n1,甲,\n');
    expect(rows).toMatchObject([{ file: '文件', sheet: '', row: 5, key: '1', values: { 编码: '1', 名称: '甲' } }]);
  });

  test('the row of the headers can be set', async () => {
    const { rows } = await readAll('编码,旧表\n编码,名称\n1,甲\n', { headerRow: 2 });
    expect(rows).toMatchObject([{ key: '1', values: { 名称: '甲' } }]);
    expect((await readAll('a,b\n编码,名称\n1,甲\n', { headerRow: 1 })).remarks).toEqual(['0 refused header-not-found']);
  });

  test('headers are compared without width, blanks and asterisks, and columns can be renamed and typed', async () => {
    const { values } = await readAll('编码,单价（含税）,日期 *,启用\n1,"1,234.50",2026/1/5,是\n', {
      columns: { '单价(含税)': { name: 'price', type: 'number' }, 日期: { type: 'date' }, 启用: { type: 'boolean' } },
    });
    expect(values).toEqual([{ 编码: '1', price: '1234.5', 日期: '2026-01-05', 启用: true }]);
  });

  test('repeated and missing headers get names of their own; a repeated key column refuses the file', async () => {
    const { values } = await readAll('编码,电话,电话,\n1,a,b,c\n');
    expect(values).toEqual([{ 编码: '1', 电话: 'a', 电话_2: 'b', D: 'c' }]);
    expect((await readAll('编码,编码\n1,2\n')).remarks).toEqual(['0 refused duplicate-header']);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('a column called %s refuses the file', async (header) => {
    expect((await readAll(`编码,${header}\n1,2\n`)).remarks).toEqual(['0 refused dangerous-header']);
  });

  test('columns that the settings know and the file lacks are noted, and their fields are absent', async () => {
    const { remarks, values } = await readAll('编码\n1\n', { columns: { 名称: {} }, delimiter: ',' });
    expect(remarks).toEqual(['1 note missing-columns']);
    expect(values).toEqual([{ 编码: '1' }]);
  });

  test('rows of totals and repeated headers are skipped and reported', async () => {
    const { remarks, values } = await readAll('编码,数量\n1,2\n编码,数量\n合 计：,2\n小计,1\n,3\n');
    expect(values).toHaveLength(1);
    expect(remarks).toEqual([
      '3 skipped repeated-header',
      '4 skipped totals-row',
      '5 skipped totals-row',
      '6 refused no-key',
    ]);
  });

  test('a record may be called like a total as long as it has a key', async () => {
    const { values } = await readAll('名称,编码\n合计,K1\n');
    expect(values).toEqual([{ 名称: '合计', 编码: 'K1' }]);
  });

  test('a broken row goes out without a key, whole, with all that is wrong', async () => {
    const { rows, results } = await readAll('编码,价,日\n1,一,二\n', {
      columns: { 价: { type: 'number' }, 日: { type: 'date' } },
    });
    expect(rows).toMatchObject([
      {
        row: 2,
        key: '',
        values: { 编码: '1' },
        issues: [{ code: 'files.not-a-number' }, { code: 'files.not-a-date' }],
      },
    ]);
    expect(results).toMatchObject([
      { row: 2, key: '1', status: 'refused', code: 'files.not-a-number; files.not-a-date' },
    ]);
  });

  test('keys of several columns join without clashes, and full width counts as half', async () => {
    const { rows } = await readAll('仓,品\nA|B,C\nA,B|C\nＡ１,x\n', { key: ['仓', '品'] });
    expect(rows.map((row) => row['key'])).toEqual(['A\\|B|C', 'A|B\\|C', 'A1|x']);
    expect((await readAll('仓,品\nA,\n', { key: ['仓', '品'] })).remarks).toEqual(['2 refused no-key']);
  });

  test('a key that stands twice is taken twice, in order, and noted', async () => {
    const { rows, remarks } = await readAll('编码,名称\n1,旧\n1,新\n');
    expect(rows.map((row) => (row['values'] as { 名称: string }).名称)).toEqual(['旧', '新']);
    expect(remarks).toEqual(['3 accepted repeated-key']);
  });

  test('pages hold at most so many rows, whatever is skipped between them', async () => {
    const text = `编码,名称\n${Array.from({ length: 450 }, (_, index) => `${index},x\n小计,x`).join('\n')}`;
    const all = await readAll(text);
    expect(all.rows).toHaveLength(450);
    expect(all.results).toHaveLength(900);
    expect((await readAll(text, {}, { pageSize: 7 })).rows).toEqual(all.rows);
  });
});

describe('records of several rows', () => {
  const settings = { key: '单号', columns: { 数量: { type: 'number' } }, groupBy: { lines: ['品', '数量'] } } as const;

  test('rows with one key are one native row with lines, wherever they stand', async () => {
    const { rows, results } = await readAll('单号,客户,品,数量\nS1,甲,a,1\nS2,乙,b,2\nS1,,c,3\n', settings);
    expect(rows).toEqual([
      {
        file: '文件',
        sheet: '',
        row: 3,
        key: 'S2',
        values: { 单号: 'S2', 客户: '乙' },
        lines: [{ line: 1, row: 3, values: { 品: 'b', 数量: '2' } }],
      },
      {
        file: '文件',
        sheet: '',
        row: 2,
        key: 'S1',
        values: { 单号: 'S1', 客户: '甲' },
        lines: [
          { line: 1, row: 2, values: { 品: 'a', 数量: '1' } },
          { line: 2, row: 4, values: { 品: 'c', 数量: '3' } },
        ],
      },
    ]);
    expect(results.filter((row) => row.status === 'accepted')).toHaveLength(3);
  });

  test('one bad line refuses its whole record and no other', async () => {
    const { rows, remarks } = await readAll('单号,品,数量\nS1,a,1\nS1,b,二\nS2,c,3\n', settings);
    expect(rows.map((row) => row['key'])).toEqual(['', 'S2']);
    expect(remarks).toEqual(['2 refused broken-line', '3 refused not-a-number']);
  });

  test('rows of one record may not contradict one another', async () => {
    const { rows, remarks } = await readAll('单号,客户,品,数量\nS1,甲,a,1\nS1,乙,b,2\n', settings);
    expect(rows.map((row) => row['key'])).toEqual(['']);
    expect(remarks).toEqual(['2 refused broken-line', '3 refused different-in-group']);
  });

  test('a row without a key is refused alone, with its line', async () => {
    const { rows } = await readAll('单号,品,数量\n,a,1\nS2,c,3\n', settings);
    expect(rows).toMatchObject([{ key: '', values: { 品: 'a' } }, { key: 'S2' }]);
  });

  test('a file that breaks off hands out no record, for its last one may be cut', async () => {
    const { rows, remarks } = await readAll('单号,品,数量\nS1,a,1\nS1,"b,2\n', settings);
    expect(rows).toMatchObject([{ key: '', row: 3 }]);
    expect(remarks).toEqual(['3 refused broken-quotes']);
  });
});
