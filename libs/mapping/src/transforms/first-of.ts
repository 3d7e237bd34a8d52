import type { Json } from '@isthmus/json';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly back?: number;
}

/** The first of several native fields that holds something. Which one is written must be named. */
export const firstOf: Transform<Options> = {
  name: 'first-of',
  summary: {
    en: 'First of several native fields that holds a value; back into the one that is named',
    zh: '取多个原生字段中首个非空值；回写到指定字段',
  },
  options: optionsSchema({
    back: {
      type: 'integer',
      minimum: 0,
      maximum: 19,
      description: 'Which path is written, from 0; without it one way',
    },
  }),
  native: ['list'],
  canonical: 'any',
  manyPaths: true,
  reversible: (options) => options.back !== undefined,
  loses: () => ({ en: 'the values of the later fields', zh: '后续字段的值' }),
  toCanonical: (value, _options, context) => {
    if (!Array.isArray(value) || context.nativeCount === 1) return wrongType('several native fields', '多个原生字段');
    return value.find((item) => !isVoid(item)) ?? null;
  },
  fromCanonical: (value, { back }, context) => {
    if (back === undefined || back >= context.nativeCount)
      return wrongType('the number of the path to write', '要写出的路径序号');
    return Array.from({ length: context.nativeCount }, (_, index): Json => (index === back ? value : null));
  },
  cases: [
    { native: [null, '138'], options: { back: 0 }, canonical: '138', back: ['138', null] },
    { native: ['a', 'b'], options: { back: 1 }, canonical: 'a', back: [null, 'a'] },
  ],
};

function isVoid(value: Json): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}
