import type { Ref } from '../refs.js';
import { isNativeRef, isRecordRef } from '../refs.js';
import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { perEntity } from './per-entity.js';
import { planFields, visitFields } from './rewrite-body.js';

/** A reference in a body. */
export interface FoundRef {
  /** JSON Pointer of the reference. */
  readonly path: string;
  /** Entity that it names; may be one without a definition here (`invoice`). */
  readonly entity: string;
  readonly ref: Ref;
}

const planOf = perEntity((name) =>
  planFields(entityDefinition(name).schema, (schema) => schema['x-ref'] !== undefined),
);

/** All references of a body in the order of the schema; anything else in their places is left to `validateBody`. */
export function findRefs(entity: EntityName, body: Body): FoundRef[] {
  const found: FoundRef[] = [];
  const plan = planOf(entity);
  if (!plan) return found;
  visitFields(plan, body, '', (ref, path, { hit }) => {
    if (isRecordRef(ref) || isNativeRef(ref)) found.push({ path, entity: hit?.['x-ref'] ?? '', ref });
  });
  return found;
}
