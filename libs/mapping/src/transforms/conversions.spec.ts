import fc from 'fast-check';
import { addDecimals, multiplyDecimals } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';
import { addExactly, divide, divideExactly, multiplyExactly } from './exact-decimals.js';
import { contextWith } from './test-support/transform-context.js';
import { codeOf, read, write } from './test-support/use-transform.js';

const boxes = { convertTo: 'C62', factors: { 箱: '24', XBX: '6' } };

describe('quantities in other units', () => {
  it.each<[Json, JsonObject, JsonObject, number]>([
    ['250', { unit: '克', convertTo: 'KGM' }, { value: '0.25', unit: 'KGM' }, 1],
    ['3', { unit: '斤', convertTo: 'GRM' }, { value: '1500', unit: 'GRM' }, 1],
    ['2', { unit: 'DZN', convertTo: 'H87' }, { value: '24', unit: 'H87' }, 1],
    ['1', { unit: 'LBR', convertTo: 'GRM' }, { value: '453.59237', unit: 'GRM' }, 1],
    [['1.5', '箱'], boxes, { value: '36', unit: 'C62', unitName: '箱' }, 2],
    [['3', '盒'], boxes, { value: '18', unit: 'C62', unitName: '盒' }, 2],
    [['7', '个'], boxes, { value: '7', unit: 'C62' }, 2],
  ])('%j with %j is %j, and back', (native, options, canonical, nativeCount) => {
    const context = contextWith(nativeCount);
    expect(read('quantity', native, options, context)).toEqual(canonical);
    expect(write('quantity', canonical, options, context)).toEqual(native);
  });

  it('take the factor from beside the amount, and write the record’s own unit with 1', () => {
    const options = { convertTo: 'C62', beside: ['unit', 'factor'] };
    const context = contextWith(3);
    expect(read('quantity', ['2', '箱', 24], options, context)).toEqual({ value: '48', unit: 'C62' });
    expect(write('quantity', { value: '48', unit: 'C62' }, options, context)).toEqual(['48', '个', '1']);
    expect(codeOf(read('quantity', ['2', '箱', null], options, context))).toBe('mapping.unmapped-value');
    expect(codeOf(read('quantity', ['2', '箱', '0'], options, context))).toBe('mapping.wrong-type');
    expect(codeOf(read('quantity', ['2', '个', '24'], options, context))).toBe('mapping.factor-conflict');
  });

  it('take the factor from elsewhere in the row and in the record', () => {
    const options = { unit: '箱', convertTo: 'C62', factorFrom: { native: 'perBox', canonical: 'packs.size' } };
    expect(read('quantity', '2', options, contextWith(1, { perBox: '24' }))).toEqual({ value: '48', unit: 'C62' });
    expect(write('quantity', { value: '48', unit: 'C62' }, options, contextWith(1, { packs: { size: '24' } }))).toBe(
      '2',
    );
    expect(codeOf(write('quantity', { value: '48', unit: 'C62' }, options))).toBe('mapping.unmapped-value');
  });

  it('never round in silence', () => {
    const context = contextWith(2);
    const held = { value: '5', unit: 'C62', unitName: '箱' };
    expect(codeOf(write('quantity', held, boxes, context))).toBe('mapping.inexact-conversion');
    expect(codeOf(read('quantity', '0.000001', { unit: '克', convertTo: 'KGM' }))).toBe('quantity.out-of-range');
    expect(codeOf(write('quantity', { value: '5', unit: 'KGM' }, boxes, context))).toBe('mapping.wrong-unit');
  });

  it('write the record’s own unit where the source’s word has no factor here', () => {
    const held = { value: '36', unit: 'C62', unitName: '托盘' };
    expect(write('quantity', held, boxes, contextWith(2))).toEqual(['36', '个']);
  });
});

describe('arithmetic on decimals', () => {
  const decimal = fc.stringMatching(/^-?(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{0,5}[1-9])?$/).filter((text) => text !== '-0');

  it('agrees with the decimal library wherever that is exact', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(addExactly(a, b)).toBe(addDecimals(a, b));
        expect(multiplyExactly(a, b)).toBe(multiplyDecimals(a, b));
        if (b !== '0') expect(divideExactly(multiplyExactly(a, b), b)).toBe(a);
      }),
    );
  });

  it('rounds halves away from zero, and only when a scale is given', () => {
    expect(divide('1', '3', 2)).toEqual({ value: '0.33', exact: false });
    expect(divide('-0.125', '1', 2)).toEqual({ value: '-0.13', exact: false });
    expect(divide('1', '8', 3)).toEqual({ value: '0.125', exact: true });
    expect(codeOf(read('arithmetic', '1', { operation: 'divide', by: '3' }))).toBe('mapping.inexact-result');
    expect(read('arithmetic', '1', { operation: 'divide', by: '3', scale: 2 })).toBe('0.33');
    expect(codeOf(write('arithmetic', '1', { operation: 'multiply', by: '3' }))).toBe('mapping.inexact-result');
  });

  it('keeps all digits of large sums', () => {
    const large = '9'.repeat(39);
    expect(read('arithmetic', large, { operation: 'add', by: '1' })).toBe(`1${'0'.repeat(39)}`);
    expect(codeOf(read('arithmetic', large, { operation: 'add', by: '0.01' }))).toBe('decimal.out-of-range');
  });
});

describe('Excel date serials', () => {
  it.each<[string, number, string]>([
    ['excel-serial', 1, '1900-01-01'],
    ['excel-serial', 59, '1900-02-28'],
    ['excel-serial', 61, '1900-03-01'],
    ['excel-serial', 46349, '2026-11-23'],
    ['excel-serial-1904', 0, '1904-01-01'],
    ['excel-serial-1904', 44887, '2026-11-23'],
  ])('%s %d is %s, both ways', (format, serial, day) => {
    expect(read('date', serial, { format })).toBe(day);
    expect(write('date', day, { format })).toBe(serial);
  });

  it('refuse the day that never was, days before the first one, and texts that are no decimal', () => {
    expect(codeOf(read('date', 60, { format: 'excel-serial' }))).toBe('instant.syntax');
    expect(codeOf(write('date', '1899-12-31', { format: 'excel-serial' }))).toBe('instant.out-of-range');
    expect(codeOf(write('date', '1903-12-31', { format: 'excel-serial-1904' }))).toBe('instant.out-of-range');
    expect(codeOf(read('instant', '0x10', { format: 'excel-serial' }))).toBe('decimal.syntax');
  });

  it('keep every second of a day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399 }), fc.integer({ min: 1000, max: 60_000 }), (second, day) => {
        const moment = new Date(Date.UTC(1904, 0, 1 + day) + second * 1000).toISOString();
        const options = { format: 'excel-serial', zone: 'UTC' };
        expect(read('instant', write('instant', moment, options) as Json, options)).toBe(moment);
      }),
    );
  });
});

describe('clock times that happen twice', () => {
  it('are refused when only their offset tells which one is meant', () => {
    const options = { format: 'local', zone: 'Europe/Berlin' };
    expect(read('instant', '2026-10-25T02:30:00+02:00', options)).toBe('2026-10-25T00:30:00.000Z');
    expect(codeOf(read('instant', '2026-10-25T02:30:00+01:00', options))).toBe('instant.ambiguous');
  });
});
