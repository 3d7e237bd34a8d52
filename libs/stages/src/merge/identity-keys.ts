import type { IdentityKey } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { EntityFlow } from '../topology/topology.js';

/** What says which keys of an entity count, and how much. */
export type IdentityRules = Pick<EntityFlow, 'definition' | 'match'>;

// A batch asks for the keys of one body several times: to load candidates, to match, to index.
const known = new WeakMap<JsonObject, { readonly rules: IdentityRules; readonly keys: IdentityKey[] }>();

/**
 * Identity keys of a body with the strengths that the flow gives them; kinds that the flow switched off are left out. Numbers that a system
 * gives out itself (`scope: system`) count only where the flow names them: then its admin says that the systems share one numbering.
 * The body must not be changed afterwards.
 */
export function identityKeys(rules: IdentityRules, body: JsonObject): IdentityKey[] {
  const cached = known.get(body);
  if (cached?.rules === rules) return cached.keys;
  const keys = computeKeys(rules, body);
  known.set(body, { rules, keys });
  return keys;
}

function computeKeys(rules: IdentityRules, body: JsonObject): IdentityKey[] {
  return rules.definition.matchKeys(body).flatMap((key) => {
    const strength = rules.match[key.kind] ?? (key.scope === 'hub' ? key.strength : 'off');
    return strength === 'off' ? [] : [{ kind: key.kind, value: key.value, strength }];
  });
}
