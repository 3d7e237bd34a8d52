import { entityDefinition, isEntityName } from '@isthmus/canonical';
import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';

/** A field in which two bodies differ; a side that holds nothing there is absent. */
export interface BodyDifference {
  /** JSON Pointer; list items by their key, as in provenance and conflicts. */
  readonly pointer: string;
  readonly before?: Json;
  readonly after?: Json;
}

type ListKeys = ReadonlyMap<string, readonly string[]>;

/** The fields in which two versions of a body differ; items of keyed lists are named by their key, as everywhere in the hub. */
export function bodyDifferences(entity: string, before: JsonObject, after: JsonObject): BodyDifference[] {
  const found: BodyDifference[] = [];
  compare(listKeysOf(entity), found, '', '', before, after);
  return found;
}

/** List pointers (items as `*`) → names of the fields that tell items apart. */
export function listKeysOf(entity: string): ListKeys {
  if (!isEntityName(entity)) return new Map();
  return new Map(entityDefinition(entity).listKeys.map(({ pointer, key }) => [pointer, key]));
}

/** A pointer with `*` for the keys of list items, so that the same field of many records counts as one. */
export function pointerPattern(entity: string, pointer: string): string {
  const keys = listKeysOf(entity);
  let pattern = '';
  for (const segment of pointer.split('/').slice(1)) pattern += keys.has(pattern) ? '/*' : `/${segment}`;
  return pattern;
}

/** Key of a list item as it stands in pointers. */
export function itemKey(item: Json, names: readonly string[]): string {
  const fields = isObject(item) ? names.map((name) => item[name]) : [item];
  return fields
    .map((value) =>
      value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value),
    )
    .join('|');
}

/** The items of a keyed list by their key. */
export function itemsByKey(names: readonly string[], items: readonly Json[]): Map<string, Json> {
  return new Map(items.map((item) => [itemKey(item, names), item]));
}

function compare(
  keys: ListKeys,
  found: BodyDifference[],
  pointer: string,
  pattern: string,
  before: Json | undefined,
  after: Json | undefined,
): void {
  if (equalJson(before, after)) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(keys, found, `${pointer}/${escape(name)}`, `${pattern}/${escape(name)}`, before[name], after[name]);
    }
    return;
  }
  const names = keys.get(pattern);
  if (names && Array.isArray(before) && Array.isArray(after))
    return compareLists(keys, found, pointer, pattern, names, before, after);
  found.push({ pointer, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
}

function compareLists(
  keys: ListKeys,
  found: BodyDifference[],
  pointer: string,
  pattern: string,
  names: readonly string[],
  before: Json[],
  after: Json[],
): void {
  const old = new Map(before.map((item) => [itemKey(item, names), item]));
  const now = new Map(after.map((item) => [itemKey(item, names), item]));
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    compare(keys, found, `${pointer}/${escape(key)}`, `${pattern}/*`, old.get(key), now.get(key));
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
