import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  equalDecimals,
  isDecimal,
  multiplyDecimals,
  normaliseDecimal,
  parseDecimal,
  roundDecimal,
  shiftPoint,
} from './decimal.js';

const read = (value: unknown): string => {
  const result = parseDecimal(value);
  return result.ok ? result.value : result.code;
};

const anyDecimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 6 }))
  .map(([units, digits]) => shiftPoint(String(units), -digits));

describe('parseDecimal', () => {
  it.each([
    ['19.90', '19.9'],
    ['0019', '19'],
    ['+5', '5'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    [' 7 ', '7'],
    ['１２．５', '12.5'],
    ['1e3', '1000'],
    ['1.25E-2', '0.0125'],
    ['0e9999', '0'],
    ['1000', '1000'],
    ['1234567890123456', '1234567890123456'],
    [19.9, '19.9'],
    [-0, '0'],
    [1e21, '1000000000000000000000'],
    [5e-7, '0.0000005'],
    [123456789012345, '123456789012345'],
  ])('reads %p as %s', (value, expected) => {
    expect(read(value)).toBe(expected);
  });

  it.each([
    [1234567890123456, 'decimal.inexact'],
    [0.1 + 0.2, 'decimal.inexact'],
    [Number.NaN, 'decimal.syntax'],
    [Infinity, 'decimal.syntax'],
    ['1e400', 'decimal.out-of-range'],
    ['1e999999999', 'decimal.syntax'],
    ['1'.repeat(41), 'decimal.out-of-range'],
    ['9'.repeat(10_000), 'decimal.out-of-range'],
    ['1,234.50', 'decimal.syntax'],
    ['', 'decimal.syntax'],
    ['.', 'decimal.syntax'],
    ['0x10', 'decimal.syntax'],
    ['1_000', 'decimal.syntax'],
    ['12a', 'decimal.syntax'],
    ['e5', 'decimal.syntax'],
    [null, 'decimal.syntax'],
    [true, 'decimal.syntax'],
    [[1], 'decimal.syntax'],
  ])('refuses %p with %s', (value, code) => {
    expect(read(value)).toBe(code);
  });

  it('has one text for each value', () => {
    fc.assert(
      fc.property(anyDecimal, fc.nat(4), (value, zeros) => {
        const padded = `${value.includes('.') ? value : `${value}.`}${'0'.repeat(zeros)}`;
        expect(normaliseDecimal(padded)).toBe(value);
        expect(equalDecimals(padded, value)).toBe(true);
      }),
    );
  });

  it('answers for any text and never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof isDecimal(text) === 'boolean'));
  });
});

describe('decimal arithmetic', () => {
  it.each([
    ['2.345', 2, '2.35'],
    ['-2.345', 2, '-2.35'],
    ['2.344999', 2, '2.34'],
    ['0.5', 0, '1'],
    ['-0.4', 0, '0'],
    ['1234.5', 2, '1234.5'],
  ])('rounds %s to %i places as %s', (value, digits, expected) => {
    expect(roundDecimal(value, digits)).toBe(expected);
  });

  it.each([
    ['1999', -2, '19.99'],
    ['19.99', 2, '1999'],
    ['-5', -3, '-0.005'],
    ['0', 5, '0'],
    ['13', -2, '0.13'],
  ])('moves the point of %s by %i: %s', (value, places, expected) => {
    expect(shiftPoint(value, places)).toBe(expected);
  });

  it('adds and multiplies without a float', () => {
    expect(addDecimals('0.1', '0.2')).toBe('0.3');
    expect(multiplyDecimals('999999999999999.999999', '999999999999999.999999')).toBe(
      '999999999999999999998000000000.000000000001',
    );
  });

  it('shifting there and back changes nothing; adding and taking away neither', () => {
    fc.assert(
      fc.property(anyDecimal, anyDecimal, fc.integer({ min: -6, max: 6 }), (a, b, places) => {
        expect(shiftPoint(shiftPoint(a, places), -places)).toBe(a);
        expect(addDecimals(addDecimals(a, b), shiftPoint(multiplyDecimals(b, '-1'), 0))).toBe(a);
        expect(compareDecimals(a, b)).toBe(-compareDecimals(b, a) + 0);
      }),
    );
  });

  it('throws on text that is no decimal', () => {
    expect(() => addDecimals('1', 'x')).toThrow(RangeError);
    expect(() => shiftPoint('1', 60)).toThrow(RangeError);
  });
});
