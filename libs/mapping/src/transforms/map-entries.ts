import type { Json, JsonObject } from '@isthmus/json';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly name?: string;
  readonly value?: string;
}

const FIELD = { type: 'string', pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z][A-Za-z0-9]{0,60}$' };
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/** An object used as a map ({"colour": "red"}) ↔ a list of names and values. */
export const mapEntries: Transform<Options> = {
  name: 'map-entries',
  summary: { en: 'Object used as a map ↔ list of { name, value }', zh: '键值对象 ↔ { name, value } 列表' },
  options: optionsSchema({
    name: { ...FIELD, description: 'Field for the key (default name)' },
    value: { ...FIELD, description: 'Field for the value (default value)' },
  }),
  native: ['object'],
  canonical: 'list',
  loses: () => ({
    en: 'the order of the list, entries without a value and other fields of its objects',
    zh: '列表的顺序、无值的条目与对象的其他字段',
  }),
  toCanonical: (native, { name = 'name', value = 'value' }) => {
    if (typeof native !== 'object' || native === null || Array.isArray(native)) return wrongType('an object', '对象');
    const items: JsonObject[] = [];
    for (const key of Object.keys(native)) {
      const held = native[key] as Json;
      if (held === null || held === '') continue;
      if (typeof held !== 'string') return wrongType('an object of texts', '值为文本的对象');
      items.push({ [name]: key, [value]: held });
    }
    return items.length === 0 ? null : items;
  },
  fromCanonical: (items, { name = 'name', value = 'value' }) => {
    if (!Array.isArray(items)) return wrongType('a list of names and values', '名称与值的列表');
    const native: JsonObject = {};
    for (const item of items) {
      if (typeof item !== 'object' || item === null || Array.isArray(item))
        return wrongType('a list of names and values', '名称与值的列表');
      const [key, held] = [item[name], item[value]];
      if (typeof key !== 'string' || typeof held !== 'string' || DANGEROUS.has(key))
        return wrongType('a list of names and values', '名称与值的列表');
      if (Object.hasOwn(native, key))
        return refuse('mapping.repeated-key', 'two items have the same name', '有两项名称相同');
      native[key] = held;
    }
    return native;
  },
  cases: [
    {
      native: { colour: 'red', size: 'L' },
      canonical: [
        { name: 'colour', value: 'red' },
        { name: 'size', value: 'L' },
      ],
    },
  ],
};
