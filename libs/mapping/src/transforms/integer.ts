import { readDecimal } from './numbers.js';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly as?: 'text' | 'number';
}

/** A whole number (JSON number or text) ↔ JSON integer. For counts, never for ids. */
export const integer: Transform<Options> = {
  name: 'integer',
  summary: { en: 'Whole number (number or text) ↔ integer', zh: '整数（数字或文本）↔ 整数' },
  options: optionsSchema({
    as: { enum: ['text', 'number'], description: 'JSON type on the native side (default number)' },
  }),
  native: ['number', 'text'],
  canonical: 'integer',
  writes: (options) => options.as ?? 'number',
  toCanonical: (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') return wrongType('a whole number', '整数');
    const decimal = readDecimal(value);
    if (typeof decimal !== 'string') return decimal;
    const number = Number(decimal);
    return Number.isSafeInteger(number) && !decimal.includes('.')
      ? number
      : refuse('mapping.wrong-type', 'expected a whole number', '应为整数');
  },
  fromCanonical: (value, options) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return wrongType('a whole number', '整数');
    return options.as === 'text' ? String(value) : value;
  },
  cases: [
    { native: 3, canonical: 3 },
    { native: '12', options: { as: 'text' }, canonical: 12 },
    { native: '12.0', canonical: 12, back: 12 },
  ],
};
