import { readCountry, writeCountry, type CountryForm } from './country-codes.js';
import { asNumber } from './numbers.js';
import { optionsSchema, wrongType, type NativeType, type Transform } from './transform.js';

interface Options {
  readonly write?: CountryForm;
  readonly as?: 'text' | 'number';
}

/** Country code or name ↔ ISO 3166-1 alpha-2. */
export const country: Transform<Options> = {
  name: 'country',
  summary: {
    en: 'Country by two or three letters, number or name (CN, CHN, 156, China, 中国) ↔ ISO 3166-1 alpha-2',
    zh: '国家的二位、三位或数字代码或名称（CN、CHN、156、中国）↔ ISO 3166-1 二位代码',
  },
  options: optionsSchema({
    write: {
      enum: ['code', 'alpha-3', 'numeric', 'name-en', 'name-zh'],
      description: 'What is written (default code)',
    },
    as: { enum: ['text', 'number'], description: 'JSON type of numeric codes (default text)' },
  }),
  native: ['text', 'number'],
  canonical: 'text',
  writes: (options): NativeType => (options.write === 'numeric' ? (options.as ?? 'text') : 'text'),
  problemOf: ({ write, as }) =>
    as === 'number' && write !== 'numeric'
      ? { en: 'only write: numeric can be a number', zh: '只有 write: numeric 可为数字' }
      : undefined,
  toCanonical: (value) =>
    typeof value === 'string' || typeof value === 'number'
      ? readCountry(String(value))
      : wrongType('a country', '国家或地区'),
  fromCanonical: (value, { write = 'code', as }) => {
    const code = typeof value === 'string' ? readCountry(value) : wrongType('a country code', '国家代码');
    const written = typeof code === 'string' ? writeCountry(code, write) : code;
    return typeof written === 'string' && as === 'number' && write === 'numeric' ? asNumber(written) : written;
  },
  cases: [
    { native: 'cn', canonical: 'CN', back: 'CN' },
    { native: '中国', options: { write: 'name-zh' }, canonical: 'CN' },
    { native: 'Germany', options: { write: 'name-en' }, canonical: 'DE' },
    { native: 'CHN', options: { write: 'alpha-3' }, canonical: 'CN' },
    { native: '156', options: { write: 'numeric' }, canonical: 'CN' },
    { native: 40, options: { write: 'numeric', as: 'number' }, canonical: 'AT' },
  ],
};
