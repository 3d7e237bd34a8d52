import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly separator?: string;
}

/** Street lines: one native text with line ends, or one native field for each line ↔ list of lines. What has no field of its own joins the last one. */
export const addressLines: Transform<Options> = {
  name: 'address-lines',
  summary: {
    en: 'One text with line ends, or several fields ↔ list of street lines',
    zh: '多行文本或多个字段 ↔ 地址行列表',
  },
  options: optionsSchema({
    separator: {
      type: 'string',
      minLength: 1,
      maxLength: 5,
      description: 'Between lines in one text (default: line end; ", " in the last of several fields)',
    },
  }),
  native: ['text', 'list'],
  canonical: 'list',
  toCanonical: (value, options, context) => {
    const texts =
      context.nativeCount > 1
        ? value
        : typeof value === 'string'
          ? value.split(options.separator ?? /\r\n?|\n/)
          : value;
    if (!Array.isArray(texts) || !texts.every((line) => line === null || typeof line === 'string'))
      return wrongType('text', '文本');
    const lines = texts.map((line) => (line === null ? '' : cleanText(line as string))).filter((line) => line !== '');
    return lines.length === 0 ? null : lines;
  },
  fromCanonical: (value, options, context) => {
    if (!Array.isArray(value) || !value.every((line) => typeof line === 'string'))
      return wrongType('a list of texts', '文本列表');
    if (context.nativeCount === 1) return value.join(options.separator ?? '\n');
    const last = context.nativeCount - 1;
    const rest = value.slice(last).join(options.separator ?? ', ');
    return [...Array.from({ length: last }, (_, index): Json => value[index] ?? null), rest === '' ? null : rest];
  },
  cases: [
    { native: '1 Main Street\nFloor 2', canonical: ['1 Main Street', 'Floor 2'] },
    { native: '南京西路 100 号', canonical: ['南京西路 100 号'] },
  ],
};
