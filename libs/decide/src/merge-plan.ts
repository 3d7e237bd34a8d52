/** How a canonical body is merged, derived from the entity's schema: which parts are one value, which merge inside. */
export type MergePlan =
  | { readonly kind: 'value' }
  | { readonly kind: 'object'; readonly properties: ReadonlyMap<string, MergePlan>; readonly others: boolean }
  | { readonly kind: 'list'; readonly key: readonly string[]; readonly item: MergePlan };

type Schema = { readonly [keyword: string]: unknown };

const VALUE: MergePlan = { kind: 'value' };
const ATOMIC_TYPES = new Set(['money', 'quantity', 'rate', 'instant', 'date', 'decimal']);

/**
 * Builds the plan of an entity schema. Money, quantities and references are one value (an amount never mixes with another currency);
 * objects merge by property; arrays with `x-key` merge by that key; other arrays are replaced as a whole (CANONICAL: arrays).
 * Properties marked `x-derived` are left out: they are computed again after every merge.
 */
export function mergePlan(schema: Schema): MergePlan {
  return planOf(schema, schema);
}

function planOf(schema: Schema, root: Schema): MergePlan {
  const target = resolve(schema, root);
  if (isOneValue(schema) || isOneValue(target)) return VALUE;
  const key = schema['x-key'] ?? target['x-key'];
  const items = target['items'];
  if (Array.isArray(key) && isSchema(items)) return { kind: 'list', key: key.map(String), item: planOf(items, root) };
  if (isSchema(target['properties'])) return objectPlan(target, root);
  return isOpenMap(target) ? { kind: 'object', properties: new Map(), others: true } : VALUE;
}

function objectPlan(schema: Schema, root: Schema): MergePlan {
  const properties = new Map<string, MergePlan>();
  for (const [name, property] of Object.entries(schema['properties'] as Schema)) {
    if (isSchema(property) && !isDerived(property, root)) properties.set(name, planOf(property, root));
  }
  return { kind: 'object', properties, others: isOpenMap(schema) };
}

function isDerived(schema: Schema, root: Schema): boolean {
  return schema['x-derived'] === true || resolve(schema, root)['x-derived'] === true;
}

function isOneValue(schema: Schema): boolean {
  return typeof schema['x-ref'] === 'string' || ATOMIC_TYPES.has(String(schema['x-type']));
}

function isOpenMap(schema: Schema): boolean {
  return schema['type'] === 'object' && schema['additionalProperties'] !== false && schema['properties'] === undefined;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function resolve(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  let here: unknown = root;
  for (const segment of reference.slice(2).split('/')) here = isSchema(here) ? here[segment] : undefined;
  return isSchema(here) ? resolve(here, root) : schema;
}
