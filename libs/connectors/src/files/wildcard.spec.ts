import { fitsWildcard } from './wildcard.js';

describe('file name patterns', () => {
  test.each([
    ['客户资料.xlsx', '客户*.xlsx', true],
    ['客户.XLSX', '客户*.xlsx', true],
    ['旧客户.xlsx', '客户*.xlsx', false],
    ['a.csv', '?.csv', true],
    ['ab.csv', '?.csv', false],
    ['𠮷.csv', '?.csv', true],
    ['abcabc', '*b*c', true],
    ['', '*', true],
    ['x', '', false],
    ['a+b(1).csv', 'a+b(1).csv', true],
    ['cafe\u0301.csv', 'caf\u00E9.csv', true],
  ])('%s fits %s: %s', (name, pattern, expected) => expect(fitsWildcard(name, pattern)).toBe(expected));

  test('many asterisks stay cheap', () => {
    expect(fitsWildcard('a'.repeat(250), `${'a*'.repeat(49)}b`)).toBe(false);
  });
});
