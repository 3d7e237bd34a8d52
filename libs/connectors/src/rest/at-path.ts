import type { Json, JsonObject } from '@isthmus/connector-kit';

const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** Parts of a JSON Pointer (`/a/0/b`) or of a dotted path (`a.0.b`); the empty path is the value itself. */
function partsOf(path: string): string[] {
  const parts = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    : path === ''
      ? []
      : path.split('.');
  if (parts.some((part) => FORBIDDEN.has(part))) throw new TypeError(`the path ${path} is not allowed`);
  return parts;
}

/** The value at a path, or undefined. Reads own members only (FAULTS S02). */
export function readAt(value: Json | undefined, path: string | undefined): Json | undefined {
  let at = value;
  for (const part of partsOf(path ?? '')) {
    if (at === null || at === undefined || typeof at !== 'object') return undefined;
    if (Array.isArray(at)) at = /^\d+$/.test(part) ? at[Number(part)] : undefined;
    else at = Object.hasOwn(at, part) ? at[part] : undefined;
  }
  return at;
}

/** The value at a path as text: texts and numbers, else undefined. */
export function textAt(value: Json | undefined, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const found = readAt(value, path);
  if (typeof found === 'string') return found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

/** The object at a path, or undefined. */
export function objectAt(value: Json | undefined, path: string | undefined): JsonObject | undefined {
  const found = readAt(value, path);
  return found !== null && typeof found === 'object' && !Array.isArray(found) ? found : undefined;
}

/** A copy of an object with one value set; objects on the way are made where they are missing. */
export function withValueAt(target: JsonObject, path: string, value: Json): JsonObject {
  const [head, ...rest] = partsOf(path);
  if (head === undefined) throw new TypeError('a value cannot be set at the empty path');
  if (rest.length === 0) return { ...target, [head]: value };
  const inner = Object.hasOwn(target, head) ? target[head] : undefined;
  const child = inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner : {};
  return { ...target, [head]: withValueAt(child, rest.map(escape).join('/').replace(/^/, '/'), value) };
}

function escape(part: string): string {
  return part.replace(/~/g, '~0').replace(/\//g, '~1');
}
