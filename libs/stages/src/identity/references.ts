import { entityDefinition, entityNames, fieldsOf, findRefs, parsePointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { bodyDifferences } from '@isthmus/decide';
import type { Json, JsonObject } from '@isthmus/json';
import { findReferrers } from '@isthmus/ledger';
import type { Sql } from '@isthmus/ledger';

/** Where a record remembers what was merged into it: the one reference that must keep leading to a merged record. */
export const MEMORY = 'mergedFromIds';

/** An entity whose records may refer to another's, and the pointers at which they do. */
export interface ReferringEntity {
  readonly entity: EntityName;
  /** JSON Pointers, list items as `*`. */
  readonly pointers: readonly string[];
}

/** Who may refer to records of an entity. */
export function referringEntities(entity: string): ReferringEntity[] {
  return entityNames.flatMap((name) => {
    const pointers = fieldsOf(entityDefinition(name).schema).flatMap(({ pointer, schema }) =>
      schema['x-ref'] === entity && !pointer.startsWith(`/${MEMORY}`) ? [pointer] : [],
    );
    return pointers.length === 0 ? [] : [{ entity: name, pointers }];
  });
}

/** Ids of records that refer to one of the given, per entity. `since` = only what changed from then on. */
export async function scanReferrers(
  sql: Sql,
  entity: string,
  recordId: string,
  since?: Date,
): Promise<Map<EntityName, Set<string>>> {
  const found = new Map<EntityName, Set<string>>();
  for (const { entity: name, pointers } of referringEntities(entity)) {
    const documents = pointers.map((pointer) => documentOf(parsePointer(pointer), { id: recordId }));
    found.set(name, new Set(await findReferrers(sql, name, documents, since)));
  }
  return found;
}

function documentOf([segment, ...rest]: readonly string[], value: JsonObject): JsonObject {
  if (segment === undefined) return value;
  const inner = rest[0] === '*' ? [documentOf(rest.slice(1), value)] : documentOf(rest, value);
  return { [segment]: inner };
}

/** A body with its references to one record led to another; the same body when there are none. */
export function redirectRefs(entity: EntityName, body: JsonObject, targets: ReadonlyMap<string, string>): JsonObject {
  const hits = findRefs(entity, body).filter(
    ({ path, ref }) => 'id' in ref && targets.has(ref.id) && !path.startsWith(`/${MEMORY}`),
  );
  if (hits.length === 0) return body;
  const copy = structuredClone(body);
  for (const { path, ref } of hits) if ('id' in ref) setId(copy, path, targets.get(ref.id) ?? ref.id);
  return copy;
}

function setId(body: JsonObject, pointer: string, id: string): void {
  let here: Json | undefined = body;
  for (const segment of parsePointer(pointer)) here = (here as { [name: string]: Json } | undefined)?.[segment];
  if (here !== null && typeof here === 'object' && !Array.isArray(here)) here['id'] = id;
}

/** Takes out references of a record to itself, which merging a parent with its child would make. */
export function withoutSelfRefs(entity: EntityName, body: JsonObject, ownId: string): JsonObject {
  const own = findRefs(entity, body).filter(
    ({ path, ref }) => 'id' in ref && ref.id === ownId && parsePointer(path).length === 1,
  );
  if (own.length === 0) return body;
  const names = new Set(own.flatMap(({ path }) => parsePointer(path)));
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)));
}

/** Pointers, list items by their key, at which a redirected body differs. */
export function redirectedPointers(entity: EntityName, before: JsonObject, after: JsonObject): string[] {
  return bodyDifferences(entity, before, after).map(({ pointer }) => pointer.replace(/\/id$/, ''));
}
