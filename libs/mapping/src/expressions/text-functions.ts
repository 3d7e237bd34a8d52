import type { CelValue } from '@bufbuild/cel';
import type { ExpressionFunction } from './expression-function.js';
import { celListOf } from './json-values.js';
import { expressionLimits } from './limits.js';
import { pay, payItems, payText, tooLarge } from './meter.js';
import { itemsOf, textOf } from './values.js';

/** Methods of texts and lists with the names of CEL's string extension. All sizes are known before anything is made. */
export const textFunctions: readonly ExpressionFunction[] = [
  {
    name: 'trim',
    on: 'text',
    takes: [],
    gives: 'text',
    summary: { en: 'Without blanks at both ends', zh: '去除首尾空白' },
    cases: [['" a b ".trim()', '"a b"']],
    call: (text) => textOf(text).trim(),
  },
  {
    name: 'upper',
    on: 'text',
    takes: [],
    gives: 'text',
    summary: { en: 'In capitals', zh: '转为大写' },
    cases: [['"ab-1".upper()', '"AB-1"']],
    call: (text) => textOf(text).toUpperCase(),
  },
  {
    name: 'lower',
    on: 'text',
    takes: [],
    gives: 'text',
    summary: { en: 'In small letters', zh: '转为小写' },
    cases: [['"AB-1".lower()', '"ab-1"']],
    call: (text) => textOf(text).toLowerCase(),
  },
  {
    name: 'slice',
    on: 'text',
    takes: ['integer', 'integer'],
    gives: 'text',
    summary: {
      en: 'The characters from one position up to another, counted from 0',
      zh: '从起始位置到结束位置之前的字符，从 0 计',
    },
    cases: [
      ['"SO-1001".slice(3, 7)', '"1001"'],
      ['"😀王小明".slice(1, 2)', '"王"'],
    ],
    call: (text, from, to) => {
      // By characters: a cut must not leave half of one.
      const characters = [...textOf(text)];
      pay(characters.length / 20);
      return characters.slice(position(from), position(to)).join('');
    },
  },
  {
    name: 'replace',
    on: 'text',
    takes: ['text', 'text'],
    gives: 'text',
    summary: { en: 'All occurrences of a text replaced by another', zh: '替换所有出现的文本' },
    cases: [['"a-b-c".replace("-", "")', '"abc"']],
    call: (text, what, by) => {
      const parts = pieces(textOf(text), textOf(what));
      return joined(parts, textOf(by));
    },
  },
  {
    name: 'split',
    on: 'text',
    takes: ['text'],
    gives: 'list',
    summary: { en: 'The parts between separators', zh: '按分隔符拆分' },
    cases: [['"a;b".split(";")', '["a","b"]']],
    call: (text, separator) => {
      const parts = pieces(textOf(text), textOf(separator));
      payItems(parts.length);
      return celListOf(parts);
    },
  },
  {
    name: 'join',
    on: 'list',
    takes: ['text'],
    gives: 'text',
    summary: { en: 'The texts of a list with a separator between them', zh: '以分隔符连接列表中的文本' },
    cases: [['["a", "b"].join(", ")', '"a, b"']],
    call: (list, separator) => {
      const items = itemsOf(list);
      payItems(items.length);
      return joined(items.map(textOf), textOf(separator));
    },
  },
];

function pieces(text: string, separator: string): string[] {
  if (separator === '') throw new RangeError('the separator is empty');
  pay(text.length / 20);
  return text.split(separator);
}

function joined(parts: readonly string[], separator: string): string {
  let length = Math.max(parts.length - 1, 0) * separator.length;
  for (const part of parts) {
    length += part.length;
    if (length > expressionLimits.text) tooLarge('text');
  }
  pay(parts.length / 10);
  const text = parts.join(separator);
  payText(text);
  return text;
}

function position(value: CelValue): number {
  if (typeof value !== 'bigint' || value < 0n) throw new RangeError('a position is a whole number from 0');
  return value > BigInt(expressionLimits.text) ? expressionLimits.text : Number(value);
}
