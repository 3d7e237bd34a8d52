import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';

/**
 * The base after a write: what the far side now stores in the fields that were written, and the old base everywhere else. A field that a
 * person changed there at the same moment thus still differs from the base, and is found when the hub next reads the row.
 *
 * @param old the base before the write; undefined after a create: then the stored row is the base
 * @param stored the row as the far side holds it now
 * @param changed what was written
 */
export function overlayBase(old: JsonObject | undefined, stored: JsonObject, changed: JsonObject): JsonObject {
  if (old === undefined) return stored;
  const base: JsonObject = { ...old };
  for (const name of Object.keys(changed)) {
    const now = stored[name];
    if (now === undefined) delete base[name];
    else base[name] = overlayValue(old[name], now, changed[name] as Json);
  }
  return base;
}

/**
 * The base after a write during which the source spoke: what it said is newer than the base that the write started from. What was written
 * counts only where the source still held the old value; where it said something else, that stays.
 *
 * @param old the base that the write started from
 * @param held the base as the source has renewed it meanwhile
 * @param written the base as it would stand without that, see `overlayBase`
 * @param changed what was written
 * @returns `isWhole` false = somewhere the source said neither the old value nor the written one, so which came last is not known
 */
export function overlayRenewed(
  old: JsonObject,
  held: JsonObject,
  written: JsonObject,
  changed: JsonObject,
): { readonly base: JsonObject; readonly isWhole: boolean } {
  const base: JsonObject = { ...held };
  let isWhole = true;
  for (const name of Object.keys(changed)) {
    const [before, now, put, part] = [old[name], held[name], written[name], changed[name]];
    if (isObject(before) && isObject(now) && isObject(put) && isObject(part)) {
      const inner = overlayRenewed(before, now, put, part);
      base[name] = inner.base;
      isWhole &&= inner.isWhole;
    } else if (!equalJson(now, before)) isWhole &&= equalJson(now, put);
    else if (put === undefined) delete base[name];
    else base[name] = put;
  }
  return { base, isWhole };
}

function overlayValue(old: Json | undefined, stored: Json, changed: Json): Json {
  return isObject(old) && isObject(stored) && isObject(changed) ? overlayBase(old, stored, changed) : stored;
}

/**
 * What a source is known to hold after it spoke: what it says now, and of what it does not supply this time what it said before. A row that
 * leaves a field out says nothing about it; taken as the base alone it would make a later clearing look like no change.
 *
 * @returns `now` itself when it supplies everything
 */
export function withUnsaid(before: JsonObject, now: JsonObject): JsonObject {
  let whole = now;
  for (const [name, old] of Object.entries(before)) {
    const said = now[name];
    const value = said === undefined ? old : isObject(old) && isObject(said) ? withUnsaid(old, said) : said;
    if (value === said) continue;
    if (whole === now) whole = { ...now };
    whole[name] = value;
  }
  return whole;
}

/** What the far side is assumed to store when it does not tell: the old base with the written fields in it. */
export function assumeStored(old: JsonObject | undefined, changed: JsonObject): JsonObject {
  const row: JsonObject = { ...old };
  for (const [name, value] of Object.entries(changed)) {
    const before = row[name];
    row[name] = isObject(before) && isObject(value) ? assumeStored(before, value) : value;
  }
  return row;
}

/**
 * The parts of `wanted` that differ from `held`, objects member by member, lists as a whole. A member that only `held` has is not touched
 * (patch semantics: what no rule maps stays as it is). Empty result = nothing to write.
 */
export function difference(wanted: JsonObject, held: JsonObject): JsonObject {
  const changed: JsonObject = {};
  for (const [name, value] of Object.entries(wanted)) {
    const part = differenceOf(value, held[name]);
    if (part !== undefined) changed[name] = part;
  }
  return changed;
}

function differenceOf(wanted: Json, held: Json | undefined): Json | undefined {
  if (isObject(wanted) && isObject(held)) {
    const inner = difference(wanted, held);
    return Object.keys(inner).length === 0 ? undefined : inner;
  }
  if (wanted === null && held === undefined) return undefined;
  return JSON.stringify(wanted) === JSON.stringify(held) ? undefined : wanted;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
