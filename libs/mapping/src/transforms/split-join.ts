import { cleanText } from '@isthmus/canonical';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly separator: string;
}

/** One native text with a separator ↔ a list of texts. */
export const splitJoin: Transform<Options> = {
  name: 'split-join',
  summary: { en: 'Text with a separator ↔ list of texts', zh: '带分隔符的文本 ↔ 文本列表' },
  options: optionsSchema(
    { separator: { type: 'string', minLength: 1, maxLength: 5, description: 'Plain text, no pattern' } },
    ['separator'],
  ),
  native: ['text'],
  canonical: 'list',
  loses: () => ({ en: 'empty parts', zh: '空的部分' }),
  toCanonical: (value, { separator }) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const parts = value
      // Another character may become the separator by it (U+037E is a semicolon then).
      .normalize('NFC')
      .split(separator)
      .map(cleanText)
      .filter((part) => part !== '');
    return parts.length === 0 ? null : parts;
  },
  fromCanonical: (value, { separator }) => {
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      return wrongType('a list of texts', '文本列表');
    if (value.some((item) => (item as string).includes(separator))) {
      return refuse(
        'mapping.separator-inside',
        'an item contains the separator and would come back as two',
        '某一项含有分隔符，回读时会变成两项',
      );
    }
    return value.join(separator);
  },
  cases: [
    {
      native: 'red; green;;blue ',
      options: { separator: ';' },
      canonical: ['red', 'green', 'blue'],
      back: 'red;green;blue',
    },
    { native: 'red\u037egreen', options: { separator: ';' }, canonical: ['red', 'green'], back: 'red;green' },
    { native: '女装/连衣裙', options: { separator: '/' }, canonical: ['女装', '连衣裙'] },
  ],
};
