import type { Json, JsonObject } from '@isthmus/json';
import { joinPointer } from '../pointer.js';
import type { JsonSchema } from '../schemas/schema.js';
import { isLeaf } from './schema-fields.js';

/** The part of a schema that leads to the fields somebody is interested in. */
export interface FieldPlan {
  /** Set on a field of interest; the plan ends there. */
  readonly hit?: JsonSchema;
  /** Pointer of the field, with `*` for list items. */
  readonly pattern: string;
  readonly fields?: readonly (readonly [name: string, plan: FieldPlan])[];
  readonly items?: FieldPlan;
}

/** The plan of the fields that `select` picks; undefined when there are none. Made once per schema. */
export function planFields(
  schema: JsonSchema,
  select: (schema: JsonSchema) => boolean,
  pattern = '',
): FieldPlan | undefined {
  if (select(schema)) return { hit: schema, pattern };
  if (isLeaf(schema)) return undefined;
  if (schema.items) {
    const items = planFields(schema.items, select, joinPointer(pattern, '*'));
    return items && { pattern, items };
  }
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const plan = planFields(child, select, joinPointer(pattern, name));
    return plan ? [[name, plan] as const] : [];
  });
  return fields.length > 0 ? { pattern, fields } : undefined;
}

/** Calls `visit` for every planned field that the value holds. Parts that are not shaped as the schema says are skipped. */
export function visitFields(
  plan: FieldPlan,
  value: Json,
  pointer: string,
  visit: (value: Json, pointer: string, plan: FieldPlan) => void,
): void {
  if (plan.hit) return visit(value, pointer, plan);
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    if (!plan.items) return;
    for (let index = 0; index < value.length; index += 1)
      visitFields(plan.items, value[index] as Json, `${pointer}/${index}`, visit);
    return;
  }
  for (const [name, child] of plan.fields ?? []) {
    const item = value[name];
    if (item !== undefined) visitFields(child, item, `${pointer}/${name}`, visit);
  }
}

/** New value of a planned field; undefined takes the field out. */
export type Rewrite = (value: Json, plan: FieldPlan) => Json | undefined;

/** The value with its planned fields rewritten. What does not change is shared with the argument, which stays as it was. */
export function rewriteFields(plan: FieldPlan, value: Json, rewrite: Rewrite): Json | undefined {
  if (plan.hit) return rewrite(value, plan);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return plan.items ? rewriteItems(plan.items, value, rewrite) : value;
  return rewriteMembers(plan, value, rewrite);
}

function rewriteItems(plan: FieldPlan, items: Json[], rewrite: Rewrite): Json[] {
  let changed = false;
  const rewritten = items.flatMap((item) => {
    const now = rewriteFields(plan, item, rewrite);
    changed ||= now !== item;
    return now === undefined ? [] : [now];
  });
  return changed ? rewritten : items;
}

function rewriteMembers(plan: FieldPlan, value: JsonObject, rewrite: Rewrite): JsonObject {
  let result = value;
  for (const [name, child] of plan.fields ?? []) {
    const item = value[name];
    if (item === undefined) continue;
    const now = rewriteFields(child, item, rewrite);
    if (now === item) continue;
    if (result === value) result = Object.assign({}, value);
    if (now === undefined) delete result[name];
    else result[name] = now;
  }
  return result;
}
