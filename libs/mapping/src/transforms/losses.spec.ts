import type { Json, JsonObject } from '@isthmus/json';
import { contextWith } from './test-support/transform-context.js';
import { codeOf, read, transformNamed, write } from './test-support/use-transform.js';
import type { TransformWarning } from './transform.js';

describe('a text that is too long', () => {
  const cut = { cut: { max: 5, onTooLong: 'cut' } };

  it('is cut with a warning, between visible characters, in both directions', () => {
    const warnings: TransformWarning[] = [];
    const context = contextWith(1, {}, warnings);
    expect(read('text', 'abcdefg', cut, context)).toBe('abcde');
    expect(write('text', 'abcdefg', cut, context)).toBe('abcde');
    expect(read('text', 'ab👩‍👩‍👧cd', cut, context)).toBe('ab');
    expect(read('text', 'abcd efg', cut, context)).toBe('abcd');
    expect(warnings.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'mapping.text-cut'));
  });

  it('is refused where nobody takes warnings, where the options say so, and where nothing would stay', () => {
    expect(codeOf(read('text', 'abcdefg', cut))).toBe('mapping.too-long');
    const context = contextWith(1, {}, []);
    expect(codeOf(write('text', 'abcdef', { cut: { max: 5, onTooLong: 'refuse' } }, context))).toBe('mapping.too-long');
    expect(codeOf(read('text', `e${'\u0301'.repeat(9)}`, cut, context))).toBe('mapping.too-long');
  });

  it('counts characters, or the bytes of UTF-8', () => {
    const bytes = (onTooLong: string): JsonObject => ({ cut: { max: 7, onTooLong, count: 'utf8-bytes' } });
    expect(read('text', '上海市', { cut: { max: 3, onTooLong: 'refuse' } })).toBe('上海市');
    expect(read('text', '上海市', bytes('cut'), contextWith(1, {}, []))).toBe('上海');
    expect(read('text', '😀😀😀', { cut: { max: 3, onTooLong: 'refuse' } })).toBe('😀😀😀');
  });
});

describe('a filled text', () => {
  it.each<[string, JsonObject, string, string]>([
    ['00000123', { length: 8, with: '0' }, '123', '00000123'],
    ['0000', { length: 4, with: '0' }, '0', '0000'],
    ['ABC***', { length: 6, with: '*', side: 'end' }, 'ABC', 'ABC***'],
    ['0012345', { length: 5, with: '0' }, '12345', '12345'],
    ['00A', { length: 5, with: '0', digitsOnly: true }, '00A', ''],
  ])('%s with %j is %s', (native, pad, canonical, back) => {
    expect(read('text', native, { pad })).toBe(canonical);
    if (back !== '') expect(write('text', canonical, { pad })).toBe(back);
  });

  it('is not written when it would come back shorter', () => {
    expect(codeOf(write('text', '0123', { pad: { length: 8, with: '0' } }))).toBe('mapping.pad-inside');
  });
});

describe('a value that the table does not hold', () => {
  const enumOf = (more: JsonObject): JsonObject => ({ table: 'example', ...more });

  it('parks unless the options say what it becomes', () => {
    expect(codeOf(read('enum', 'Z', enumOf({})))).toBe('mapping.unmapped-value');
    expect(codeOf(write('lookup', 'gamma', enumOf({})))).toBe('mapping.unmapped-value');
  });

  it('becomes the default, with a warning', () => {
    const warnings: TransformWarning[] = [];
    const context = contextWith(1, {}, warnings);
    const options = enumOf({ unknown: 'default', unknownDefault: 'other', unknownNative: 'X' });
    expect(read('enum', 'Z', options, context)).toBe('other');
    expect(write('enum', 'gamma', options, context)).toBe('X');
    expect(warnings.map(({ code }) => code)).toEqual(['mapping.unmapped-default', 'mapping.unmapped-default']);
    expect(write('enum', 'other', options, context)).toBe('X');
    expect(codeOf(write('enum', 'gamma', enumOf({ unknown: 'default', unknownDefault: 'other' })))).toBe(
      'mapping.unmapped-value',
    );
  });

  it('passes, but is never written where it would be read as an entry', () => {
    const options = enumOf({ unknown: 'pass' });
    expect(read('lookup', 'anything  else', options)).toBe('anything else');
    expect(write('lookup', 'anything else', options)).toBe('anything else');
    expect(codeOf(write('lookup', 'A', options))).toBe('mapping.unmapped-value');
    expect(codeOf(write('lookup', 'net 30', { ...options, match: 'loose' }))).toBe('mapping.unmapped-value');
  });
});

describe('what transforms say of their losses', () => {
  it.each<[string, JsonObject, RegExp | undefined]>([
    ['text', {}, undefined],
    ['text', { case: 'upper', cut: { max: 9, onTooLong: 'cut' } }, /upper and lower case, text beyond 9/],
    ['text', { cut: { max: 9, onTooLong: 'refuse' } }, undefined],
    ['money', { digits: 2 }, undefined],
    ['money', { digits: 2, round: true }, /finer than 2 places/],
    ['arithmetic', { operation: 'divide', by: '3' }, undefined],
    ['arithmetic', { operation: 'divide', by: '3', scale: 2 }, /finer than 2 places/],
    ['instant', {}, undefined],
    ['instant', { format: 'epoch-s' }, /fractions/],
    ['instant', { format: 'epoch-s', fractions: true }, undefined],
    ['instant', { format: 'local', pattern: 'dd.MM.yyyy' }, /time of day/],
    ['enum', { table: 'example' }, undefined],
    ['enum', { table: 'example', unknown: 'default', unknownDefault: 'x' }, /become the default/],
    ['quantity', { unit: 'C62' }, undefined],
    ['quantity', { convertTo: 'C62', beside: ['unit', 'factor'] }, /unit that the source counted in/],
    ['pattern', { find: 'SO-(\\d+)', take: 1 }, /around the part/],
    ['pattern', { find: 'SO-(\\d+)', take: 1, back: 'SO-{value}' }, undefined],
    ['hash', {}, /the text/],
  ])('%s with %j', (name, options, expected) => {
    const said = transformNamed(name).loses?.(options)?.en;
    if (expected) expect(said).toMatch(expected);
    else expect(said).toBeUndefined();
  });
});

describe('options that fit their schema and make no sense', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['pattern', { find: '(a' }, /missing closing/],
    ['pattern', { find: '(a+)+$', take: 2 }, /no such group/],
    ['pattern', { find: '(?=a)b' }, /cannot be used/],
    ['pattern', { find: '((a{1,99}){1,9}){9}' }, /cannot be used/],
    ['pattern', { find: 'a', replace: '$1' }, /no such group/],
    ['pattern', { find: 'a', take: 0, back: 'x' }, /\{value\} once/],
    ['instant', { format: 'local', pattern: 'HH:mm' }, /year, month and day/],
    ['instant', { format: 'local', pattern: 'yyyy-MM-ddTHH:mm' }, /quotes/],
    ['instant', { format: 'local', pattern: 'yyyy-MM-dd hh:mm' }, /twelve/],
    ['date', { pattern: 'dd.MM.yyyy HH:mm' }, /no time/],
    ['enum', { table: 'example', unknown: 'default' }, /unknownDefault/],
    ['quantity', { unit: '箱', factors: { 箱: '24' } }, /convertTo/],
    ['list-object', { key: 'name', value: 'name' }, /two fields/],
    ['tags', { alsoSplitAt: [','] }, /separator/],
  ])('%s refuses %j', (name, options, expected) => {
    const transform = transformNamed(name);
    expect(transform.problemOf?.(options)?.en).toMatch(expected);
    expect(() => transform.toCanonical('2026-11-23 10:00' as Json, options, contextWith())).not.toThrow();
  });
});
