import { readRounded, roundingLoses, writeDecimal, writeNumberOptions, type WriteNumber } from './numbers.js';
import { optionsSchema, wrongType, type Transform } from './transform.js';

/** A decimal (text or number) ↔ decimal text without needless zeros. */
export const decimal: Transform<WriteNumber> = {
  name: 'decimal',
  summary: { en: 'Decimal (text or number) ↔ decimal text', zh: '小数（文本或数字）↔ 十进制文本' },
  options: optionsSchema(writeNumberOptions),
  native: ['text', 'number'],
  canonical: 'decimal',
  writes: (options) => options.as ?? 'text',
  loses: roundingLoses,
  toCanonical: (value, options) =>
    typeof value === 'string' || typeof value === 'number'
      ? readRounded(value, options)
      : wrongType('a number', '数字'),
  fromCanonical: (value, options) =>
    typeof value === 'string' ? writeDecimal(value, options) : wrongType('a decimal text', '十进制文本'),
  cases: [
    { native: '12.500', canonical: '12.5', back: '12.5' },
    { native: 0.1, options: { as: 'number' }, canonical: '0.1' },
    { native: '7', options: { digits: 2 }, canonical: '7', back: '7.00' },
  ],
};
