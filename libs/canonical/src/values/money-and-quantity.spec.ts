import fc from 'fast-check';
import {
  addMoney,
  canonicalMoney,
  minorDigits,
  money,
  moneyFromMinorUnits,
  moneyToMinorUnits,
  roundMoney,
} from './money.js';
import type { Outcome } from './outcome.js';
import { canonicalQuantity, quantity, unitByName, unitNames } from './quantity.js';
import { parseRate, percentFromRate, rateFromPercent } from './rate.js';

const valueOrCode = <T>(outcome: Outcome<T>): T | string => (outcome.ok ? outcome.value : outcome.code);

describe('money', () => {
  it.each([
    ['19.9', 'CNY', { amount: '19.90', currency: 'CNY' }],
    ['19.9000', 'rmb', { amount: '19.90', currency: 'CNY' }],
    ['0.125', '￥', { amount: '0.125', currency: 'CNY' }],
    [1500, 'JPY', { amount: '1500', currency: 'JPY' }],
    ['-0', 'KWD', { amount: '0.000', currency: 'KWD' }],
    ['1', '$', 'currency.unknown'],
    ['1', 'ABC', 'currency.unknown'],
    ['1.1234567', 'CNY', 'money.out-of-range'],
    ['1234567890123456', 'CNY', 'money.out-of-range'],
    ['abc', 'CNY', 'decimal.syntax'],
  ])('reads %p in %s', (amount, currency, expected) => {
    expect(valueOrCode(money(amount, currency))).toEqual(expected);
  });

  it('knows how many digits a currency has', () => {
    expect(['CNY', 'JPY', 'KWD', 'USD', 'not a currency'].map(minorDigits)).toEqual([2, 0, 3, 2, 2]);
  });

  it('goes to minor units and back', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger().filter((units) => Math.abs(units) < 1e14),
        fc.constantFrom('CNY', 'JPY', 'KWD'),
        (units, currency) => {
          const read = moneyFromMinorUnits(units, currency);
          expect(read.ok && valueOrCode(moneyToMinorUnits(read.value))).toBe(String(units + 0));
        },
      ),
    );
  });

  it('refuses a fraction of the smallest unit', () => {
    expect(valueOrCode(moneyFromMinorUnits('19.5', 'CNY'))).toBe('money.fraction');
    expect(valueOrCode(moneyToMinorUnits({ amount: '0.125', currency: 'CNY' }))).toBe('money.fraction');
  });

  it('adds within a currency only, and rounds half away from zero', () => {
    expect(addMoney({ amount: '0.1', currency: 'CNY' }, { amount: '0.2', currency: 'CNY' })).toEqual({
      amount: '0.30',
      currency: 'CNY',
    });
    expect(() => addMoney({ amount: '1', currency: 'CNY' }, { amount: '1', currency: 'USD' })).toThrow(RangeError);
    expect(roundMoney({ amount: '-0.125', currency: 'CNY' }).amount).toBe('-0.13');
  });

  it('hands on what is canonical already', () => {
    const value = { amount: '19.90', currency: 'CNY' };
    expect(canonicalMoney(value)).toBe(value);
  });
});

describe('quantity', () => {
  it.each([
    ['2.50', 'KGM', { value: '2.5', unit: 'KGM' }],
    ['3', '斤', { value: '1.5', unit: 'KGM', unitName: '斤' }],
    ['2', '箱', { value: '2', unit: 'XCT', unitName: '箱' }],
    [2, 'pcs', { value: '2', unit: 'H87', unitName: 'pcs' }],
    ['1', 'XPX', { value: '1', unit: 'XPX' }],
    ['1', '筐', 'unmapped_unit'],
    ['x', '箱', 'decimal.syntax'],
    ['0.1234567', 'KGM', 'quantity.out-of-range'],
  ])('reads %p %s', (value, unit, expected) => {
    expect(valueOrCode(quantity(value, unit))).toEqual(expected);
  });

  it('names a unit by its usual word first', () => {
    expect(unitNames('XCT')[0]).toBe('箱');
    for (const unit of ['H87', 'KGM', 'XBX']) {
      expect(unitNames(unit).map((name) => valueOrCode(unitByName(name)))).toEqual(
        unitNames(unit).map(() => ({ unit, factor: '1' })),
      );
    }
  });

  it('writes a quantity without needless zeros and keeps the unit name', () => {
    expect(canonicalQuantity({ value: '2.00', unit: 'XCT', unitName: '箱' })).toEqual({
      value: '2',
      unit: 'XCT',
      unitName: '箱',
    });
  });
});

describe('rate', () => {
  it.each([
    ['13', '0.13'],
    ['13%', '0.13'],
    [13, '0.13'],
    ['１３％', '0.13'],
    ['0', '0'],
    ['0.5', '0.005'],
    ['-1', 'rate.out-of-range'],
    ['x', 'decimal.syntax'],
  ])('reads %p percent as %s', (percent, expected) => {
    expect(valueOrCode(rateFromPercent(percent))).toBe(expected);
  });

  it('writes a rate as percent', () => {
    expect(percentFromRate('0.13')).toBe('13');
    expect(valueOrCode(parseRate('0.130'))).toBe('0.13');
  });
});
