import fc from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { transformByName } from '../../transforms/catalogue.js';
import { Refusal, type TransformContext } from '../../transforms/transform.js';
import { isCleanText } from './clean-text.js';
import { plainPlaces, withoutZeros, withPlaces } from './plain-decimal.js';
import { shortcutsOf } from './shortcuts-of.js';

const cases: readonly [string, JsonObject][] = [
  ['text', {}],
  ['text', { multiline: true }],
  ['code', {}],
  ['code', { case: 'keep', blanks: 'keep' }],
  ['code', { case: 'keep' }],
  ['integer', {}],
  ['integer', { as: 'text' }],
  ['decimal', {}],
  ['decimal', { digits: 2 }],
  ['instant', { format: 'local' }],
  ['instant', { format: 'local', zone: 'Europe/Berlin' }],
  ['instant', { format: 'local', zone: 'Asia/Kolkata' }],
  ['instant', {}],
  ['money', {}],
  ['money', { currency: 'JPY' }],
  ['money', { currency: 'KWD' }],
  ['money', { digits: 2, round: true }],
  ['quantity', { unit: 'C62' }],
  ['quantity', { unit: '斤' }],
  ['percent-rate', {}],
  ['percent-rate', { of: 'fraction' }],
];

const decimals = fc.oneof(
  fc.stringMatching(/^-?[0-9]{1,17}(\.[0-9]{0,8})?$/),
  fc.stringMatching(/^-?[0-9]{1,3}\.[0-9]{1,3}0{0,3}$/),
  fc.constantFrom('-0', '0', '0.00', '-0.0', '00', '1.', '.5', '1e3', '+1', ' 1', '13%', '１２', '0.10', '1000'),
);
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc
    .array(fc.constantFrom('a', 'B', ' ', '王', 'ｓ', '、', 'é', '\u0301', '\u3000', '\u0000', 'ﬁ', '\n', '7'), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
);
// Around both changes of the clock in Berlin, and days that do not exist.
const moments = fc
  .tuple(
    fc.constantFrom('2026-03-29', '2026-10-25', '2026-11-23', '2026-02-30', '1900-01-01', '0000-00-00'),
    fc.integer({ min: 0, max: 24 }),
    fc.integer({ min: 0, max: 61 }),
    fc.constantFrom(' ', 'T'),
    fc.constantFrom('', '.000Z', '.123Z', 'Z'),
  )
  .map(([day, hour, minute, between, end]) => `${day}${between}${two(hour)}:${two(minute)}:05${end}`);
const two = (number: number): string => String(number).padStart(2, '0');
const values = fc.oneof(
  moments,
  decimals,
  texts,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.record({ amount: decimals, currency: fc.constantFrom('CNY', 'CNY', 'JPY', 'JPY', 'KWD', 'KWD', 'USD', 'RMB') }),
  fc.record({ value: decimals, unit: fc.constantFrom('C62', 'KGM') }),
  fc.array(texts, { maxLength: 2 }),
);
const currencies = fc.constantFrom('CNY', 'JPY', 'KWD', 'RMB', '元', 'nothing');

function contextWith(currency: string, nativeCount: number): TransformContext {
  return {
    environment: { timeZone: 'Asia/Shanghai', currency, country: 'CN', lookups: {} },
    root: {},
    nativeCount,
    table: () => undefined,
  } as unknown as TransformContext;
}

describe.each(cases)('the shortcuts of %s with %j', (name, options) => {
  const transform = transformByName(name);
  const shortcuts = transform ? shortcutsOf(transform, options) : {};

  it.each(['in', 'out'] as const)('%s: answer what the transform answers, or nothing', (direction) => {
    const shortcut = shortcuts[direction];
    const whole = direction === 'in' ? transform?.toCanonical : transform?.fromCanonical;
    if (!shortcut || !whole) return;
    let taken = 0;
    fc.assert(
      fc.property(values, currencies, fc.constantFrom(1, 1, 2), (value, currency, nativeCount) => {
        const context = contextWith(currency, nativeCount);
        const short = shortcut(value as Json, context);
        if (short === undefined) return;
        taken += 1;
        const full = whole(value as Json, options, context);
        expect([value, currency, full instanceof Refusal ? full.code : full]).toEqual([value, currency, short]);
      }),
      { numRuns: 2000 },
    );
    // Odd zones are left to the transform.
    if (options['zone'] !== 'Asia/Kolkata') expect(taken).toBeGreaterThan(0);
  });
});

describe('clean texts', () => {
  it.each(['', ' a', 'a ', 'a  b', 'a\tb', 'é', 'ｓ', '\u0000', '\ud800', '\u00a0', 'a\u200bb'])(
    '%j is none',
    (text) => {
      expect(isCleanText(text)).toBe(false);
    },
  );

  it.each(['a', 'Anna Berg', '王小明', '上海 分公司、二楼'])('%j is one', (text) =>
    expect(isCleanText(text)).toBe(true),
  );
});

describe('plain decimals', () => {
  it.each([
    ['0', 0],
    ['12.50', 2],
    ['-3.1', 1],
    ['-0', -1],
    ['-0.5', -1],
    ['007', -1],
    ['1.', -1],
    ['', -1],
    ['-', -1],
    ['1234567890123456', -1],
    ['1.1234567', -1],
  ])('%s has %i places', (text, places) => expect(plainPlaces(text)).toBe(places));

  it('lose and gain zeros at their end only', () => {
    expect(withoutZeros('1200.500', 3)).toBe('1200.5');
    expect(withoutZeros('1200', 0)).toBe('1200');
    expect(withoutZeros('0.00', 2)).toBe('0');
    expect(withPlaces('7', 0, 2)).toBe('7.00');
    expect(withPlaces('7.5', 1, 3)).toBe('7.500');
    expect(withPlaces('7', 0, 0)).toBe('7');
    expect(withPlaces('7.123', 3, 2)).toBeUndefined();
  });
});
