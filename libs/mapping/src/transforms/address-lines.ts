import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform } from './transform.js';

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
      description:
        'Between lines in one text (default: line end; in the last of several fields ", ", beside Chinese a blank)',
    },
  }),
  native: ['text', 'list'],
  canonical: 'list',
  manyPaths: true,
  loses: () => ({
    en: 'which lines stood apart, when there are more lines than native fields',
    zh: '行数多于原生字段时的分行',
  }),
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
    const lines = value as string[];
    if (context.nativeCount === 1) return joined(lines, options.separator);
    const last = context.nativeCount - 1;
    const rest = lines
      .slice(last)
      .reduce((text, line) => (text === '' ? line : text + (options.separator ?? between(text, line)) + line), '');
    return [...Array.from({ length: last }, (_, index): Json => lines[index] ?? null), rest === '' ? null : rest];
  },
  cases: [
    { native: '1 Main Street\nFloor 2', canonical: ['1 Main Street', 'Floor 2'] },
    { native: '南京西路 100 号', canonical: ['南京西路 100 号'] },
    {
      native: '广东省广州市天河区/体育东路 1 号',
      options: { separator: '/' },
      canonical: ['广东省广州市天河区', '体育东路 1 号'],
    },
  ],
};

const HAN = /\p{Script=Han}/u;

/** Lines in Chinese stand side by side without a comma. */
function between(text: string, line: string): string {
  return HAN.test(text) || HAN.test(line) ? ' ' : ', ';
}

function joined(lines: readonly string[], separator: string | undefined): string | Refusal {
  const inside = lines.some((line) => (separator === undefined ? /[\r\n]/.test(line) : line.includes(separator)));
  return inside
    ? refuse(
        'mapping.separator-inside',
        'a line contains the separator and would come back as two',
        '某一行含有分隔符，回读时会变成两行',
      )
    : lines.join(separator ?? '\n');
}
