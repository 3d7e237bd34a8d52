import type { IdentityKey } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import type { EntityFlow } from '../topology/topology.js';

/**
 * Identity keys of a body with the strengths that the flow gives them; kinds that the flow switched off are left out. Numbers that a system
 * gives out itself (`scope: system`) count only where the flow names them: then its admin says that the systems share one numbering.
 */
export function identityKeys(flow: EntityFlow, body: JsonObject): IdentityKey[] {
  return flow.definition.matchKeys(body).flatMap((key) => {
    const strength = flow.match[key.kind] ?? (key.scope === 'hub' ? key.strength : 'off');
    return strength === 'off' ? [] : [{ kind: key.kind, value: key.value, strength }];
  });
}
