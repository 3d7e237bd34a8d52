import { entityDefinition, isEntityName, parsePointer, readPointer } from '@isthmus/canonical';
import { difference } from '@isthmus/decide';
import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import type { MapEnvironment } from '@isthmus/mapping';
import type { StreamBinding } from './topology.js';

/**
 * What has to be written so that the far side holds `row`: compares what we would write now with what we would write for the base, so that
 * formatting alone is never a difference. What the base holds letter by letter is none either: its canonical body lacks the fields that only
 * go out, and those from which expressions make them, so that what we would write for it may be another. Empty = nothing.
 */
export function nativePatch(
  environment: MapEnvironment,
  binding: Pick<StreamBinding, 'mapping' | 'entity'>,
  row: JsonObject,
  base: JsonObject,
): JsonObject {
  const literal = difference(row, base);
  const held = rowForBase(environment, binding, base);
  if (held === 'unreadable') return row;
  return held ? inBoth(difference(row, held), literal) : literal;
}

/** What we would write for a base; undefined = it cannot be said. */
function rowForBase(
  environment: MapEnvironment,
  binding: Pick<StreamBinding, 'mapping' | 'entity'>,
  base: JsonObject,
): JsonObject | 'unreadable' | undefined {
  const held = binding.mapping.toCanonical(base, environment);
  if (!held.ok) return 'unreadable';
  // What follows from other fields was computed for the record; without the same for the base it would always differ.
  const body = isEntityName(binding.entity) ? entityDefinition(binding.entity).derive(held.body) : held.body;
  const row = binding.mapping.toNative(body, environment, () => undefined);
  return row.ok ? row.row : undefined;
}

/**
 * What an earlier write without an answer may have left in the far side: the fields in which it differs from what was delivered before, but
 * for those of which the far side has said something else since. Its own newest word needs no repetition, and could overwrite a newer one.
 *
 * @param tried row of the earlier write
 * @param delivered row of the version that the far side had confirmed before; undefined = not known any more
 * @param base what the far side is known to hold
 */
export function triedPatch(
  environment: MapEnvironment,
  binding: Pick<StreamBinding, 'mapping' | 'entity'>,
  tried: JsonObject,
  delivered: JsonObject | undefined,
  base: JsonObject,
): JsonObject {
  if (!delivered) return nativePatch(environment, binding, tried, base);
  const written = rowForBase(environment, binding, base);
  const held = written === undefined || written === 'unreadable' ? base : written;
  const patch: JsonObject = {};
  for (const pointer of nativeLeaves(difference(tried, delivered))) {
    if (isSameValue(readPointer(held, pointer), readPointer(delivered, pointer)))
      put(patch, pointer, readPointer(tried, pointer) as Json);
  }
  return patch;
}

/** The members of a patch that are in the other one too. */
function inBoth(patch: JsonObject, other: JsonObject): JsonObject {
  const common: JsonObject = {};
  for (const [name, value] of Object.entries(patch)) {
    const counterpart = other[name];
    if (counterpart === undefined) continue;
    const inner = isObject(value) && isObject(counterpart) ? inBoth(value, counterpart) : value;
    if (!isObject(inner) || Object.keys(inner).length > 0) common[name] = inner;
  }
  return common;
}

/** Pointers of the values of a native row; lists are values. */
export function nativeLeaves(row: JsonObject, prefix = ''): string[] {
  return Object.entries(row).flatMap(([name, value]) => {
    const pointer = `${prefix}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return isObject(value) ? nativeLeaves(value, pointer) : [pointer];
  });
}

/**
 * A patch with the fields that a changed mapping writes otherwise, where the row differs from the base as it is stored there. The usual
 * comparison cannot see them: both of its sides are written by the new mapping.
 */
export function withRemapFields(
  patch: JsonObject,
  row: JsonObject,
  base: JsonObject,
  fields: readonly string[],
): JsonObject {
  const added = fields.filter((pointer) => isOwed(readPointer(row, pointer), readPointer(base, pointer)));
  if (added.length === 0) return patch;
  const whole = structuredClone(patch);
  for (const pointer of added) put(whole, pointer, readPointer(row, pointer) as Json);
  return whole;
}

/** A value that a far side held in a field before an undone mapping wrote it. */
export interface RestoredField {
  /** JSON Pointer into the native row. */
  readonly pointer: string;
  /** Absent = there was no such field. */
  readonly was?: Json;
  /** What the undone mapping wrote: only where this still stands is the older value brought back. */
  readonly wrote: Json;
}

/**
 * A native row or patch with the values that an undo brings back: of fields that `row`, which the mapping in use writes, leaves alone, and
 * where the far side still holds what the undone mapping wrote.
 *
 * @param restore each a `RestoredField` as JSON, the oldest first
 */
export function withRestored(
  native: JsonObject,
  row: JsonObject,
  base: JsonObject,
  restore: readonly string[] | null | undefined,
): JsonObject {
  if (!restore || restore.length === 0) return native;
  const values = new Map<string, Json>();
  for (const text of restore) {
    const { pointer, was, wrote } = JSON.parse(text) as unknown as RestoredField;
    if (readPointer(row, pointer) !== undefined) continue;
    const held = values.has(pointer) ? values.get(pointer) : readPointer(base, pointer);
    if (isSameValue(held, wrote)) values.set(pointer, was ?? null);
  }
  if (values.size === 0) return native;
  const whole = structuredClone(native);
  for (const [pointer, value] of values) put(whole, pointer, value);
  return whole;
}

/** Whether two native values are the same; no value and no field are. */
export function isSameValue(one: Json | undefined, other: Json | undefined): boolean {
  return equalJson(one ?? null, other ?? null);
}

/**
 * A patch with the fields that an earlier write without an answer changed, as they are to be now: the base cannot say whether that write
 * took effect.
 *
 * @param tried patch of the earlier write
 */
export function withTriedFields(patch: JsonObject, row: JsonObject, tried: JsonObject): JsonObject {
  const added = nativeLeaves(tried).filter(
    (pointer) => readPointer(patch, pointer) === undefined && readPointer(row, pointer) !== undefined,
  );
  if (added.length === 0) return patch;
  const whole = structuredClone(patch);
  for (const pointer of added) put(whole, pointer, readPointer(row, pointer) as Json);
  return whole;
}

/**
 * Pointers of the fields that one mapping writes otherwise than another did, as far as the far side does not hold them already; without a
 * base all of them.
 */
export function remappedFields(row: JsonObject, rowBefore: JsonObject, base: JsonObject | undefined): string[] {
  const fields = nativeLeaves(difference(row, rowBefore));
  return base ? fields.filter((pointer) => isOwed(readPointer(row, pointer), readPointer(base, pointer))) : fields;
}

function isOwed(wanted: Json | undefined, held: Json | undefined): boolean {
  if (wanted === undefined || (wanted === null && held === undefined)) return false;
  return JSON.stringify(wanted) !== JSON.stringify(held);
}

function put(row: JsonObject, pointer: string, value: Json): void {
  const segments = parsePointer(pointer);
  let here = row;
  for (const segment of segments.slice(0, -1)) {
    const inner = here[segment];
    const next: JsonObject = isObject(inner) ? inner : {};
    here[segment] = next;
    here = next;
  }
  here[segments.at(-1) as string] = value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
