import type { Json, JsonObject } from '@isthmus/json';
import { codeOf, read, write } from './test-support/use-transform.js';
import { contextWith } from './test-support/transform-context.js';
import type { Refusal } from './transform.js';

describe('what transforms refuse', () => {
  it.each<[string, Json, JsonObject, string]>([
    ['text', 12, {}, 'mapping.wrong-type'],
    ['text', { a: 1 }, {}, 'mapping.wrong-type'],
    ['boolean', 'maybe', { yes: '1', no: '0' }, 'mapping.unmapped-value'],
    ['boolean', '1', {}, 'mapping.wrong-type'],
    ['enum', 'Z', { table: 'example' }, 'mapping.unmapped-value'],
    ['enum', 'A', { table: 'nowhere' }, 'mapping.missing-table'],
    ['money', 'abc', {}, 'decimal.syntax'],
    ['money', true, {}, 'mapping.wrong-type'],
    ['money', 1234567890.1234567, {}, 'decimal.inexact'],
    ['money', '1', { currency: 'QQQ' }, 'currency.unknown'],
    ['minor-units', 19.99, {}, 'money.fraction'],
    ['integer', '1.5', {}, 'mapping.wrong-type'],
    ['integer', '99999999999999999999', {}, 'mapping.wrong-type'],
    ['number-text', '007', {}, 'mapping.wrong-type'],
    ['template', 'PO-1', { prefix: 'SO-' }, 'mapping.template-mismatch'],
    ['date', '2026-02-30', {}, 'date.syntax'],
    ['instant', '2026-11-23T14:30:00', {}, 'instant.no-zone'],
    ['instant', '2026-13-01 00:00:00', { format: 'local' }, 'instant.syntax'],
    ['percent-rate', '-3', {}, 'rate.out-of-range'],
    ['unit', 'wagon', {}, 'mapping.unmapped-value'],
    ['quantity', '3', {}, 'mapping.wrong-type'],
    ['country', 'Atlantis', {}, 'country.unknown'],
    ['phone', 'none', { invalid: 'reject' }, 'phone.invalid'],
    ['email', 'none', { invalid: 'reject' }, 'email.syntax'],
  ])('%s refuses %j with options %j as %s', (name, value, options, code) => {
    expect(codeOf(read(name, value, options))).toBe(code);
  });

  it.each<[string, Json, JsonObject, string]>([
    ['money', { amount: '100', currency: 'USD' }, {}, 'mapping.wrong-currency'],
    ['money', { amount: '1234567890123456', currency: 'CNY' }, { as: 'number' }, 'mapping.inexact-number'],
    ['money', { amount: '0.125', currency: 'CNY' }, { digits: 2 }, 'mapping.too-many-digits'],
    ['money', '100', {}, 'mapping.wrong-type'],
    ['minor-units', { amount: '0.005', currency: 'CNY' }, {}, 'money.fraction'],
    ['quantity', { value: '2', unit: 'KGM' }, { unit: 'C62' }, 'mapping.wrong-unit'],
    ['decimal', '1.2345678901234567', { as: 'number' }, 'mapping.inexact-number'],
    ['number-text', '0012', {}, 'mapping.wrong-type'],
    ['number-text', '1900000000000000001', {}, 'mapping.inexact-number'],
    ['enum', 'gamma', { table: 'example' }, 'mapping.unmapped-value'],
    ['split-join', ['a;b'], { separator: ';' }, 'mapping.separator-inside'],
    ['map-entries', [{ name: '__proto__', value: 'x' }], {}, 'mapping.wrong-type'],
    ['instant', 'yesterday', {}, 'mapping.wrong-type'],
  ])('%s does not write %j with options %j: %s', (name, value, options, code) => {
    expect(codeOf(write(name, value, options))).toBe(code);
  });

  it('names table and value of an unknown code in both languages', () => {
    const refusal = read('enum', 'Z', { table: 'example' }) as Refusal;
    expect(refusal.message).toEqual({
      en: 'the value "Z" has no entry in the table "example"',
      zh: '值“Z”在对照表“example”中没有条目',
    });
  });
});

describe('amounts and quantities with a second native path', () => {
  it('read and write the currency beside the amount', () => {
    const context = contextWith(2);
    expect(read('money', ['12.5', 'USD'], {}, context)).toEqual({ amount: '12.50', currency: 'USD' });
    expect(write('money', { amount: '12.50', currency: 'USD' }, { digits: 2 }, context)).toEqual(['12.50', 'USD']);
    expect(read('minor-units', [1250, 'USD'], {}, context)).toEqual({ amount: '12.50', currency: 'USD' });
    expect(write('minor-units', { amount: '12.50', currency: 'USD' }, {}, context)).toEqual([1250, 'USD']);
  });

  it('take the currency from elsewhere in the row and refuse another one on the way out', () => {
    const options = { currencyFrom: { native: 'currencyCode', canonical: 'currency' } };
    expect(read('money', '5', options, contextWith(1, { currencyCode: 'EUR' }))).toEqual({
      amount: '5.00',
      currency: 'EUR',
    });
    expect(codeOf(write('money', { amount: '5', currency: 'USD' }, options, contextWith(1, { currency: 'EUR' })))).toBe(
      'mapping.wrong-currency',
    );
    expect(write('money', { amount: '5', currency: 'EUR' }, options, contextWith(1, { currency: 'EUR' }))).toBe('5');
  });

  it('keep the unit by name or by table', () => {
    const context = contextWith(2);
    expect(read('quantity', ['3', 'kg'], { table: 'units' }, context)).toEqual({ value: '3', unit: 'KGM' });
    expect(write('quantity', { value: '3', unit: 'KGM' }, { table: 'units' }, context)).toEqual(['3', 'kg']);
    expect(read('quantity', ['3', '斤'], {}, context)).toEqual({ value: '1.5', unit: 'KGM', unitName: '斤' });
    expect(write('quantity', { value: '1.5', unit: 'KGM', unitName: '斤' }, {}, context)).toEqual(['3', '斤']);
    expect(codeOf(read('quantity', ['3', 'wagon'], { table: 'units' }, context))).toBe('mapping.unmapped-value');
    expect(codeOf(read('quantity', ['3', null], {}, context))).toBe('mapping.no-unit');
  });
});

describe('address lines in several fields', () => {
  it('join what has no field of its own into the last one', () => {
    const context = contextWith(2);
    expect(read('address-lines', ['1 Main St', null], {}, context)).toEqual(['1 Main St']);
    expect(write('address-lines', ['a', 'b', 'c'], {}, context)).toEqual(['a', 'b, c']);
    expect(write('address-lines', ['a'], {}, context)).toEqual(['a', null]);
  });
});

describe('local times', () => {
  it('keep the wall clock of zones with summer time, also at the change', () => {
    const options = { format: 'local', zone: 'Europe/Berlin' };
    const hours = Array.from({ length: 96 }, (_, index) =>
      new Date(Date.UTC(2026, 2, 28) + index * 1_800_000).toISOString(),
    );
    for (const instant of hours) {
      const local = write('instant', instant, options) as string;
      const again = read('instant', local, options) as string;
      expect([instant, read('instant', local, options)]).toEqual([instant, again]);
      expect(write('instant', again, options)).toBe(local);
    }
    expect(write('instant', '2026-03-29T00:59:59.000Z', options)).toBe('2026-03-29 01:59:59');
    expect(write('instant', '2026-03-29T01:00:00.000Z', options)).toBe('2026-03-29 03:00:00');
  });
});
