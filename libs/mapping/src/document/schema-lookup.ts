import type { PathSegment } from '../paths/parse-path.js';

/** A JSON Schema as plain data. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

/** What a schema says of a path. */
export type Lookup =
  | { readonly kind: 'known'; readonly schema: Schema }
  /** The schema says nothing about this place. */
  | { readonly kind: 'open' }
  /** No such field; `closed` = the schema forbids other fields, else it just does not name it. */
  | { readonly kind: 'unknown'; readonly depth: number; readonly names: readonly string[]; readonly closed: boolean }
  /** A list where a field was wanted, or the other way round. */
  | { readonly kind: 'wrong-shape'; readonly depth: number; readonly isList: boolean };

const MAX_REFS = 20;

/** What was found before, by root, start and path: schemas are never changed, and check and compiler ask for each place many times. */
const lookups = new WeakMap<Schema, WeakMap<Schema, WeakMap<readonly PathSegment[], Lookup>>>();

/**
 * Follows a path through a schema, with local `$ref`s and the branches of `allOf`, `anyOf` and `oneOf`. The same arguments give the same
 * object.
 */
export function lookUp(root: Schema, segments: readonly PathSegment[], from: Schema = root): Lookup {
  const ofStart = within(within(lookups, root), from);
  const known = ofStart.get(segments);
  if (known) return known;
  const lookup = follow(root, segments, from);
  ofStart.set(segments, lookup);
  return lookup;
}

function within<Inner extends object>(
  outer: WeakMap<Schema, WeakMap<object, Inner>>,
  key: Schema,
): WeakMap<object, Inner> {
  let inner = outer.get(key);
  if (!inner) outer.set(key, (inner = new WeakMap()));
  return inner;
}

function follow(root: Schema, segments: readonly PathSegment[], from: Schema): Lookup {
  let here: readonly Schema[] = branches(root, from);
  for (const [depth, segment] of segments.entries()) {
    const step = segment.kind === 'key' ? fieldOf(root, here, segment.key, depth) : itemOf(root, here, depth);
    if (!Array.isArray(step)) return step as Lookup;
    here = step as readonly Schema[];
    if (here.length === 0) return { kind: 'open' };
  }
  return here.length === 0 ? { kind: 'open' } : { kind: 'known', schema: joined(here) };
}

/** JSON types that a schema allows; undefined = it does not say. */
export function jsonTypesOf(schema: Schema): ReadonlySet<string> | undefined {
  const types = schema['type'];
  if (typeof types === 'string') return new Set([types]);
  if (Array.isArray(types)) return new Set(types as string[]);
  if (Array.isArray(schema['enum'])) return new Set((schema['enum'] as unknown[]).map(typeOfValue));
  return schema['const'] === undefined ? undefined : new Set([typeOfValue(schema['const'])]);
}

function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const branched = new WeakMap<Schema, WeakMap<Schema, readonly Schema[]>>();

/** A schema with what it refers to and its alternatives. */
function branches(root: Schema, schema: Schema): readonly Schema[] {
  let ofRoot = branched.get(root);
  if (!ofRoot) branched.set(root, (ofRoot = new WeakMap()));
  let all = ofRoot.get(schema);
  if (!all) ofRoot.set(schema, (all = collect(root, schema, MAX_REFS)));
  return all;
}

function collect(root: Schema, schema: Schema, budget: number): Schema[] {
  if (budget <= 0) return [];
  const ref = schema['$ref'];
  const found: Schema[] = typeof ref === 'string' ? collect(root, localRef(root, ref), budget - 1) : [];
  const alternatives = ['allOf', 'anyOf', 'oneOf'].flatMap((word) =>
    Array.isArray(schema[word]) ? (schema[word] as Schema[]) : [],
  );
  for (const alternative of alternatives) found.push(...collect(root, alternative, budget - 1));
  return typeof ref === 'string' && Object.keys(schema).length === 1 ? found : [schema, ...found];
}

function localRef(root: Schema, ref: string): Schema {
  if (!ref.startsWith('#')) return {};
  let here: unknown = root;
  for (const step of ref.slice(1).split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    here = typeof here === 'object' && here !== null && Object.hasOwn(here, name) ? (here as Schema)[name] : undefined;
  }
  return isSchema(here) ? here : {};
}

function fieldOf(root: Schema, here: readonly Schema[], key: string, depth: number): Schema[] | Lookup {
  const found: Schema[] = [];
  for (const schema of here) {
    const child = childOf(schema, key);
    if (child) found.push(...branches(root, child));
  }
  if (found.length > 0) return found;
  const open = here.some((schema) => schema['additionalProperties'] === true);
  const says = here.some(
    (schema) => schema['properties'] !== undefined || schema['additionalProperties'] !== undefined,
  );
  if (says && !open)
    return {
      kind: 'unknown',
      depth,
      names: [...new Set(here.flatMap((schema) => Object.keys(propertiesOf(schema))))],
      closed: here.some((schema) => schema['additionalProperties'] === false),
    };
  const types = jsonTypesOf(joined(here));
  if (types && !types.has('object')) return { kind: 'wrong-shape', depth, isList: types.has('array') };
  return [];
}

function childOf(schema: Schema, key: string): Schema | undefined {
  const properties = propertiesOf(schema);
  if (Object.hasOwn(properties, key)) return properties[key] as Schema;
  const additional = schema['additionalProperties'];
  return isSchema(additional) ? additional : undefined;
}

function propertiesOf(schema: Schema): Schema {
  const properties = schema['properties'];
  return isSchema(properties) ? properties : {};
}

function itemOf(root: Schema, here: readonly Schema[], depth: number): Schema[] | Lookup {
  const found = here.flatMap((schema) => (isSchema(schema['items']) ? branches(root, schema['items']) : []));
  if (found.length > 0) return found;
  const types = jsonTypesOf(joined(here));
  return types && !types.has('array') ? { kind: 'wrong-shape', depth, isList: false } : [];
}

/** One schema for the types and annotations of all branches. */
function joined(schemas: readonly Schema[]): Schema {
  if (schemas.length === 1) return schemas[0] as Schema;
  const types = new Set<string>();
  for (const schema of schemas) for (const type of jsonTypesOf(schema) ?? []) types.add(type);
  return { ...Object.assign({}, ...[...schemas].reverse()), ...(types.size > 0 ? { type: [...types] } : {}) } as Schema;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
