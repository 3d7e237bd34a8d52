import type { Json, JsonObject } from './json-types.js';

/** The object without its members that are null, at every depth; items of lists stay, whatever they are. */
export function withoutNulls(object: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(object)) if (value !== null) kept[name] = inside(value);
  return kept;
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(inside);
  return value !== null && typeof value === 'object' ? withoutNulls(value) : value;
}
