import { parseCountry } from '@isthmus/canonical';
import { optionsSchema, valueOf, wrongType, type Transform } from './transform.js';

interface Options {
  readonly write?: 'code' | 'name-en' | 'name-zh';
}

const displays = {
  'name-en': new Intl.DisplayNames(['en'], { type: 'region' }),
  'name-zh': new Intl.DisplayNames(['zh-CN'], { type: 'region' }),
};

/** Country code or name ↔ ISO 3166-1 alpha-2. */
export const country: Transform<Options> = {
  name: 'country',
  summary: {
    en: 'Country code or name (中国, China) ↔ ISO 3166-1 alpha-2',
    zh: '国家代码或名称 ↔ ISO 3166-1 二位代码',
  },
  options: optionsSchema({
    write: { enum: ['code', 'name-en', 'name-zh'], description: 'What is written (default code)' },
  }),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value) =>
    typeof value === 'string' ? valueOf(parseCountry(value)) : wrongType('a country', '国家或地区'),
  fromCanonical: (value, { write = 'code' }) => {
    const code = typeof value === 'string' ? valueOf(parseCountry(value)) : wrongType('a country code', '国家代码');
    if (typeof code !== 'string' || write === 'code') return code;
    return displays[write].of(code) ?? code;
  },
  cases: [
    { native: 'cn', canonical: 'CN', back: 'CN' },
    { native: '中国', options: { write: 'name-zh' }, canonical: 'CN' },
    { native: 'Germany', options: { write: 'name-en' }, canonical: 'DE' },
  ],
};
