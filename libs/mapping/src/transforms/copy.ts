import { optionsSchema, type Transform } from './transform.js';

/** Lists and objects that are the same on both sides. What they hold is checked for hostile texts and keys by the rule. */
export const copy: Transform = {
  name: 'copy',
  summary: { en: 'The value as it is (lists, objects, vendor fields)', zh: '原样复制（列表、对象、扩展字段）' },
  options: optionsSchema({}),
  native: ['text', 'number', 'boolean', 'object', 'list'],
  canonical: 'any',
  toCanonical: (value) => value,
  fromCanonical: (value) => value,
  cases: [
    { native: ['a', 'b'], canonical: ['a', 'b'] },
    { native: { a: 1 }, canonical: { a: 1 } },
  ],
};
