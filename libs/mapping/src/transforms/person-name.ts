import { cleanText } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly order?: 'family-given' | 'given-family';
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * A name from two native fields. Chinese, Japanese and Korean parts join without a blank, family name first; others as `given family`.
 * Going back, such a name is not cut apart (nobody can tell 欧阳娜 from 欧 阳娜) and stands whole in the family field.
 */
export const personName: Transform<Options> = {
  name: 'person-name',
  summary: {
    en: 'One name from family and given name; Chinese names join without a blank',
    zh: '由姓与名组成姓名；中文姓名之间无空格',
  },
  options: optionsSchema({
    order: { enum: ['family-given', 'given-family'], description: 'Order of the native paths (default family-given)' },
  }),
  native: ['list'],
  canonical: 'text',
  manyPaths: true,
  loses: () => ({
    en: 'where family and given name part, in Chinese, Japanese and Korean names and in names of more than two words',
    zh: '中日韩姓名及两个词以上姓名中姓与名的分界',
  }),
  toCanonical: (value, options) => {
    if (
      !Array.isArray(value) ||
      value.length !== 2 ||
      !value.every((part) => part === null || typeof part === 'string')
    ) {
      return wrongType('two texts: family name and given name', '两个文本：姓与名');
    }
    const [first, second] = value.map((part) => (typeof part === 'string' ? cleanText(part) : '')) as [string, string];
    return options.order === 'given-family' ? join(second, first) : join(first, second);
  },
  fromCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const [family, given] = split(cleanText(value));
    return options.order === 'given-family' ? [given, family] : [family, given];
  },
  cases: [
    { native: ['王', '小明'], canonical: '王小明', back: ['王小明', null] },
    { native: ['Berg', 'Anna Maria'], canonical: 'Anna Maria Berg' },
    { native: ['Anna', 'Berg'], options: { order: 'given-family' }, canonical: 'Anna Berg' },
    { native: ['Berg', null], canonical: 'Berg' },
  ],
};

function join(family: string, given: string): string {
  if (family === '' || given === '') return family + given;
  return CJK.test(family) && CJK.test(given) ? family + given : `${given} ${family}`;
}

function split(name: string): [Json, Json] {
  const blank = name.lastIndexOf(' ');
  if (CJK.test(name) || blank < 0) return [name, null];
  return [name.slice(blank + 1), name.slice(0, blank)];
}
