import fc from 'fast-check';
import { parseDecimal } from '@isthmus/canonical';
import { equalJson, type Json, type JsonObject } from '@isthmus/json';
import { transforms } from './catalogue.js';
import { optionsOf } from './test-support/option-values.js';
import { contextWith } from './test-support/transform-context.js';
import { codeOf, read, write } from './test-support/use-transform.js';
import { Refusal, type Transform, type TransformContext } from './transform.js';

const big = '12345678901234567890';
const long = 'ab '.repeat(350_000);

const hostile: readonly (readonly [string, Json])[] = [
  ['a NUL', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
  ['the other half', '\udc00'],
  ['1e400 as text', '1e400'],
  ['-1e400 as text', '-1e400'],
  ['1e-400 as text', '1e-400'],
  ['infinity', Number.POSITIVE_INFINITY],
  ['no number', Number.NaN],
  ['20 digits as text', big],
  ['20 digits as a number', Number(big)],
  ['a fraction with 17 digits', 0.12345678901234568],
  ['minus zero', -0],
  ['hexadecimal', '0x10'],
  ['thousands', '1,234'],
  ['1 MB of text', long],
  ['1 MB of digits', '9'.repeat(1_000_000)],
  ['1 MB of one letter', 'x'.repeat(1_000_000)],
  ['1 MB of blanks around a word', `${' '.repeat(500_000)}x${' '.repeat(500_000)}`],
  ['1 MB of open tags', '<a '.repeat(330_000)],
  ['1 MB of open scripts', '<script>'.repeat(125_000)],
  ['1 MB of references', '&#0;&'.repeat(200_000)],
  ['100,000 brackets', '['.repeat(100_000)],
  ['100,000 combining marks', `e${'\u0301'.repeat(100_000)}`],
  ['a prototype key', JSON.parse('{"__proto__":{"polluted":1}}') as Json],
  ['a constructor key', { constructor: { prototype: { polluted: 1 } } } as unknown as Json],
  ['a deep list', deep(200)],
  ['JSON with a prototype key', '{"__proto__":{"polluted":1}}'],
  ['JSON with NUL', '{"a":"\\u0000"}'],
  ['JSON with half a character', '{"a":"\\ud800"}'],
  ['a list of lists', [[['x']]]],
  ['nothing', null],
  ['an empty text', ''],
  ['an empty object', {}],
  ['an empty list', []],
  ['true', true],
  ['a list with holes', [null, null]],
];

function deep(levels: number): Json {
  let value: Json = 'x';
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const byName = transforms.map((transform) => [transform.name, transform] as const);

describe.each(byName)('transform %s', (_name, transform) => {
  const own = transform.cases.map(({ options = {} }) => options);
  const many = [...own, ...fc.sample(optionsOf(fc, transform), { numRuns: 12, seed: 7 })];
  const counts = transform.manyPaths === true ? [1, 2] : [1];

  it.each(hostile)('refuses %s, or takes it as something that comes back the same', (_what, value) => {
    for (const options of isHuge(value) ? many.slice(0, 1) : many) {
      for (const count of counts) expectSafe(transform, value, options, contextWith(count, {}, []));
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('answers any JSON, both ways and without an exception', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 2 }),
        optionsOf(fc, transform),
        fc.constantFrom(...counts),
        (value, options, count) => {
          const context = contextWith(count, { factor: '24' }, []);
          expect(() => transform.toCanonical(value as Json, options, context)).not.toThrow();
          expect(() => transform.fromCanonical?.(value as Json, options, context)).not.toThrow();
        },
      ),
      { numRuns: 300 },
    );
  });
});

function isHuge(value: Json): boolean {
  return typeof value === 'string' && value.length > 50_000;
}

/** Neither direction throws; what is accepted holds no new NUL, half or replaced character, and comes back as it was read. */
function expectSafe(transform: Transform, value: Json, options: JsonObject, context: TransformContext): void {
  transform.fromCanonical?.(value, options, context);
  const first = transform.toCanonical(value, options, context);
  if (first instanceof Refusal) return;
  expectClean(value, first);
  if (!transform.fromCanonical || transform.reversible?.(options) === false || isVoid(first)) return;
  const back = transform.fromCanonical(first, options, context);
  if (back instanceof Refusal || isVoid(back)) return;
  expectClean(value, back);
  const second = transform.toCanonical(back, options, context);
  expect(second instanceof Refusal ? second.code : Object.is(second, first) || equalJson(second, first)).toBe(true);
}

function expectClean(before: Json, after: Json): void {
  const [given, made] = [textsOf(before), textsOf(after)];
  if (!given.includes('\u0000')) expect(made.includes('\u0000')).toBe(false);
  if (given.isWellFormed()) expect(made.isWellFormed()).toBe(true);
  if (!given.includes('&#') && !given.includes('\uFFFD')) expect(made.includes('\uFFFD')).toBe(false);
}

function textsOf(value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const held: readonly Json[] = Array.isArray(value) ? value : Object.entries(value).flat();
  return held.map(textsOf).join('\n');
}

function isVoid(value: Json): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '') || equalJson(value, []);
}

describe('numbers keep every digit or are refused', () => {
  const numeric = [
    'decimal',
    'integer',
    'number-text',
    'money',
    'minor-units',
    'percent-rate',
    'arithmetic',
    'quantity',
  ];
  const needed: { readonly [name: string]: JsonObject } = {
    arithmetic: { operation: 'multiply', by: '1' },
    quantity: { unit: 'C62' },
  };

  it.each(numeric)('%s never takes a number that a double has rounded already', (name) => {
    for (const value of [Number(big), 0.12345678901234568, Number('9007199254740993'), 1e300 / 3, Infinity, NaN])
      expect([value, codeOf(read(name, value, needed[name]))]).not.toEqual([value, 'accepted']);
  });

  it.each(numeric)('%s refuses 1e400, hexadecimal, thousands and words', (name) => {
    for (const value of ['1e400', '0x10', '1,234', '１０ｘ', 'NaN', 'Infinity', '--1', ''])
      expect([value, codeOf(read(name, value, needed[name]))]).not.toEqual([value, 'accepted']);
  });

  it('20 digits pass as a decimal text, exactly, and never as a JSON number', () => {
    expect(read('decimal', big)).toBe(parseDecimal(big).ok ? big : '');
    expect(read('number-text', big)).toBe(big);
    expect(codeOf(write('decimal', big, { as: 'number' }))).toBe('mapping.inexact-number');
    expect(codeOf(write('number-text', big))).toBe('mapping.inexact-number');
    expect(read('arithmetic', big, { operation: 'multiply', by: '100' })).toBe(`${big}00`);
    expect(read('json-text', `{"id":${big}}`)).toEqual({ id: big });
  });
});
