import type { Json, JsonObject } from '@isthmus/json';

/** Applies a JSON merge patch (RFC 7396): what is absent stays, `null` takes out, lists are replaced as a whole. */
export function mergePatch(body: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...body };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (isObject(value)) merged[name] = mergePatch(isObject(merged[name]) ? merged[name] : {}, value);
    else merged[name] = value;
  }
  return merged;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
