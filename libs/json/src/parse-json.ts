import type { Json, JsonObject } from './json-types.js';
import { syntaxFault } from './syntax-fault.js';

/** Bounds of a JSON text that comes from outside. */
export interface JsonLimits {
  /** Levels of nesting. @default 64 */
  readonly depth?: number;
  /** Keys of one object. @default 5000 */
  readonly keys?: number;
}

/** Bounds of a JSON text that anybody may send to an open door (FAULTS S04); answers that the hub asked for may be larger. */
export const DOOR_LIMITS: JsonLimits = { depth: 32, keys: 2_000 };

/** Why a JSON text was refused; `path` is a JSON Pointer where the text could be read that far. */
export class JsonError extends Error {
  constructor(
    readonly code:
      | 'json.syntax'
      | 'json.too-deep'
      | 'json.too-many-keys'
      | 'json.dangerous-key'
      | 'json.nul-character'
      | 'json.lone-surrogate',
    message: string,
    readonly path: string = '',
  ) {
    super(message);
    this.name = 'JsonError';
  }
}

// A number token that may not survive a double: sixteen or more digits and dots in a row, or an exponent.
const SUSPICIOUS_NUMBER = /[:,[]\s*-?(?:[\d.]{16}|[\d.]+[eE])|^\s*-?(?:[\d.]{16}|[\d.]+[eE])/;
// Strings are matched whole, so that digits inside them are left alone.
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads JSON without losing a digit: a number that a double cannot hold exactly (19-digit ids, 1e400, long decimals) arrives
 * as its text; all other numbers stay numbers. Refuses what must not come through a door (FAULTS S02, S04, S05): deep nesting,
 * huge objects, keys that reach a prototype, NUL characters, lone surrogates. Of repeated keys the last one counts.
 *
 * @throws JsonError with a stable code, and the path of the offending value
 */
export function parseJson(text: string, limits: JsonLimits = {}): Json {
  const value = parseText(text);
  inspect(value, '', limits.depth ?? 64, limits.keys ?? 5000);
  return value;
}

function parseText(text: string): Json {
  const plain = parseOrThrow(text);
  if (!SUSPICIOUS_NUMBER.test(text)) return plain;
  return parseOrThrow(
    text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') || isExact(token) ? token : `"${token}"`)),
  );
}

function parseOrThrow(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new JsonError('json.syntax', `not valid JSON: ${positionOf(text)}`);
  }
}

/** Line and column of the fault; never the text itself, which may hold personal data. */
function positionOf(text: string): string {
  if (text.trim() === '') return 'the text is empty';
  const { line, column } = syntaxFault(text);
  return `it breaks at line ${line}, column ${column}`;
}

/** True when the token's decimal value survives a round trip through a double. */
function isExact(token: string): boolean {
  const number = Number(token);
  if (!Number.isFinite(number)) return false;
  if (!/[.eE]/.test(token)) return Number.isSafeInteger(number);
  const digits = significantDigits(token);
  return digits.length <= 15 && digits === significantDigits(String(number));
}

function significantDigits(token: string): string {
  return token
    .replace(/[eE].*$/, '')
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
}

function inspect(value: Json, path: string, depthLeft: number, maxKeys: number): void {
  if (typeof value === 'string') return inspectText(value, path);
  if (value === null || typeof value !== 'object') return;
  if (depthLeft <= 0) throw new JsonError('json.too-deep', 'the JSON is nested too deeply', path.slice(0, 200));
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const item = value[index];
      if (item !== null && (typeof item === 'object' || typeof item === 'string')) {
        inspect(item, `${path}/${index}`, depthLeft - 1, maxKeys);
      }
    }
    return;
  }
  inspectObject(value, path, depthLeft, maxKeys);
}

function inspectObject(value: JsonObject, path: string, depthLeft: number, maxKeys: number): void {
  let count = 0;
  for (const key of Object.keys(value)) {
    count += 1;
    if (count > maxKeys) throw new JsonError('json.too-many-keys', `an object has more than ${maxKeys} keys`, path);
    if (DANGEROUS_KEYS.has(key)) throw new JsonError('json.dangerous-key', `the key ${key} is not allowed`, path);
    inspectText(key, path);
    const item = value[key] as Json;
    if (item === null) continue;
    if (typeof item === 'string') inspectText(item, path, key);
    else if (typeof item === 'object') inspect(item, `${path}/${key}`, depthLeft - 1, maxKeys);
  }
}

function inspectText(text: string, path: string, key?: string): void {
  if (text.includes('\u0000')) {
    throw new JsonError(
      'json.nul-character',
      'a text contains the NUL character',
      key === undefined ? path : `${path}/${key}`,
    );
  }
  if (!text.isWellFormed()) {
    throw new JsonError(
      'json.lone-surrogate',
      'a text contains half a character (lone surrogate)',
      key === undefined ? path : `${path}/${key}`,
    );
  }
}
