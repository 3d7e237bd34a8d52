import { parsePointer, readPointer } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import type { StreamBinding } from './topology.js';

const known = new WeakMap<StreamBinding, readonly string[]>();

/** Canonical pointers that a stream tells but is never told: a document's state there, a number that it gives itself. */
export function readOnlyFields(binding: StreamBinding): readonly string[] {
  const cached = known.get(binding);
  if (cached) return cached;
  const written = new Set(binding.mapping.writes);
  const fields = binding.mapping.reads.filter((pointer) => !pointer.includes('*') && !written.has(pointer));
  known.set(binding, fields);
  return fields;
}

/** Canonical pointers that a stream tells, list items left out. */
export function toldFields(binding: StreamBinding): readonly string[] {
  return binding.mapping.reads.filter((pointer) => !pointer.includes('*'));
}

/** A body with only the given pointers of another; pointers that it holds no value for are left out. */
export function pickFields(body: JsonObject, pointers: readonly string[]): JsonObject {
  const picked: JsonObject = {};
  for (const pointer of pointers) {
    const value = readPointer(body, pointer);
    if (value === undefined || value === null) continue;
    const segments = parsePointer(pointer);
    let here = picked;
    for (const segment of segments.slice(0, -1)) here = (here[segment] ??= {}) as JsonObject;
    here[segments.at(-1) as string] = value;
  }
  return picked;
}
