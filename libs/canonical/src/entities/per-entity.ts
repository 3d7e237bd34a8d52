import type { EntityName } from './entities.js';

/** Remembers one value for each entity, made on first use. */
export function perEntity<T>(make: (entity: EntityName) => T): (entity: EntityName) => T {
  const made = new Map<EntityName, T>();
  return (entity) => {
    if (!made.has(entity)) made.set(entity, make(entity));
    return made.get(entity) as T;
  };
}
