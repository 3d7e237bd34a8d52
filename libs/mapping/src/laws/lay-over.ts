import type { Json, JsonObject } from '@isthmus/json';

/** A native row after a patch: objects field by field, everything else as a whole. Neither argument is changed. */
export function layOver(row: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...row };
  for (const [key, value] of Object.entries(patch)) {
    const before = Object.hasOwn(row, key) ? row[key] : undefined;
    result[key] = isObject(before) && isObject(value) ? layOver(before, value) : value;
  }
  return result;
}

/** The value without nulls: a field that is cleared and a field that was never there are the same record. */
export function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const inner = withoutNulls(child);
    if (inner === null || isVoid(inner)) continue;
    kept[key] = inner;
  }
  return kept;
}

function isVoid(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
