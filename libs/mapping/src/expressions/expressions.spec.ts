import fc from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { isRefusal } from '../transforms/transform.js';
import { compileExpression } from './compile-expression.js';
import { expressionFunctions } from './functions.js';
import { expressionLimits } from './limits.js';
import { usedWork } from './meter.js';

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };

function evaluate(source: string, row: JsonObject = {}, item?: JsonObject): Json | { refused: string } {
  const compiled = compileExpression(source, { direction: 'in', inList: item !== undefined });
  if ('problems' in compiled) return { refused: compiled.problems.map(({ code }) => code).join() };
  const value = compiled.evaluate(row, item ?? row, environment);
  return isRefusal(value) ? { refused: value.code } : value;
}

describe('functions of expressions', () => {
  it.each(expressionFunctions.flatMap(({ cases }) => cases))('%s is %s', (source, value) => {
    expect(evaluate(source)).toEqual(JSON.parse(value));
  });

  it('decimals obey the laws of numbers, exactly', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, places]) => {
        const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
        const value = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
        return digits < 0n ? `-${value}` : value;
      });
    const sum = compileExpression('decimal.sub(decimal.add(row.a, row.b), row.b)', { direction: 'in', inList: false });
    const product = compileExpression('row.b == "0" ? row.a : decimal.div(decimal.mul(row.a, row.b), row.b, 6)', {
      direction: 'in',
      inList: false,
    });
    if ('problems' in sum || 'problems' in product) throw new Error('not compiled');
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(sum.evaluate({ a, b }, {}, environment)).toBe(evaluate('decimal.add(row.a, "0")', { a }));
        if (/[1-9]/.test(b))
          expect(product.evaluate({ a, b }, {}, environment)).toBe(evaluate('decimal.add(row.a, "0")', { a }));
      }),
      { numRuns: 100 },
    );
  });
});

describe('evaluating expressions', () => {
  it.each<[string, JsonObject, Json]>([
    ['row.first + " " + row.last', { first: 'Anna', last: 'Berg' }, 'Anna Berg'],
    ['row.kind == "B2B" ? "organization" : "person"', { kind: 'B2B' }, 'organization'],
    ['has(row.nick) ? row.nick : row.name', { nick: null, name: 'Anna' }, 'Anna'],
    ['has(row.address.city) ? row.address.city : "-"', { address: null }, '-'],
    ['row.missing == null', {}, true],
    ['row["odd name"]', { 'odd name': 1 }, 1],
    [
      'row.lines.filter(l, l.open).map(l, l.sku).join(",")',
      {
        lines: [
          { open: true, sku: 'A' },
          { open: false, sku: 'B' },
        ],
      },
      'A',
    ],
    [
      'decimal.sum(row.lines.map(l, decimal.mul(l.price, l.qty)))',
      {
        lines: [
          { price: '0.1', qty: 3 },
          { price: 19.9, qty: 2 },
        ],
      },
      '40.1',
    ],
    ['row.lines.exists(l, l.sku.startsWith("X"))', { lines: [{ sku: 'X1' }] }, true],
    ['row.lines.all(l, l.tags.exists(t, t == "a"))', { lines: [{ tags: ['a'] }, { tags: ['b'] }] }, false],
    ['row.lines.exists_one(l, l > 1.0)', { lines: [1, 2] }, true],
    ['{"amount": row.sum, "currency": env.currency}', { sum: '1.00' }, { amount: '1.00', currency: 'CNY' }],
    ['row.map(k, k)', { a: 1, b: 2 }, ['a', 'b']],
    ['"b" in row && "x" in ["x", "y"]', { a: 1, b: 2 }, true],
    ['row.code.matches("^[A-Z]{2}-[0-9]+$")', { code: 'AB-12' }, true],
    ['int(row.n) + 1', { n: '41' }, 42],
    ['size(row.lines) > 1 ? "many" : "one"', { lines: [1, 2] }, 'many'],
    ['row.nested', { nested: { a: [1, null, { b: 'x' }] } }, { a: [1, null, { b: 'x' }] }],
  ])('%s of %j is %j', (source, row, value) => {
    expect(evaluate(source, row)).toEqual(value);
  });

  it('an item of a list stands beside the whole row', () => {
    expect(evaluate('row.prefix + item.sku', { prefix: 'A-' }, { sku: '1' })).toBe('A-1');
  });

  it.each<[string, JsonObject]>([
    ['row.a + row.b', { a: 'x', b: 1 }],
    ['row.a.b', { a: null }],
    ['row.list[5]', { list: [1] }],
    ['decimal.add(row.a, "1")', { a: 'not a number' }],
    ['decimal.div("1", "0", 2)', {}],
    ['1 / 0', {}],
    ['9223372036854775807 + 1', {}],
    ['instant.parse(row.a, "yyyy-MM-dd HH:mm", "Nowhere/Land")', { a: '2026-11-23 10:00' }],
    ['instant.parse(row.a, row.b, "UTC")', { a: '2026', b: '(a+)+$' }],
    ['row.a == row.b', { a: [1], b: [1] }],
    ['row.list.map(x, x.y)', { list: [1] }],
  ])('%s of %j is refused with a reason', (source, row) => {
    expect(evaluate(source, row)).toEqual({ refused: 'mapping.expression-failed' });
  });

  it('what only an object of the language has is no field', () => {
    expect(
      evaluate('row.toString == null && row["hasOwnProperty"] == null && row["__proto__"] == null', { a: 1 }),
    ).toBe(true);
    expect(evaluate('row.list.length', { list: [1] })).toEqual({ refused: 'mapping.expression-failed' });
  });

  it.each<[string, JsonObject, string]>([
    ['{row.key: 1}', { key: '__proto__' }, 'mapping.dangerous-key'],
    ['{1: 2}', {}, 'mapping.wrong-type'],
    ['1234567890123456', {}, 'mapping.expression-inexact'],
    ['0.0 / 0.0', {}, 'mapping.wrong-type'],
  ])('%s has no value that a record may hold', (source, row, code) => {
    expect(evaluate(source, row)).toEqual({ refused: code });
  });
});

describe('expressions that are refused before any record is at hand', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['', 'mapping.expression-syntax'],
    ['row.', 'mapping.expression-syntax'],
    ['row.a +', 'mapping.expression-syntax'],
    ['rows.a', 'mapping.expression-name'],
    ['constructor', 'mapping.expression-name'],
    ['__proto__', 'mapping.expression-name'],
    ['process', 'mapping.expression-name'],
    ['record.a', 'mapping.expression-name'],
    ['item.a', 'mapping.expression-name'],
    ['row.list.map(row, row)', 'mapping.expression-name'],
    ['row.constructor', 'mapping.dangerous-path'],
    ['row.a.__proto__.b', 'mapping.dangerous-path'],
    ['now()', 'mapping.expression-function'],
    ['date.now()', 'mapping.expression-function'],
    ['timestamp("2026-01-01T00:00:00Z")', 'mapping.expression-function'],
    ['duration("1h")', 'mapping.expression-function'],
    ['decimal.ad("1", "2")', 'mapping.expression-function'],
    ['decimal.add("1")', 'mapping.expression-function'],
    ['row.a.eval()', 'mapping.expression-function'],
    ['type(row)', 'mapping.expression-function'],
    ['b"abc"', 'mapping.expression-function'],
    ['1u', 'mapping.expression-function'],
    ['google.protobuf.Any{}', 'mapping.expression-function'],
    ['row.a.matches(row.b)', 'mapping.expression-pattern'],
    ['row.a.matches("(")', 'mapping.expression-pattern'],
    ['row.a.matches("(?=a)")', 'mapping.expression-pattern'],
    ['row.a.matches("((a{100}){100}){100}")', 'mapping.expression-pattern'],
    ['row.a.matches("(a{30}){30}")', 'mapping.expression-pattern'],
    [`"${'a'.repeat(1000)}"`, 'mapping.expression-too-large'],
    ['('.repeat(990), 'mapping.expression-too-large'],
    ['['.repeat(400) + ']'.repeat(400), 'mapping.expression-too-large'],
    [`1${'+1'.repeat(400)}`, 'mapping.expression-too-large'],
    [`a${'[0]'.repeat(300)}`, 'mapping.expression-too-large'],
    [`${'true?1:'.repeat(130)}1`, 'mapping.expression-too-large'],
    ['row.a.map(x, row.a.map(y, row.a.map(z, x + y + z)))', 'mapping.expression-too-large'],
    [`row.a${'.map(x, x)'.repeat(60)}`, 'mapping.expression-too-large'],
    ['"a\u0000b"', 'mapping.dangerous-text'],
  ];
  it.each(refused.map(([source, code]) => [JSON.stringify(source).slice(0, 60), code, source] as const))(
    '%s: %s',
    (_name, code, source) => {
      const { refused: codes } = evaluate(source) as { refused: string };
      expect([...new Set(codes.split(','))].sort().join()).toBe(code);
    },
  );

  it('a typing error says what was meant, and where', () => {
    const compiled = compileExpression('row.a + decimal.ad("1", "2")', { direction: 'in', inList: false });
    expect(compiled).toMatchObject({
      problems: [{ code: 'mapping.expression-function', suggestion: 'decimal.add', at: expect.any(Number) as number }],
    });
  });
});

/** Records and expressions made to use as much as they can. Each ends by itself: there is no timer. */
describe('S02 hostile expressions end within their account of work', () => {
  const thousand = Array.from({ length: 1000 }, (_, index) => ({ text: 'x'.repeat(200), n: index, more: [index] }));
  const long = 'a'.repeat(expressionLimits.text);
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]));
  const million = Array.from({ length: 1_000_000 }, () => 1);
  const row = {
    thousand,
    long,
    wide,
    million,
    huge: 'a'.repeat(5_000_000),
    deep: nested(3000),
  } as unknown as JsonObject;
  const refusedFor = ['mapping.expression-too-much-work', 'mapping.expression-too-large', 'mapping.expression-failed'];

  it.each([
    'row.thousand.map(a, row.thousand.map(b, a.n + b.n))',
    'row.thousand.exists(a, row.thousand.exists(b, row.thousand[0].n < 0.0 - b.n - a.n))',
    'row.thousand.all(a, row.thousand.all(b, a.text + b.text != ""))',
    'row.thousand.map(a, row.long).join("")',
    'row.thousand.map(a, row.long + row.long)',
    'row.long + row.long',
    'row.long.replace("a", "aaaaaaaaaa")',
    'row.thousand.map(a, row.long.replace("b", "c")) == null',
    'row.thousand.map(a, row.long.matches("(a|aa|a*)*b$"))',
    'row.thousand.all(a, row.long.matches("^(a?){60}a{60}$") || true)',
    'row.huge.matches("(a+)+$")',
    'row.huge.contains("b")',
    'size(row.huge)',
    'row.million.map(x, x)',
    'row.million + row.million',
    '1.0 in row.million',
    'row.wide.map(k, k)',
    'size(row.wide)',
    'row.thousand.map(x, size(row.wide) > 0 || true)',
    'row.thousand.map(a, row.thousand + row.thousand)',
    'row.thousand.map(a, row.thousand)',
    'row.thousand.filter(a, row.thousand.filter(b, true).size() > 0)',
    'row.thousand.map(a, instant.parse("2026-11-23 10:00", "yyyy-MM-dd HH:mm", "Asia/Shanghai"))',
    'row.thousand.map(a, row.thousand.map(b, decimal.mul("99999999999999999999999999999", "0.99999999999999999999999999999")))',
    'row.thousand.map(a, {"k": row.long, "l": row.long})',
    '[row.huge, row.huge, row.huge]',
    'row.deep',
    'row.thousand.map(a, row.long.split("a"))',
    'row.thousand.map(a, int(row.long))',
    'int(row.long)',
    'decimal.div("1", "3", 9999999)',
    'row.long.slice(0, 9223372036854775807).replace("", "x")',
  ])('%s', (source) => {
    const compiled = compileExpression(source, { direction: 'in', inList: false });
    if ('problems' in compiled) throw new Error(JSON.stringify(compiled.problems));
    const value = compiled.evaluate(row, row, environment);
    expect(usedWork()).toBeLessThanOrEqual(expressionLimits.work);
    expect(isRefusal(value) ? value.code : 'a value').toMatch(new RegExp(`^(${refusedFor.join('|')})$`));
  });

  it('an empty account cannot be hidden by a condition that does not care', () => {
    const compiled = compileExpression('row.thousand.all(a, row.thousand.all(b, a.n >= 0.0)) || true', {
      direction: 'in',
      inList: false,
    });
    if ('problems' in compiled) throw new Error('not compiled');
    expect(compiled.evaluate(row, row, environment)).toMatchObject({ code: 'mapping.expression-too-much-work' });
    // The next evaluation starts with a full account.
    expect(evaluate('1 + 1')).toBe(2);
  });

  it('a thousand lines are within reach of an honest expression', () => {
    expect(evaluate('decimal.sum(row.thousand.map(l, string(l.n)))', row)).toBe('499500');
    expect(evaluate('row.thousand.filter(l, l.n > 990.0).map(l, string(l.n)).join(",")', row)).toBe(
      '991,992,993,994,995,996,997,998,999',
    );
  });

  it('any text is refused or evaluated, never thrown', () => {
    const piece = fc.constantFrom(
      'row',
      '.a',
      '.map(x, ',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"a"',
      '1',
      '1.5',
      '+',
      '-',
      '&&',
      '||',
      '?',
      ':',
      'x',
      ',',
      'has(',
      'decimal.add(',
      '.matches("',
      'null',
      'in',
      '!',
      '==',
      '@',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const value = evaluate(pieces.join(' '), { a: [1, 'x', { a: null }] });
        expect(value).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });
});

function nested(depth: number): Json {
  let value: Json = 'end';
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}
