import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { perEntity } from './per-entity.js';
import { planFields, rewriteFields, type FieldPlan } from './rewrite-body.js';

const planOf = perEntity((name) => planFields(entityDefinition(name).schema, (schema) => schema['x-derived'] === true));

const patternsOf = perEntity((name) => {
  const plan = planOf(name);
  return plan ? patterns(plan) : [];
});

function patterns(plan: FieldPlan): string[] {
  if (plan.hit) return [plan.pattern];
  const children = [...(plan.fields ?? []).map(([, child]) => child), ...(plan.items ? [plan.items] : [])];
  return children.flatMap(patterns);
}

/** Pointers (list items as `*`) of the fields that `derive` fills when no source states them. */
export function derivedPointers(entity: EntityName): readonly string[] {
  return patternsOf(entity);
}

/**
 * The body without its derived fields but those that `stated` names, so that the next `derive` computes them from today's inputs and
 * not from yesterday's results. `stated` gets a pointer with `*` for list items: answer true for what the record's sources do state
 * (`reads` of their mappings).
 */
export function withoutDerived(
  entity: EntityName,
  body: Body,
  stated: (pointer: string) => boolean = () => false,
): Body {
  const plan = planOf(entity);
  if (!plan) return body;
  return rewriteFields(plan, body, (value, { pattern }) => (stated(pattern) ? value : undefined)) as Body;
}
