import { jsonTypesOf, type Schema } from '../document/schema-lookup.js';

const MAX_DEPTH = 8;
const MAX_FIELDS = 5000;

/** A field of a native schema that holds a value of its own. */
export interface NativeField {
  /** Path as mapping documents write it, list items as `[]`: `lineItems[].properties.name`. */
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** The leaves of a native schema, in its order. Local references and branches are left to the schema's own properties. */
export function nativeFieldsOf(schema: Schema): readonly NativeField[] {
  const found: NativeField[] = [];
  collect(schema, '', false, 0, found);
  return found;
}

function collect(schema: Schema, path: string, required: boolean, depth: number, found: NativeField[]): void {
  if (found.length >= MAX_FIELDS || depth > MAX_DEPTH) return;
  const properties = Object.entries((schema['properties'] ?? {}) as { [name: string]: Schema });
  const items = schema['items'] as Schema | undefined;
  const isList = jsonTypesOf(schema)?.has('array') === true && items !== undefined;
  if (isList) return collect(items, `${path}[]`, false, depth + 1, found);
  if (properties.length === 0) {
    if (path !== '') found.push({ path, schema, required });
    return;
  }
  const names = new Set((schema['required'] ?? []) as string[]);
  for (const [name, child] of properties) {
    const step = /^[^.[\]'"]+$/.test(name) ? (path === '' ? name : `.${name}`) : `['${name}']`;
    collect(child, path + step, names.has(name), depth + 1, found);
  }
}
