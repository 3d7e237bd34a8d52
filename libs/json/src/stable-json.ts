import { createHash } from 'node:crypto';
import type { Json } from './json-types.js';

/** JSON text with object keys sorted, so that equal values have equal texts. */
export function stableJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${stableJson(value[key] as Json)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the stable JSON text, base64url (43 characters). */
export function contentHash(value: Json): string {
  return createHash('sha256').update(stableJson(value)).digest('base64url');
}
