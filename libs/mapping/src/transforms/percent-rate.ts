import { percentFromRate, rateFromPercent } from '@isthmus/canonical';
import {
  readDecimal,
  readRounded,
  roundingLoses,
  writeDecimal,
  writeNumberOptions,
  type WriteNumber,
} from './numbers.js';
import { optionsSchema, refuse, valueOf, wrongType, type Refusal, type Transform } from './transform.js';

interface Options extends WriteNumber {
  readonly of?: 'percent' | 'fraction';
}

const RATE = /^(?:0|[1-9]\d{0,3})(?:\.\d{1,8})?$/;

/** A rate written as percentage (`13`) or fraction (`0.13`) ↔ fraction as decimal text. */
export const percentRate: Transform<Options> = {
  name: 'percent-rate',
  summary: { en: 'Percentage 13 or fraction 0.13 ↔ rate "0.13"', zh: '百分数 13 或小数 0.13 ↔ 比率 "0.13"' },
  options: optionsSchema({
    of: { enum: ['percent', 'fraction'], description: 'How the native side writes it (default percent)' },
    ...writeNumberOptions,
  }),
  native: ['text', 'number'],
  canonical: 'rate',
  writes: (options) => options.as ?? 'text',
  loses: roundingLoses,
  toCanonical: (value, options) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrongType('a percentage', '百分数');
    if (options.of !== 'fraction') return percent(value, options);
    const fraction = readRounded(value, options);
    if (typeof fraction !== 'string') return fraction;
    return RATE.test(fraction)
      ? fraction
      : refuse('rate.out-of-range', 'not a rate between 0 and 9999', '税率或比率超出范围');
  },
  fromCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('a rate', '比率');
    const rate = readDecimal(value);
    if (typeof rate !== 'string') return rate;
    return writeDecimal(options.of === 'fraction' ? rate : percentFromRate(rate), options);
  },
  cases: [
    { native: '13', canonical: '0.13' },
    { native: '13%', canonical: '0.13', back: '13' },
    { native: 6, options: { as: 'number' }, canonical: '0.06' },
    { native: 0.085, options: { of: 'fraction', as: 'number' }, canonical: '0.085' },
  ],
};

function percent(value: string | number, options: Options): string | Refusal {
  if (options.round !== true) return valueOf(rateFromPercent(value));
  const rounded = readRounded(typeof value === 'string' ? value.trim().replace(/\s*[%％]$/, '') : value, options);
  return typeof rounded === 'string' ? valueOf(rateFromPercent(rounded)) : rounded;
}
