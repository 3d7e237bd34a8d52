import { locationSchema } from '../schemas/location.js';
import { comparableCode } from '../values/text.js';
import { defineEntity, type Body, type MatchKey } from './entity-definition.js';
import { textAt } from './read-body.js';

/** Location: where stock lies or is sold. */
export const location = defineEntity({ name: 'location', schema: locationSchema, matchKeys });

function matchKeys(body: Body): MatchKey[] {
  const code = textAt(body, 'code');
  const gln = textAt(body, 'gln');
  return [
    ...(code ? [{ kind: 'locationCode', value: comparableCode(code), strength: 'strong', scope: 'hub' } as const] : []),
    ...(gln ? [{ kind: 'gln', value: gln, strength: 'strong', scope: 'hub' } as const] : []),
  ];
}
