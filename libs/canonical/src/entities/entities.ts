import { customer } from './customer.js';
import type { EntityDefinition } from './entity-definition.js';
import { location } from './location.js';
import { order } from './order.js';
import { product } from './product.js';
import { stockLevel } from './stock-level.js';

const definitions = { customer, product, location, order, stockLevel } satisfies { [name: string]: EntityDefinition };

/** Name of an entity that the hub keeps records of. */
export type EntityName = keyof typeof definitions;

/** All entities; those that others refer to come first, so that backfills in this order block least. */
export const entityNames = Object.keys(definitions) as readonly EntityName[];

/** True for the name of an entity. */
export function isEntityName(name: string): name is EntityName {
  return Object.hasOwn(definitions, name);
}

/** The definition of an entity. */
export function entityDefinition(name: EntityName): EntityDefinition {
  return definitions[name];
}
