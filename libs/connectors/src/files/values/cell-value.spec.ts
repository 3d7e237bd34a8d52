import fc from 'fast-check';
import type { RawCell } from '../file-table.js';
import type { ColumnType } from '../settings.js';
import { readBoolean } from './boolean-text.js';
import { cellValue } from './cell-value.js';
import { halfWidth, plainHeader, plainText } from './plain-text.js';

const text = (value: string): RawCell => ({ kind: 'text', text: value });
const number = (value: string): RawCell => ({ kind: 'number', text: value });
const read = (cell: RawCell | undefined, type?: ColumnType): unknown => {
  const outcome = cellValue(cell, { at: 'C7', type, epoch1904: false });
  return 'issue' in outcome ? outcome.issue.code : outcome.value;
};

describe('a cell in normal form', () => {
  test.each<[string, RawCell | undefined, ColumnType | undefined, unknown]>([
    ['an empty cell', undefined, undefined, null],
    ['blanks', text(' \u3000\u00A0\uFEFF'), undefined, null],
    ['a long identifier as text', text('6228480012345678901'), undefined, '6228480012345678901'],
    ['leading zeros', text('00123'), undefined, '00123'],
    ['text kept by ="…"', text('="00123"'), undefined, '00123'],
    ['text kept by an apostrophe', text("'00123"), undefined, '00123'],
    ['an apostrophe of our own guard', text("'=A1"), undefined, '=A1'],
    ['a text that looks like a formula', text('=1+1'), undefined, '=1+1'],
    ['a phone', text('\t13800138000'), 'text', '13800138000'],
    ['a number in a column of texts', number('12'), 'text', '12'],
    ['a number without a type', number('0.30000000000000004'), undefined, '0.3'],
    ['a truth value', { kind: 'boolean', value: true }, undefined, true],
    ['是', text('是'), 'boolean', true],
    ['停用', text('停用'), 'boolean', false],
    ['1 as yes', number('1'), 'boolean', true],
    ['a day number in a column of dates', number('46027'), 'date', '2026-01-05'],
    ['20260105 as a number', number('20260105'), 'date', '2026-01-05'],
    ['a date of Excel', { kind: 'date', text: '2026-01-05' }, 'date', '2026-01-05'],
    ['a date in a column of moments', text('2026/1/5'), 'datetime', '2026-01-05 00:00:00'],
    ['a date without a type', { kind: 'date', text: '2026-01-05 08:00:00' }, undefined, '2026-01-05 08:00:00'],
    ['brackets of full width in a name', text('甲（乙）公司'), 'text', '甲（乙）公司'],
  ])('%s', (_, cell, type, expected) => expect(read(cell, type)).toEqual(expected));

  test.each<[string, RawCell, ColumnType | undefined]>([
    ['files.damaged-number', number('6.22848E+18'), undefined],
    ['files.damaged-number', number('1234567890123456'), 'text'],
    ['files.scientific-number', text('6.22848E+18'), 'text'],
    ['files.scientific-number', text('1e5'), 'number'],
    ['files.not-a-number', text('十二'), 'number'],
    ['files.not-a-number', number('Infinity'), 'number'],
    ['files.not-a-number', { kind: 'date', text: '2026-01-05' }, 'number'],
    ['files.not-a-date', text('2026-02-30'), 'date'],
    ['files.not-a-date', { kind: 'date', text: '14:30:00' }, 'date'],
    ['files.not-a-date', number('0.5'), 'date'],
    ['files.ambiguous-date', text('1/5/2026'), 'date'],
    ['files.not-a-boolean', text('也许'), 'boolean'],
    ['files.cell-error', { kind: 'error', text: '#REF!' }, undefined],
    ['files.cell-error', text('#N/A'), undefined],
    ['files.formula-without-value', { kind: 'formula' }, undefined],
    ['files.control-character', text('a\u0000b'), undefined],
    ['files.control-character', text('a\u001Bb'), undefined],
    ['files.undecodable-text', text('a\uFFFDb'), undefined],
    ['files.undecodable-text', text('a\uD800b'), undefined],
    ['files.cell-too-long', text('x'.repeat(32_768)), undefined],
  ])('%s', (code, cell, type) => expect(read(cell, type)).toBe(code));

  test('an issue names the cell in both languages', () => {
    const outcome = cellValue(number('6.22848E+18'), { at: 'C7', type: undefined, epoch1904: false });
    expect(outcome).toMatchObject({
      issue: { message: { en: expect.stringContaining('C7'), zh: expect.stringContaining('C7') } },
    });
  });

  test('any text gives a value or an issue, never an exception, and accepted text is stable', () => {
    const types: readonly (ColumnType | undefined)[] = [undefined, 'text', 'number', 'date', 'datetime', 'boolean'];
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...types), (value, type) => {
        const once = cellValue(text(value), { at: 'A1', type, epoch1904: false });
        // The marks by which Excel is told to keep a text are taken off once.
        if ('issue' in once || typeof once.value !== 'string' || /['"]/.test(value)) return;
        expect(cellValue(text(once.value), { at: 'A1', type: type ?? 'text', epoch1904: false })).toEqual(once);
      }),
    );
  });
});

describe('plain spellings', () => {
  test.each([
    [' 客户编码* ', '客户编码'],
    ['*客户\n编码', '客户 编码'],
    ['单价（含税）', '单价(含税)'],
    ['ＳＫＵ', 'SKU'],
  ])('the header %j compares as %j', (header, expected) => expect(plainHeader(header)).toBe(expected));

  test('long runs of blanks take no time worth mentioning', () => {
    expect(plainText(`${' '.repeat(32_000)}a${' '.repeat(32_000)}b`)).toHaveLength(32_002);
  });

  test('half width changes full-width signs only', () =>
    expect(halfWidth('ＡＢ－１２　中文、。')).toBe('AB-12 中文、。'));

  test.each([
    ['YES', true],
    ['√', true],
    ['Ｎ', false],
    ['', undefined],
  ])('%j is yes: %s', (word, expected) => expect(readBoolean(word)).toBe(expected));
});
