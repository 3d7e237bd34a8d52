import type { Json, JsonObject } from '@isthmus/json';
import { entityDefinition, entityNames } from './entities.js';
import type { EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { perEntity } from './per-entity.js';
import { planFields, rewriteFields, visitFields } from './rewrite-body.js';

/** What stands where the model wants a name of somebody who was erased. */
const NOBODY = 'erased';

const planOf = perEntity((name) =>
  planFields(entityDefinition(name).schema, (schema) => schema['x-personal'] === true),
);

/** Whether a record of the entity is somebody: a field that it must have is personal. */
export function isPersonEntity(entity: EntityName): boolean {
  const { properties = {}, required = [] } = entityDefinition(entity).schema;
  return required.some((name) => properties[name]?.['x-personal'] === true);
}

/** Entities whose records may carry personal data of somebody who is another record. */
export function documentEntities(): EntityName[] {
  return entityNames.filter((name) => planOf(name) !== undefined && !isPersonEntity(name));
}

/**
 * The body without its personal fields, and without `extensions`, of which nobody knows what it holds. The same object when there is
 * nothing to take out.
 */
export function withoutPersonal(entity: EntityName, body: Body): Body {
  const plan = planOf(entity);
  const kept = plan ? (rewriteFields(plan, body, () => undefined) as JsonObject) : body;
  if (!('extensions' in kept)) return kept;
  const { extensions: _extensions, ...rest } = kept;
  return rest as Body;
}

/** Texts of the personal fields of a body, each once. */
export function personalTexts(entity: EntityName, body: Body): string[] {
  const plan = planOf(entity);
  const texts = new Set<string>();
  if (plan) visitFields(plan, body, '', (value) => collect(value, texts));
  return [...texts];
}

function collect(value: Json, texts: Set<string>): void {
  if (typeof value === 'string') texts.add(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, texts);
}

/** Names of the top-level fields of an entity in which personal data may stand. */
export function personalMembers(entity: EntityName): string[] {
  return [...(planOf(entity)?.fields ?? []).map(([name]) => name), 'extensions'];
}

/** The least body that the model accepts for a record of this kind: nothing of the body given but what kind of thing it is. */
export function erasedBody(entity: EntityName, body: Body): Body {
  const { properties = {}, required = [] } = entityDefinition(entity).schema;
  const stub: JsonObject = {};
  for (const name of required) {
    const value = body[name];
    if (properties[name]?.['x-personal'] === true) stub[name] = NOBODY;
    else if (value !== undefined && properties[name]?.enum !== undefined) stub[name] = value;
  }
  // The model wants the part that belongs to the kind (person, organization), if only an empty one.
  const { kind } = stub;
  if (typeof kind === 'string' && properties[kind]?.type === 'object') stub[kind] = {};
  return stub;
}
