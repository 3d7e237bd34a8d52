import fc from 'fast-check';
import { excelNumber, isExcelScientific, readNumber } from './number-text.js';

describe('numbers as people write them', () => {
  test.each([
    ['1234.50', '1234.5'],
    ['1,234,567.00', '1234567'],
    ['１２３４．５', '1234.5'],
    ['1，234', '1234'],
    ['￥1,234.50', '1234.5'],
    ['¥ 99', '99'],
    ['99元', '99'],
    ['12.5%', '0.125'],
    ['13％', '0.13'],
    ['0.5%', '0.005'],
    ['-3', '-3'],
    ['(1,200.00)', '-1200'],
    ['−7', '-7'],
    ['+8', '8'],
    ['.5', '0.5'],
    ['007', '7'],
    ['-0', '0'],
    ['99999999999999999999.01', '99999999999999999999.01'],
  ])('%s is %s', (text, expected) => expect(readNumber(text)).toBe(expected));

  test.each(['', '-', '1,23', '1.2.3', '12a', '约三十', '1 / 2', '1e5', '(-3)', '1.2万', '--1', '%'])(
    '%j is refused',
    (text) => expect(readNumber(text)).toBeUndefined(),
  );

  test('thousands separators and full width never change a number', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 99 }),
        (whole, cents) => {
          const plain = readNumber(`${whole}.${String(cents).padStart(2, '0')}`);
          const grouped = `${whole < 0 ? '-' : ''}${Math.abs(whole).toLocaleString('en-US')}.${String(cents).padStart(2, '0')}`;
          const wide = grouped.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
          expect(readNumber(grouped)).toBe(plain);
          expect(readNumber(wide)).toBe(plain);
        },
      ),
    );
  });
});

describe('numbers as Excel stores them', () => {
  test.each([
    ['0.10000000000000001', '0.1'],
    ['1.25E5', '125000'],
    ['1E-7', '0.0000001'],
    ['19.989999999999998', '19.99'],
    ['-0', '0'],
    ['999999999999999', '999999999999999'],
  ])('%s is %s', (stored, expected) => expect(excelNumber(stored)).toBe(expected));

  test.each(['6.22848E+18', '1000000000000000', '622848001234567000', '1E400', 'NaN', ''])(
    '%j has lost digits or is none',
    (stored) => expect(excelNumber(stored)).toBeUndefined(),
  );

  test('every number of at most 15 digits keeps its value', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999_999, max: 999_999_999 }),
        fc.integer({ min: 0, max: 6 }),
        (digits, places) => {
          const stored = String(digits / 10 ** places);
          expect(Number(excelNumber(stored))).toBeCloseTo(Number(stored), 10);
          expect(excelNumber(stored)).toMatch(/^-?\d+(\.\d+)?$/);
        },
      ),
    );
  });

  test.each([
    ['6.22848E+18', true],
    ['1.38E+10', true],
    ['1E-05', true],
    ['２Ｅ+10', true],
    ['E10', false],
    ['2E10', false],
    ['SP-1E+1', false],
  ])('%s looks shortened by Excel: %s', (text, expected) => expect(isExcelScientific(text)).toBe(expected));
});
