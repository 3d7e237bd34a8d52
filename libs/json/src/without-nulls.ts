import type { Json, JsonObject } from './json-types.js';

/**
 * The object without its members that are null, at every depth; items of lists stay, whatever they are. What holds no null is shared
 * with the argument, which stays as it was.
 */
export function withoutNulls(object: JsonObject): JsonObject {
  const names = Object.keys(object);
  let kept: JsonObject | undefined;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string;
    const value = object[name] as Json;
    const now = inside(value);
    // Made anew and not by deletion: an object that lost a member is slow to read for everybody after.
    if (!kept && (now === null || now !== value)) kept = firstOf(object, names, index);
    if (kept && now !== null) kept[name] = now;
  }
  return kept ?? object;
}

function firstOf(object: JsonObject, names: readonly string[], count: number): JsonObject {
  const first: JsonObject = {};
  for (let index = 0; index < count; index += 1) first[names[index] as string] = object[names[index] as string] as Json;
  return first;
}

function inside(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? insideList(value) : withoutNulls(value);
}

function insideList(list: Json[]): Json[] {
  let kept = list;
  for (let index = 0; index < list.length; index += 1) {
    const now = inside(list[index] as Json);
    if (now === list[index]) continue;
    if (kept === list) kept = [...list];
    kept[index] = now;
  }
  return kept;
}
