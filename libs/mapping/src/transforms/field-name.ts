import type { Json } from '@isthmus/json';

/** Schema of a field's name in options: nothing that reaches a prototype. */
export const FIELD_NAME = {
  type: 'string',
  pattern: '^(?!(?:__proto__|constructor|prototype)$)[A-Za-z_][A-Za-z0-9_]{0,60}$',
};

/** Keys that reach a prototype. */
export const DANGEROUS_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** An own field of an object; undefined for anything else. */
export function fieldOf(value: Json, field: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, field) ? value[field] : undefined;
}
