import { normaliseTaxNumber } from '@isthmus/canonical';
import { optionsSchema, wrongType, type Transform } from './transform.js';

/** Tax number as it is compared: half-width, upper case, without blanks, dots and hyphens. */
export const taxNumber: Transform = {
  name: 'tax-number',
  summary: {
    en: 'Tax number: half-width, upper case, without blanks, dots and hyphens',
    zh: '税号：半角、大写、无空格与符号',
  },
  options: optionsSchema({}),
  native: ['text'],
  canonical: 'text',
  loses: () => ({ en: 'upper and lower case, blanks and signs', zh: '大小写、空白与符号' }),
  toCanonical: (value) => (typeof value === 'string' ? normalise(value) : wrongType('text', '文本')),
  fromCanonical: (value) => (typeof value === 'string' ? value : wrongType('text', '文本')),
  cases: [
    { native: '91350100m000100y43', canonical: '91350100M000100Y43', back: '91350100M000100Y43' },
    { native: 'DE 123.456-789', canonical: 'DE123456789', back: 'DE123456789' },
  ],
};

/** A capital letter may be written in several characters, which another pass joins. */
function normalise(value: string): string {
  const once = normaliseTaxNumber(value);
  return /^[ -~]*$/.test(once) ? once : normaliseTaxNumber(once);
}
