import { parseJson } from '@isthmus/json';
import type { Json } from '@isthmus/json';

const HARMLESS = /^(?:-?\d{1,6}(?:\.\d{1,6})?|true|false|\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*|)$/;

/** A stored row as JSON; what is not JSON stays text. */
export function readRaw(raw: string | null): Json {
  if (raw === null) return null;
  try {
    return parseJson(raw);
  } catch {
    return raw;
  }
}

/**
 * A native row with its texts masked. Vendors do not mark what is personal, so every text is taken for it but short numbers, moments and the
 * row's own id: the shape stays readable, the person does not.
 */
export function maskRaw(value: Json, nativeId: string): Json {
  if (typeof value === 'string') return value === nativeId || HARMLESS.test(value) ? value : maskText(value);
  if (typeof value === 'number')
    return Math.abs(value) < 1e7 || String(value) === nativeId ? value : maskText(String(value));
  if (Array.isArray(value)) return value.map((item) => maskRaw(item, nativeId));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskRaw(item, nativeId)]));
}

function maskText(text: string): string {
  const [first = ''] = text;
  return `${first}***`;
}
