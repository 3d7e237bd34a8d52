import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly prefix?: string;
  readonly suffix?: string;
}

/** A native text with a fixed beginning or end ↔ the text between. */
export const template: Transform<Options> = {
  name: 'template',
  summary: { en: 'Fixed prefix and suffix around a value (SO-1001 ↔ 1001)', zh: '固定前缀与后缀（SO-1001 ↔ 1001）' },
  options: {
    ...optionsSchema({
      prefix: { type: 'string', minLength: 1, maxLength: 100 },
      suffix: { type: 'string', minLength: 1, maxLength: 100 },
    }),
    minProperties: 1,
  },
  native: ['text'],
  canonical: 'text',
  toCanonical: (value, { prefix = '', suffix = '' }) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const inner = value.slice(prefix.length, value.length - suffix.length);
    const fits =
      value.length > prefix.length + suffix.length &&
      value.startsWith(prefix) &&
      value.endsWith(suffix) &&
      inner.trim() === inner;
    return fits
      ? inner
      : refuse(
          'mapping.template-mismatch',
          `the text does not have the form ${prefix}…${suffix}`,
          `文本不符合格式 ${prefix}…${suffix}`,
        );
  },
  fromCanonical: (value, { prefix = '', suffix = '' }) =>
    typeof value === 'string' ? `${prefix}${value}${suffix}` : wrongType('text', '文本'),
  cases: [
    { native: 'SO-1001', options: { prefix: 'SO-' }, canonical: '1001' },
    { native: 'gid://shop/Order/7', options: { prefix: 'gid://shop/Order/' }, canonical: '7' },
  ],
};
