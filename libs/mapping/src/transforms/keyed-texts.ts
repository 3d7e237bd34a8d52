import { cleanText } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly field: string;
  readonly extras?: JsonObject;
  readonly separator?: string;
}

const FIELD = { type: 'string', pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z][A-Za-z0-9]{0,60}$' };

/** A list of texts (or one text with a separator) ↔ a list of objects that hold them in one field. */
export const keyedTexts: Transform<Options> = {
  name: 'keyed-texts',
  summary: {
    en: 'List of texts ↔ list of objects with the text in one field (tags)',
    zh: '文本列表 ↔ 以某字段保存文本的对象列表（标签）',
  },
  options: optionsSchema(
    {
      field: { ...FIELD, description: 'Field of the object that holds the text' },
      extras: {
        type: 'object',
        maxProperties: 20,
        propertyNames: FIELD,
        description: 'Fixed fields of each object; going back, objects without them are left out',
      },
      separator: {
        type: 'string',
        minLength: 1,
        maxLength: 5,
        description: 'The native side is one text with this between the parts',
      },
    },
    ['field'],
  ),
  native: ['list', 'text'],
  canonical: 'list',
  writes: (options) => (options.separator === undefined ? 'list' : 'text'),
  loses: () => ({
    en: 'repeated texts, other fields of the objects, and objects without the fixed fields',
    zh: '重复文本、对象的其他字段，以及不含固定字段的对象',
  }),
  toCanonical: (value, { field, extras, separator }) => {
    // In its normal form first: another character may become the separator by it (U+037E is then a semicolon).
    const texts =
      separator !== undefined && typeof value === 'string' ? value.normalize('NFC').split(separator) : value;
    if (!Array.isArray(texts) || !texts.every((item) => typeof item === 'string'))
      return wrongType('a list of texts', '文本列表');
    const unique = new Set(texts.map((item) => cleanText(item as string)));
    unique.delete('');
    return unique.size === 0 ? null : [...unique].map((item) => ({ ...extras, [field]: item }));
  },
  fromCanonical: (value, { field, extras, separator }) => {
    if (!Array.isArray(value)) return wrongType('a list of objects', '对象列表');
    const texts: string[] = [];
    for (const item of value) {
      if (typeof item !== 'object' || item === null || Array.isArray(item))
        return wrongType('a list of objects', '对象列表');
      const ours = Object.entries(extras ?? {}).every(([key, fixed]) => item[key] === fixed);
      const held = Object.hasOwn(item, field) ? item[field] : undefined;
      if (ours && typeof held === 'string') texts.push(held);
    }
    if (separator === undefined) return texts;
    return texts.some((item) => item.includes(separator))
      ? wrongType('texts without the separator', '不含分隔符的文本')
      : texts.join(separator);
  },
  cases: [
    { native: ['vip', 'wholesale'], options: { field: 'name' }, canonical: [{ name: 'vip' }, { name: 'wholesale' }] },
    {
      native: 'a\u037eb',
      options: { field: 'name', separator: ';' },
      canonical: [{ name: 'a' }, { name: 'b' }],
      back: 'a;b',
    },
    { native: 'vip, b2b', options: { field: 'name', separator: ', ' }, canonical: [{ name: 'vip' }, { name: 'b2b' }] },
    {
      native: ['vip'],
      options: { field: 'name', extras: { scope: 'system' } },
      canonical: [{ scope: 'system', name: 'vip' }],
    },
  ],
};
