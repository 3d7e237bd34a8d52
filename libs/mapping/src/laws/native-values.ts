import type { Json, JsonObject } from '@isthmus/json';
import type { Schema } from '../document/schema-lookup.js';
import { jsonTypesOf } from '../document/schema-lookup.js';
import { someDecimal, someId, someText } from './candidate-values.js';
import type { Random } from './random.js';

const MAX_DEPTH = 6;

/**
 * A row by its native schema alone: required fields always, others by chance. `skip` says which paths (dotted, list items as `[]`) the
 * rules fill themselves.
 */
export function rowOfSchema(
  schema: Schema | undefined,
  random: Random,
  skip: (path: string) => boolean,
  path = '',
  depth = 0,
): JsonObject {
  const row: JsonObject = {};
  const required = new Set((schema?.['required'] ?? []) as string[]);
  for (const [name, field] of Object.entries((schema?.['properties'] ?? {}) as { [name: string]: Schema })) {
    const here = path === '' ? name : `${path}.${name}`;
    if (skip(here) || !(required.has(name) || random.chance(0.3))) continue;
    row[name] = nativeValue(field, random, skip, here, depth + 1);
  }
  return row;
}

/** A value of a native field by its schema alone. */
export function nativeValue(
  schema: Schema,
  random: Random,
  skip: (path: string) => boolean = () => false,
  path = '',
  depth = 0,
): Json {
  if (Array.isArray(schema['enum'])) return random.pick(schema['enum'] as Json[]);
  const types = [...(jsonTypesOf(schema) ?? ['string'])];
  const type = depth >= MAX_DEPTH ? 'null' : random.pick(types);
  switch (type) {
    case 'object':
      return rowOfSchema(schema, random, skip, path, depth);
    case 'array':
      return Array.from({ length: random.below(2) }, () =>
        nativeValue((schema['items'] ?? {}) as Schema, random, skip, `${path}[]`, depth + 1),
      );
    case 'integer':
      return 1 + random.below(1000);
    case 'number':
      return Number(someDecimal(random));
    case 'boolean':
      return random.chance(0.5);
    case 'string':
      return random.pick([someText(random), someId(random), someDecimal(random)]);
    default:
      return null;
  }
}
