import { asArray, asObject, asText } from '../wire/json.js';
import { namedAssociations } from './associations.js';
import type { Crm } from './crm.js';
import { validationError } from './errors.js';
import { objectType, type AssociationType, type ObjectType } from './object-types.js';

interface Target {
  readonly to: ObjectType;
  readonly toId: string;
  readonly types: AssociationType[];
}

/** What the `associations` of a new record name. Refused when a target does not exist. */
export function inlineTargets(crm: Crm, type: ObjectType, associations: unknown): Target[] {
  return asArray(associations).map((value) => {
    const item = asObject(value);
    const types = namedAssociations(type, item['types']);
    const to = objectType(types[0]?.to ?? '');
    const toId = asText(asObject(item['to'])['id']);
    if (to === undefined || crm.find(to, toId) === undefined)
      throw validationError(`No ${to?.singular ?? 'object'} with id ${toId} exists`);
    return { to, toId, types };
  });
}

/** Links a new record to its targets. */
export function linkTargets(crm: Crm, type: ObjectType, id: string, targets: readonly Target[], at: number): void {
  for (const { to, toId, types } of targets) crm.associations.link(type, id, to, toId, types, at);
}
