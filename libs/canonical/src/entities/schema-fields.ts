import { joinPointer } from '../pointer.js';
import type { JsonSchema } from '../schemas/schema.js';

/** One field of a schema. */
export interface FieldInfo {
  /** JSON Pointer in which the name `*` stands for every item of a list. */
  readonly pointer: string;
  readonly schema: JsonSchema;
  /** The field must be there when its parent is. */
  readonly required: boolean;
}

/** A list with the fields that tell its items apart. */
export interface ListKey {
  /** JSON Pointer of the list, with `*` for items of outer lists. */
  readonly pointer: string;
  readonly key: readonly string[];
}

/** True for values that are one thing and not a structure to look into: money, quantities, references, plain values. */
export function isLeaf(schema: JsonSchema): boolean {
  return schema['x-type'] !== undefined || schema['x-ref'] !== undefined || (!schema.properties && !schema.items);
}

/**
 * All fields of a schema, parents before children; list items as `*`. Money, quantities and references are one field each.
 */
export function fieldsOf(schema: JsonSchema): FieldInfo[] {
  const fields: FieldInfo[] = [];
  collect(schema, '', fields);
  return fields;
}

function collect(schema: JsonSchema, pointer: string, fields: FieldInfo[]): void {
  if (isLeaf(schema)) return;
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const here = joinPointer(pointer, name);
    fields.push({ pointer: here, schema: child, required: schema.required?.includes(name) ?? false });
    collect(child, here, fields);
  }
  if (schema.items) {
    const here = joinPointer(pointer, '*');
    fields.push({ pointer: here, schema: schema.items, required: true });
    collect(schema.items, here, fields);
  }
}

/** The keyed lists of a schema (`x-key`). */
export function listKeysOf(schema: JsonSchema): ListKey[] {
  return fieldsOf(schema).flatMap(({ pointer, schema: field }) =>
    field['x-key'] ? [{ pointer, key: field['x-key'] }] : [],
  );
}
