import fc from 'fast-check';
import { JsonError, parseJson } from './parse-json.js';

const codeOf = (text: string): string => {
  try {
    parseJson(text, { depth: 32, keys: 2000 });
    return 'accepted';
  } catch (error) {
    return error instanceof JsonError ? error.code : 'other';
  }
};

describe('parseJson', () => {
  it.each([
    ['{"id":1900000000000000001}', { id: '1900000000000000001' }],
    ['{"id":-1900000000000000001}', { id: '-1900000000000000001' }],
    ['[1e400]', ['1e400']],
    ['1e400', '1e400'],
    ['[0.1234567890123456789]', ['0.1234567890123456789']],
    ['{"a": 9007199254740991}', { a: 9007199254740991 }],
    ['{"a":19.90,"b":"x: 12345678901234567890"}', { a: 19.9, b: 'x: 12345678901234567890' }],
    ['{"a":1e3,"b":[12345678901234567.5]}', { a: 1000, b: ['12345678901234567.5'] }],
    [
      '{"a":"\\"1:12345678901234567890","b":12345678901234567890}',
      { a: '"1:12345678901234567890', b: '12345678901234567890' },
    ],
  ])('reads %s without losing a digit', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['{', 'json.syntax'],
    ['', 'json.syntax'],
    [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'json.too-deep'],
    ['{"__proto__":{"admin":true}}', 'json.dangerous-key'],
    ['{"a":{"constructor":1}}', 'json.dangerous-key'],
    ['{"a":"\\u0000"}', 'json.nul-character'],
    ['{"a\\u0000":1}', 'json.nul-character'],
    ['["\\ud800"]', 'json.lone-surrogate'],
    [`{${Array.from({ length: 2001 }, (_, i) => `"k${i}":1`).join(',')}}`, 'json.too-many-keys'],
  ])('refuses a hostile text (case %#) with its code', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('names line and column of a syntax fault', () => {
    expect(() => parseJson('{\n  "a": x }')).toThrow(/line 2, column 8/);
  });

  it.each([
    ['{"a":1,}', 1, 8],
    ['[1 2]', 1, 4],
    ['{"a":"\n"}', 1, 6],
    ['[true, nul]', 1, 8],
    ['{"a":1} x', 1, 9],
    ['{"a":[1,2}', 1, 10],
  ])('finds where %j breaks', (text, line, column) => {
    expect(() => parseJson(text)).toThrow(`line ${line}, column ${column}`);
  });

  it('reads every JSON text that has only exact numbers as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(codeOf(text) === 'accepted' && !/\d{16}|\de/.test(text.replaceAll('.', '')));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps every integer, however long', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (integer) => {
        expect(String((parseJson(`{"id":${integer}}`) as { id: unknown }).id)).toBe(String(integer));
      }),
    );
  });
});
