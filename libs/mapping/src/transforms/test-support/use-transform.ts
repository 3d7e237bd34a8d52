import type { Json, JsonObject } from '@isthmus/json';
import { transformByName } from '../catalogue.js';
import { Refusal, type Transform } from '../transform.js';
import { contextWith } from './transform-context.js';

/** A transform of the catalogue. @throws Error when there is none of that name */
export function transformNamed(name: string): Transform {
  const found = transformByName(name);
  if (!found) throw new Error(`no transform ${name}`);
  return found;
}

/** Reads one native value. */
export function read(name: string, value: Json, options: JsonObject = {}, context = contextWith()): Json | Refusal {
  return transformNamed(name).toCanonical(value, options, context);
}

/** Writes one canonical value; undefined when the transform never writes. */
export function write(
  name: string,
  value: Json,
  options: JsonObject = {},
  context = contextWith(),
): Json | Refusal | undefined {
  return transformNamed(name).fromCanonical?.(value, options, context);
}

/** The refusal's code, or `accepted`. */
export function codeOf(value: Json | Refusal | undefined): string {
  return value instanceof Refusal ? value.code : 'accepted';
}
