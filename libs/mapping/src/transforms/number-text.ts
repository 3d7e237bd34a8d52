import { asNumber, readDecimal } from './numbers.js';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

/** A native id or code that is a JSON number ↔ text. Long ids, which arrive as text already, are taken too, but cannot be written as a number. */
export const numberText: Transform = {
  name: 'number-text',
  summary: { en: 'Id or code kept as a JSON number ↔ text', zh: '以数字保存的编号 ↔ 文本' },
  options: optionsSchema({}),
  native: ['number', 'text'],
  canonical: 'text',
  toCanonical: (value) => {
    if (typeof value !== 'number' && typeof value !== 'string') return wrongType('a number', '数字');
    const decimal = readDecimal(value);
    const kept = typeof value === 'number' || decimal === value || typeof decimal !== 'string';
    return kept ? decimal : refuse('mapping.wrong-type', 'the text is not a plain number', '文本不是普通数字');
  },
  fromCanonical: (value) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const decimal = readDecimal(value);
    if (typeof decimal !== 'string') return decimal;
    if (decimal !== value)
      return refuse(
        'mapping.wrong-type',
        'as a number this text would lose its zeros or signs',
        '作为数字写出会丢失零或符号',
      );
    return asNumber(decimal);
  },
  cases: [{ native: 1001, canonical: '1001' }],
};
