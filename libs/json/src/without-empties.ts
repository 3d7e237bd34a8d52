import type { Json, JsonObject } from './json-types.js';

/** The object without members that hold nothing: null, and objects and lists in which nothing is left. Items of lists stay where they are. */
export function withoutEmpties(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, Json][] => {
      const kept = inside(value);
      return isEmpty(kept) ? [] : [[name, kept]];
    }),
  );
}

function inside(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  return Array.isArray(value) ? value.map(inside) : withoutEmpties(value);
}

function isEmpty(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
