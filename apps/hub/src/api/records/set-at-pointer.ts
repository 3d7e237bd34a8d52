import { parsePointer } from '@isthmus/canonical';
import { itemKey, listKeysOf } from '@isthmus/decide';
import type { Json, JsonObject } from '@isthmus/json';

/**
 * A copy of the body with the value at a pointer replaced; items of keyed lists are named by their key. `null` and undefined take the
 * field out. Undefined = the pointer leads nowhere in this body.
 */
export function setAtPointer(
  entity: string,
  body: JsonObject,
  pointer: string,
  value: Json | undefined,
): JsonObject | undefined {
  const segments = parsePointer(pointer);
  const copy = structuredClone(body);
  const keys = listKeysOf(entity);
  let here: Json = copy;
  let pattern = '';
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (Array.isArray(here)) {
      const names: readonly string[] = keys.get(pattern) ?? [];
      const at: number = here.findIndex((item) => itemKey(item, names) === segment);
      if (last) return setItem(here, at, value) ? copy : undefined;
      if (at < 0) return undefined;
      here = here[at] as Json;
      pattern += '/*';
      continue;
    }
    if (here === null || typeof here !== 'object') return undefined;
    pattern += `/${segment}`;
    if (last) {
      if (value === null || value === undefined) delete here[segment];
      else here[segment] = value;
      return copy;
    }
    here[segment] ??= keys.has(pattern) ? [] : {};
    here = here[segment];
  }
  return undefined;
}

function setItem(list: Json[], at: number, value: Json | undefined): boolean {
  const removes = value === null || value === undefined;
  if (removes && at < 0) return false;
  if (removes) list.splice(at, 1);
  else if (at < 0) list.push(value);
  else list[at] = value;
  return true;
}
