import type { CelValue } from '@bufbuild/cel';
import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  normaliseDecimal,
  parseDecimal,
  roundDecimal,
  sumDecimals,
} from '@isthmus/canonical';
import { divideDecimals } from './divide-decimals.js';
import type { ExpressionFunction } from './expression-function.js';
import { pay, payItems } from './meter.js';
import { itemsOf } from './values.js';

const MAX_SCALE = 20;

/** Sums and products of money and quantities: exact, never floating point. Arguments are decimal texts or JSON numbers; results are texts. */
export const decimalFunctions: readonly ExpressionFunction[] = [
  {
    name: 'decimal.add',
    takes: ['any', 'any'],
    gives: 'text',
    summary: { en: 'Exact sum', zh: '精确求和' },
    cases: [
      ['decimal.add("0.1", "0.2")', '"0.3"'],
      ['decimal.add(1, 2.5)', '"3.5"'],
    ],
    call: (a, b) => checked(addDecimals(decimal(a), decimal(b))),
  },
  {
    name: 'decimal.sub',
    takes: ['any', 'any'],
    gives: 'text',
    summary: { en: 'Exact difference', zh: '精确求差' },
    cases: [['decimal.sub("1", "0.9")', '"0.1"']],
    call: (a, b) => checked(addDecimals(decimal(a), multiplyDecimals(decimal(b), '-1'))),
  },
  {
    name: 'decimal.mul',
    takes: ['any', 'any'],
    gives: 'text',
    summary: { en: 'Exact product', zh: '精确求积' },
    cases: [['decimal.mul("19.90", "3")', '"59.7"']],
    call: (a, b) => checked(multiplyDecimals(decimal(a), decimal(b))),
  },
  {
    name: 'decimal.div',
    takes: ['any', 'any', 'integer'],
    gives: 'text',
    summary: {
      en: 'Quotient rounded to a number of places (halves away from zero)',
      zh: '求商并按位数四舍五入',
    },
    cases: [
      ['decimal.div("10", "3", 2)', '"3.33"'],
      ['decimal.div("-1", "8", 2)', '"-0.13"'],
    ],
    call: (a, b, places) => checked(divideDecimals(decimal(a), decimal(b), scale(places))),
  },
  {
    name: 'decimal.round',
    takes: ['any', 'integer'],
    gives: 'text',
    summary: { en: 'Rounded to a number of places (halves away from zero)', zh: '按位数四舍五入' },
    cases: [['decimal.round("2.345", 2)', '"2.35"']],
    call: (a, places) => checked(roundDecimal(decimal(a), scale(places))),
  },
  {
    name: 'decimal.compare',
    takes: ['any', 'any'],
    gives: 'integer',
    summary: { en: '-1, 0 or 1, by value: "1.0" equals 1', zh: '按数值比较，结果为 -1、0 或 1' },
    cases: [
      ['decimal.compare("1.0", 1)', '0'],
      ['decimal.compare("9", "10")', '-1'],
    ],
    call: (a, b) => BigInt(compareDecimals(decimal(a), decimal(b))),
  },
  {
    name: 'decimal.sum',
    takes: ['list'],
    gives: 'text',
    summary: { en: 'Exact sum of a list; an empty one makes "0"', zh: '列表的精确合计；空列表为 "0"' },
    cases: [['decimal.sum(["1.5", 2, "0.25"])', '"3.75"']],
    call: (list) => {
      const items = itemsOf(list);
      payItems(items.length);
      pay(items.length * 4);
      return checked(sumDecimals(items.map(decimal)));
    },
  },
];

function decimal(value: CelValue): string {
  pay(4);
  const parsed = parseDecimal(typeof value === 'bigint' ? value.toString() : value);
  if (!parsed.ok) throw new RangeError(`${parsed.code}: ${parsed.message.en}`);
  return parsed.value;
}

/** Results stay inside the digits that a decimal may have, so that no chain of products can grow. */
function checked(value: string): string {
  return normaliseDecimal(value);
}

function scale(places: CelValue): number {
  if (typeof places !== 'bigint' || places < 0n || places > BigInt(MAX_SCALE))
    throw new RangeError(`the number of places must be from 0 to ${MAX_SCALE}`);
  return Number(places);
}
