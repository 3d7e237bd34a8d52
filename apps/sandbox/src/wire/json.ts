/** Any JSON value as it comes off the wire. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** An object of unchecked members. */
export type JsonObject = Record<string, unknown>;

/** The value as an object, or an empty one when it is none. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value as an array, or an empty one when it is none. */
export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text of a string or number; an empty text for anything else. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

const NUMBER_OUTSIDE_TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/** Reads JSON with every number as its own text, so that no digit of an id or an amount is lost. */
export function parseKeepingDigits(text: string): unknown {
  return JSON.parse(text.replace(NUMBER_OUTSIDE_TEXT, (part) => (part.startsWith('"') ? part : `"${part}"`)));
}

const MARK = '\u0001#';

/** A JSON number with exactly these digits, for `writeKeepingDigits`. */
export function numberOf(digits: string): string {
  return MARK + digits;
}

/** Writes JSON in which values of `numberOf` stand as bare numbers. */
export function writeKeepingDigits(value: unknown): string {
  return JSON.stringify(value).replace(/"\\u0001#(-?[0-9.]+)"/g, '$1');
}
