import { parsePointer } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';
import { itemKey, listKeysOf } from './body-differences.js';
import type { BodyDifference } from './body-differences.js';

/** A body after changes that were found between two others. */
export interface AppliedDifferences {
  readonly body: JsonObject;
  readonly applied: readonly BodyDifference[];
  /** Changes that have no place here: they are inside something that this body does not hold. */
  readonly misplaced: readonly BodyDifference[];
}

/** Makes in one body the changes that were found between two others of its entity; items of keyed lists are named by their key. */
export function applyDifferences(
  entity: string,
  body: JsonObject,
  differences: readonly BodyDifference[],
): AppliedDifferences {
  const copy = structuredClone(body);
  const keys = listKeysOf(entity);
  const misplaced: BodyDifference[] = [];
  const applied: BodyDifference[] = [];
  for (const difference of differences) {
    const done = change(keys, copy, '', parsePointer(difference.pointer), difference.after);
    (done ? applied : misplaced).push(difference);
  }
  return { body: copy, applied, misplaced };
}

type Keys = ReturnType<typeof listKeysOf>;

function change(
  keys: Keys,
  here: Json | undefined,
  pattern: string,
  segments: readonly string[],
  value: Json | undefined,
): boolean {
  const [segment, ...rest] = segments;
  if (segment === undefined || here === null || typeof here !== 'object') return false;
  if (Array.isArray(here)) return changeItem(keys, here, pattern, [segment, ...rest], value);
  const inner = `${pattern}/${segment}`;
  if (rest.length > 0) {
    if (value === undefined && here[segment] === undefined) return true;
    here[segment] ??= keys.has(inner) ? [] : {};
    return change(keys, here[segment], inner, rest, value);
  }
  if (value === undefined) delete here[segment];
  else here[segment] = value;
  return true;
}

function changeItem(
  keys: Keys,
  list: Json[],
  pattern: string,
  [key = '', ...rest]: readonly string[],
  value: Json | undefined,
): boolean {
  const names = keys.get(pattern) ?? [];
  const at = list.findIndex((item) => itemKey(item, names) === key);
  if (rest.length > 0) return at >= 0 && change(keys, list[at], `${pattern}/*`, rest, value);
  if (value === undefined) {
    if (at >= 0) list.splice(at, 1);
  } else if (at < 0) list.push(value);
  else list[at] = value;
  return true;
}

/** The value at a pointer in which items of keyed lists are named by their key; undefined = the body holds nothing there. */
export function valueAt(entity: string, body: JsonObject, pointer: string): Json | undefined {
  const keys = listKeysOf(entity);
  let here: Json | undefined = body;
  let pattern = '';
  for (const segment of parsePointer(pointer)) {
    if (here === null || typeof here !== 'object') return undefined;
    if (Array.isArray(here)) {
      const names: readonly string[] = keys.get(pattern) ?? [];
      const items: readonly Json[] = here;
      here = items.find((item) => itemKey(item, names) === segment);
      pattern += '/*';
    } else {
      here = Object.hasOwn(here, segment) ? here[segment] : undefined;
      pattern += `/${segment}`;
    }
  }
  return here;
}
