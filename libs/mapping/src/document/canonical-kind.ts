import type { CanonicalType, NativeType } from '../transforms/transform.js';
import { jsonTypesOf, type Schema } from './schema-lookup.js';

/** What a canonical field holds, by its schema. `number` does not occur in the model. */
export function canonicalTypeOf(schema: Schema): CanonicalType {
  const kind = schema['x-type'];
  if (typeof kind === 'string') return kind as CanonicalType;
  if (schema['x-ref'] !== undefined) return 'reference';
  const types = jsonTypesOf(schema);
  if (types?.has('string')) return 'text';
  if (types?.has('boolean')) return 'boolean';
  if (types?.has('integer')) return 'integer';
  if (types?.has('number')) return 'number';
  if (types?.has('array')) return 'list';
  return types?.has('object') ? 'object' : 'any';
}

/** Words of a closed list. */
export function wordsOf(schema: Schema): ReadonlySet<string> | undefined {
  const words = schema['enum'];
  return Array.isArray(words) && words.every((word) => typeof word === 'string') ? new Set(words) : undefined;
}

/** Native types that a native schema allows; undefined = it does not say. */
export function nativeTypesOf(schema: Schema): ReadonlySet<NativeType> | undefined {
  const types = jsonTypesOf(schema);
  if (!types) return undefined;
  const found = new Set<NativeType>();
  for (const type of types) {
    if (type === 'string') found.add('text');
    if (type === 'number' || type === 'integer') found.add('number');
    if (type === 'boolean') found.add('boolean');
    if (type === 'object') found.add('object');
    if (type === 'array') found.add('list');
  }
  return found.size === 0 ? undefined : found;
}

/** A transform step as used. */
export interface StepUse {
  readonly name: string;
  readonly options:
    | { readonly [name: string]: never }
    | { readonly multiline: true }
    | { readonly case: 'keep'; readonly blanks: 'keep' };
}

/**
 * What a rule without a transform does, by the canonical field: texts are cleaned as the model wants them, moments and days are
 * read in their standard form, lists and objects are copied. Undefined where nobody can know: money, quantities, decimals, rates, references.
 */
export function defaultStep(schema: Schema): StepUse | undefined {
  const type = canonicalTypeOf(schema);
  if (type === 'text') return textStep(schema);
  const name = IMPLIED[type];
  return name === undefined ? undefined : { name, options: {} };
}

const IMPLIED: { readonly [type in CanonicalType]?: string } = {
  boolean: 'boolean',
  integer: 'integer',
  instant: 'instant',
  date: 'date',
  list: 'copy',
  object: 'copy',
  any: 'copy',
};

function textStep(schema: Schema): StepUse {
  if (schema['x-text'] === 'multiline') return { name: 'text', options: { multiline: true } };
  return schema['x-text'] === 'code'
    ? { name: 'code', options: { case: 'keep', blanks: 'keep' } }
    : { name: 'text', options: {} };
}

/** True for values that are one thing and not a structure: money, quantities, references, plain values. */
export function isLeafSchema(schema: Schema): boolean {
  return schema['x-type'] !== undefined || schema['x-ref'] !== undefined || (!schema['properties'] && !schema['items']);
}
