import type { Json, JsonObject } from '@isthmus/json';
import { DANGEROUS_KEYS, FIELD_NAME, fieldOf } from './field-name.js';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform } from './transform.js';

interface Options {
  readonly key: string;
  readonly value?: string;
}

/** A list of objects that one field tells apart ↔ an object keyed by that field: [{ name: colour, value: red }] ↔ { colour: red }. */
export const listObject: Transform<Options> = {
  name: 'list-object',
  summary: {
    en: 'List of objects ↔ object keyed by one of their fields (custom fields, properties)',
    zh: '对象列表 ↔ 以某字段为键的对象（自定义字段、属性）',
  },
  options: optionsSchema(
    {
      key: { ...FIELD_NAME, description: 'Field that tells the objects apart' },
      value: { ...FIELD_NAME, description: 'Field with the value (default: all other fields, as an object)' },
    },
    ['key'],
  ),
  native: ['list'],
  canonical: 'object',
  problemOf: ({ key, value }) =>
    key === value ? { en: 'key and value are two fields', zh: 'key 与 value 须为不同字段' } : undefined,
  loses: ({ value }) =>
    value === undefined
      ? { en: 'the order of the list', zh: '列表的顺序' }
      : { en: 'the order of the list and other fields of its objects', zh: '列表的顺序与对象的其他字段' },
  toCanonical: (list, options, context) => {
    if (!Array.isArray(list) || context.nativeCount > 1) return wrongType('a list of objects', '对象列表');
    const made: JsonObject = {};
    for (const item of list) {
      const refused = add(made, item, options);
      if (refused) return refused;
    }
    return Object.keys(made).length === 0 ? null : made;
  },
  fromCanonical: (object, { key, value }) => {
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return wrongType('an object', '对象');
    const list: JsonObject[] = [];
    // Stored objects have no order of their own; the list needs one that stays.
    for (const name of Object.keys(object).sort()) {
      const held = object[name] as Json;
      if (value !== undefined) list.push({ [key]: name, [value]: held });
      else if (typeof held === 'object' && held !== null && !Array.isArray(held) && !Object.hasOwn(held, key))
        list.push({ [key]: name, ...held });
      else return wrongType('an object of objects', '值为对象的对象');
    }
    return list;
  },
  cases: [
    {
      native: [
        { name: 'colour', value: 'red' },
        { name: 'size', value: 'L' },
      ],
      options: { key: 'name', value: 'value' },
      canonical: { colour: 'red', size: 'L' },
    },
    { native: [{ id: 'a', qty: 1, unit: 'kg' }], options: { key: 'id' }, canonical: { a: { qty: 1, unit: 'kg' } } },
  ],
};

function add(made: JsonObject, item: Json, { key, value }: Options): Refusal | undefined {
  const name = fieldOf(item, key);
  if (typeof name !== 'string' || name === '')
    return wrongType(`objects with a text in "${key}"`, `含文本字段“${key}”的对象`);
  if (DANGEROUS_KEYS.has(name))
    return refuse('mapping.dangerous-key', `the key ${name} is not allowed`, `不允许的键 ${name}`);
  if (Object.hasOwn(made, name))
    return refuse('mapping.repeated-key', `two objects have the same "${key}"`, `有两个对象的“${key}”相同`);
  if (value === undefined) {
    const { [key]: _, ...rest } = item as JsonObject;
    made[name] = rest;
    return undefined;
  }
  const held = fieldOf(item, value) ?? null;
  // A property without a value is a property that is not there.
  if (held !== null && held !== '') made[name] = held;
  return undefined;
}
