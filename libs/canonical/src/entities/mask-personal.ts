import type { Json } from '@isthmus/json';
import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { perEntity } from './per-entity.js';
import { planFields, rewriteFields } from './rewrite-body.js';

const planOf = perEntity((name) =>
  planFields(entityDefinition(name).schema, (schema) => schema['x-personal'] === true),
);

/**
 * The body with personal data masked, for logs, lists and exports: the first character and, from eight characters on, the last two stay.
 * `extensions` is masked as a whole, since nobody knows what it holds.
 */
export function maskPersonal(entity: EntityName, body: Body): Body {
  const plan = planOf(entity);
  const masked = plan ? (rewriteFields(plan, body, maskValue) as Body) : body;
  return 'extensions' in masked ? { ...masked, extensions: {} } : masked;
}

function maskValue(value: Json): Json {
  if (typeof value === 'string') return maskText(value);
  return Array.isArray(value) ? value.map(maskValue) : null;
}

function maskText(text: string): string {
  const characters = [...text];
  if (characters.length < 2) return '*';
  const tail = characters.length >= 8 ? characters.slice(-2).join('') : '';
  return `${characters[0]}***${tail}`;
}
