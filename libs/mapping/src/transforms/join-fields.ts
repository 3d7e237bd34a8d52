import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly separator: string;
}

/** Several native fields ↔ one text with a separator. A part that holds the separator is refused: it would come back in the wrong field. */
export const joinFields: Transform<Options> = {
  name: 'join-fields',
  summary: { en: 'Several native fields ↔ one text with a separator', zh: '多个原生字段 ↔ 带分隔符的一个文本' },
  options: optionsSchema(
    {
      separator: {
        type: 'string',
        pattern: '^(?: |[^ ]|[^ ].{0,3}[^ ]| [^ ]{1,3} )$',
        description: 'Between the parts: "-", "/", " - "',
      },
    },
    ['separator'],
  ),
  native: ['list'],
  canonical: 'text',
  manyPaths: true,
  toCanonical: (value, { separator }) => {
    if (!Array.isArray(value) || !value.every((part) => part === null || typeof part === 'string'))
      return wrongType('texts', '文本');
    const parts = value.map((part) => (part === null ? '' : cleanText(part as string)));
    while (parts.at(-1) === '') parts.pop();
    const joined = parts.join(separator);
    // What cannot be cut apart again: a separator inside a part, or one that grows together with blanks or its neighbours.
    return same(joined.split(separator), parts) && cleanText(joined) === joined
      ? joined
      : refuse('mapping.separator-inside', 'a part cannot be told from the separator', '某一部分与分隔符无法区分');
  },
  fromCanonical: (value, { separator }, context) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const parts = value.split(separator);
    if (parts.length > context.nativeCount) {
      return refuse(
        'mapping.too-many-parts',
        `the text has more parts than there are native fields (${context.nativeCount})`,
        `文本的部分多于原生字段（${context.nativeCount} 个）`,
      );
    }
    return Array.from({ length: context.nativeCount }, (_, index): Json => parts[index] || null);
  },
  cases: [
    { native: ['A12', '3'], options: { separator: '-' }, canonical: 'A12-3' },
    { native: ['A12', null], options: { separator: '-' }, canonical: 'A12' },
    { native: ['上海', '浦东'], options: { separator: '/' }, canonical: '上海/浦东' },
  ],
};

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
