import type { IdentityKey } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { EntityFlow } from '../topology/topology.js';

/**
 * Identity keys of a body with the strengths that the flow gives them; kinds that the flow switched off are left out. Numbers that a system
 * gives out itself (`scope: system`) count only where the flow names them: then its admin says that the systems share one numbering.
 */
const known = new WeakMap<JsonObject, { readonly flow: EntityFlow; readonly keys: IdentityKey[] }>();

export function identityKeys(flow: EntityFlow, body: JsonObject): IdentityKey[] {
  const cached = known.get(body);
  if (cached?.flow === flow) return cached.keys;
  const keys = computeKeys(flow, body);
  known.set(body, { flow, keys });
  return keys;
}

function computeKeys(flow: EntityFlow, body: JsonObject): IdentityKey[] {
  return flow.definition.matchKeys(body).flatMap((key) => {
    const strength = flow.match[key.kind] ?? (key.scope === 'hub' ? key.strength : 'off');
    return strength === 'off' ? [] : [{ kind: key.kind, value: key.value, strength }];
  });
}
