import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import type { Wording } from '../contract.js';
import { FIELD_NAME, fieldOf } from './field-name.js';
import { joinWordings } from './joined-wording.js';
import { optionsSchema, refuse, wrongType, type NativeType, type Refusal, type Transform } from './transform.js';

interface Options {
  readonly separator?: string;
  readonly alsoSplitAt?: readonly string[];
  readonly field?: string;
  readonly nativeField?: string;
  readonly case?: 'lower';
}

const separatorSchema = { type: 'string', minLength: 1, maxLength: 5 };

/** One text with separators, or a list ↔ the set of tags: trimmed, each once, in one order, so that another order on the far side is no change. */
export const tags: Transform<Options> = {
  name: 'tags',
  summary: {
    en: 'Text with separators or list ↔ set of tags: trimmed, each once, order does not matter',
    zh: '分隔文本或列表 ↔ 标签集合：去空白、去重、不计顺序',
  },
  options: optionsSchema({
    separator: { ...separatorSchema, description: 'The native side is one text with this between the tags' },
    alsoSplitAt: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: separatorSchema,
      description: 'Further separators that are read: ["，", "、"]',
    },
    field: { ...FIELD_NAME, description: 'The record holds objects with the tag in this field' },
    nativeField: { ...FIELD_NAME, description: 'The native list holds objects with the tag in this field' },
    case: { enum: ['lower'], description: 'Tags that differ in case only are one' },
  }),
  native: ['list', 'text'],
  canonical: 'list',
  writes: (options): NativeType => (options.separator === undefined ? 'list' : 'text'),
  loses,
  problemOf: ({ separator, alsoSplitAt, nativeField }) => {
    if (separator === undefined)
      return alsoSplitAt && { en: 'alsoSplitAt needs a separator', zh: 'alsoSplitAt 须配 separator' };
    if (nativeField !== undefined) return { en: 'a text holds no objects', zh: '文本中没有对象' };
    return separator.trim() === '' && separator !== ' ' && separator !== '\n'
      ? { en: 'a separator is a sign, a blank or a line end', zh: '分隔符须为符号、空格或换行' }
      : undefined;
  },
  toCanonical: (value, options) => {
    const texts = read(value, options);
    if (!texts) return wrongType('a list of tags', '标签列表');
    const unique = new Set(texts.map((tag) => cased(cleanText(tag), options)));
    unique.delete('');
    const { field } = options;
    const sorted = [...unique].sort();
    if (sorted.length === 0) return null;
    return field === undefined ? sorted : sorted.map((tag) => ({ [field]: tag }));
  },
  fromCanonical: (value, options) => {
    const texts = Array.isArray(value) ? textsOf(value, options.field) : undefined;
    if (!texts) return wrongType('a list of tags', '标签列表');
    const sorted = [...new Set(texts)].sort();
    if (options.separator !== undefined) return joined(sorted, options.separator, options);
    const { nativeField } = options;
    return nativeField === undefined ? sorted : sorted.map((tag) => ({ [nativeField]: tag }));
  },
  cases: [
    { native: 'vip, 批发 ,vip', options: { separator: ',' }, canonical: ['vip', '批发'], back: 'vip,批发' },
    {
      native: 'b，a、c',
      options: { separator: ',', alsoSplitAt: ['，', '、'] },
      canonical: ['a', 'b', 'c'],
      back: 'a,b,c',
    },
    { native: ['vip', 'b2b'], canonical: ['b2b', 'vip'], back: ['b2b', 'vip'] },
    {
      native: [{ label: 'vip' }],
      options: { nativeField: 'label', field: 'name' },
      canonical: [{ name: 'vip' }],
    },
  ],
};

function read(value: Json, options: Options): readonly string[] | undefined {
  if (Array.isArray(value)) return textsOf(value, options.nativeField);
  if (typeof value !== 'string' || options.separator === undefined) return undefined;
  return separators(options).reduce<readonly string[]>(
    (parts, separator) => parts.flatMap((part) => part.split(separator)),
    // In its normal form: another character may become a separator by it (U+037E is a semicolon then).
    [value.normalize('NFC')],
  );
}

function separators({ separator, alsoSplitAt = [] }: Options): readonly string[] {
  return separator === undefined ? alsoSplitAt : [separator, ...alsoSplitAt];
}

function textsOf(list: readonly Json[], field: string | undefined): readonly string[] | undefined {
  const texts: string[] = [];
  for (const item of list) {
    const held = field === undefined ? item : fieldOf(item, field);
    if (typeof held !== 'string') return undefined;
    texts.push(held);
  }
  return texts;
}

function cased(tag: string, options: Options): string {
  return options.case === 'lower' ? tag.toLowerCase().normalize('NFC') : tag;
}

function joined(list: readonly string[], separator: string, options: Options): string | Refusal {
  const text = list.join(separator);
  const split = list.some((tag) => separators(options).some((sign) => tag.includes(sign)));
  return split
    ? refuse(
        'mapping.separator-inside',
        'a tag contains the separator and would come back as two',
        '某标签含有分隔符，回读时会变成两个',
      )
    : text;
}

function loses({ case: one, field, nativeField }: Options): Wording | undefined {
  return joinWordings([
    { en: 'the order of tags and repeated ones', zh: '标签的顺序与重复' },
    one && { en: 'upper and lower case', zh: '大小写' },
    (field ?? nativeField) === undefined ? undefined : { en: 'other fields of the objects', zh: '对象的其他字段' },
  ]);
}
