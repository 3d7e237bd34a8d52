import type { Json } from '@isthmus/json';
import type { Random } from './random.js';

/** Values as vendors write them, of every kind that some transform reads. Which of them a rule takes is found out by trying. */
const WRITTEN: readonly Json[] = [
  'Anna Berg',
  '王小明',
  ' 上海  分公司 ',
  'ＡＢＣ１２',
  'a\r\nb',
  'AB-12 x',
  'SKU_1',
  '1001',
  '70100001',
  'anna.berg@Example.COM',
  'ask reception',
  '138 0013 8000',
  '+86 571 8800 1234',
  '+49 171 2345678',
  '+1 212 555 2368',
  '010-62345678',
  'CN',
  '中国',
  'Germany',
  'us',
  'CNY',
  '人民币',
  'EUR',
  'JPY',
  '浙江省',
  '杭州市',
  '西湖区',
  '上海',
  '310000',
  '91350100M000100Y43',
  '个',
  '件',
  'kg',
  '斤',
  '箱',
  'C62',
  'KGM',
  '2026-11-23',
  '2026/11/23',
  '20261123',
  '2026-11-23 14:30:05',
  '2026-11-23T14:30:05+08:00',
  '2026-11-23T06:30:00.123Z',
  '1795415400',
  '1795415400000',
  1795415400,
  1795415400000,
  46349,
  '0',
  '1',
  '13',
  '13%',
  '0.13',
  '12.50',
  '-3.1',
  '1234567.89',
  '100',
  0,
  1,
  3,
  13,
  0.13,
  12.5,
  1999,
  true,
  false,
  'true',
  'false',
  'Y',
  'N',
  '是',
  '否',
  'a;b;c',
  'a,b',
  'vip / b2b',
  '红色/大号',
  '{"a":"1"}',
  '["a","b"]',
  'aGVsbG8=',
  '<p>Good &amp; <b>cheap</b></p>',
  'https://example.com/a?b=1',
  '南京西路 100 号\n三楼',
  ['a', 'b'],
  ['1001', '1002'],
  [{ name: 'vip' }, { name: 'b2b' }],
  { colour: 'red', size: 'L' },
  { name: 'x', value: 'y' },
];

const WORDS = ['Anna', '王', '小明', 'Tea', '龙井', 'x-1', '(new)', '第2批', 'B', '、', 'ÅÄÖ', '😀'];

/** Candidates for the value of one native field: the list above, and `more` values made up by chance. */
export function nativeCandidates(random: Random, more: number): readonly Json[] {
  const made: Json[] = [];
  for (let index = 0; index < more; index += 1) {
    made.push(someText(random), someDecimal(random), random.below(100_000), someId(random));
    made.push(Number(someDecimal(random)), someMoment(random).slice(0, 10), someMoment(random));
  }
  return [...WRITTEN, ...made];
}

/** One to three words. */
export function someText(random: Random): string {
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(WORDS)).join(' ');
}

/** A decimal of up to eight digits and up to two places. */
export function someDecimal(random: Random): string {
  const whole = String(random.below(10 ** (1 + random.below(6))));
  const places = random.below(3);
  return places === 0 ? whole : `${whole}.${String(1 + random.below(9)).padStart(places, '0')}`;
}

/** An id as text. */
export function someId(random: Random): string {
  return random.chance(0.5) ? String(1000 + random.below(1_000_000)) : `id-${random.below(100_000).toString(36)}`;
}

/** A moment of the years 2000 to 2037, to the second. */
export function someMoment(random: Random): string {
  return new Date(Date.UTC(2000, 0, 1) + random.below(37 * 366 * 86_400) * 1000).toISOString();
}

/** A UUID of version 7 whose time is of no matter. */
export function someUuid(random: Random): string {
  const hex = (digits: number): string =>
    random
      .below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  return `0192f5c0-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}
