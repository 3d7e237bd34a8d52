import * as fc from 'fast-check';
import { numberOf, parseKeepingDigits, writeKeepingDigits } from '../wire/json.js';
import { divide, formatDecimal, multiply, parseDecimal, shortDecimal } from './decimal.js';

const decimal = (text: string) => parseDecimal(text) ?? 0n;

describe('decimals', () => {
  test.each([
    ['149.5', 2, '149.50'],
    ['0.005', 2, '0.01'],
    ['-0.005', 2, '-0.01'],
    ['-0.001', 2, '0.00'],
    ['1e3', 0, '1000'],
    ['12.5E-1', 2, '1.25'],
    ['.5', 1, '0.5'],
  ])('%s with %i digits is %s', (text, digits, expected) => {
    expect(formatDecimal(decimal(text), digits)).toBe(expected);
  });

  test.each(['', '.', 'abc', '1.2.3', '0x10', '1,000'])('"%s" is not a number', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  test('short text reads back as the same number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (value) => {
        expect(parseDecimal(shortDecimal(value))).toBe(value);
      }),
    );
  });

  test('products and quotients keep more digits than money needs', () => {
    expect(formatDecimal(multiply(decimal('3'), decimal('18.5')), 2)).toBe('55.50');
    expect(formatDecimal(divide(decimal('268'), decimal('1.13')), 6)).toBe('237.168142');
  });
});

describe('JSON that keeps digits', () => {
  test('numbers become their own text, texts stay', () => {
    expect(parseKeepingDigits('{"id":1900000000000000001,"a":[1.10,-2e3],"t":"say \\"12\\" 3.0"}')).toEqual({
      id: '1900000000000000001',
      a: ['1.10', '-2e3'],
      t: 'say "12" 3.0',
    });
  });

  test('any text survives', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        expect(parseKeepingDigits(JSON.stringify(texts))).toEqual(texts);
      }),
    );
  });

  test('amounts are written as bare numbers with all their digits', () => {
    expect(writeKeepingDigits({ price: numberOf('0.123456789012'), no: '12' })).toBe(
      '{"price":0.123456789012,"no":"12"}',
    );
  });
});
