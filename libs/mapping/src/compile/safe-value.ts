import type { Json, JsonObject } from '@isthmus/json';
import type { WrongShape } from '../paths/read-path.js';
import { refuse, wrongType, type Refusal } from '../transforms/transform.js';

const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_DEPTH = 32;

const dangerousText = (): Refusal =>
  refuse(
    'mapping.dangerous-text',
    'the text holds NUL or half a character, which most systems cannot store',
    '文本含有 NUL 或不完整字符，多数系统无法保存',
  );

/** Why a value must not travel: texts that no database takes, keys that reach a prototype, bottomless nesting. */
export function unsafe(value: Json, depth = 0): Refusal | undefined {
  if (typeof value === 'string') return isBroken(value) ? dangerousText() : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : wrongType('a finite number', '有限数字');
  if (value === null || typeof value !== 'object') return undefined;
  if (depth > MAX_DEPTH) return refuse('mapping.too-deep', 'the value is nested too deeply', '值嵌套过深');
  return Array.isArray(value) ? unsafeList(value, depth) : unsafeObject(value, depth);
}

const SHORT = 32;

/** NUL or half a surrogate pair. Most values are short, and for them a loop is cheaper than two calls. */
function isBroken(text: string): boolean {
  if (text.length > SHORT) return text.includes('\u0000') || !text.isWellFormed();
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return true;
    if ((unit & 0xf800) === 0xd800) return text.includes('\u0000') || !text.isWellFormed();
  }
  return false;
}

function unsafeList(list: readonly Json[], depth: number): Refusal | undefined {
  for (const item of list) {
    const found = unsafe(item, depth + 1);
    if (found) return found;
  }
  return undefined;
}

function unsafeObject(value: JsonObject, depth: number): Refusal | undefined {
  for (const key of Object.keys(value)) {
    const found = (safeKeys.has(key) ? undefined : unsafeKey(key)) ?? unsafe(value[key] as Json, depth + 1);
    if (found) return found;
  }
  return undefined;
}

// The same few names come with every record.
const MAX_REMEMBERED = 5000;
const safeKeys = new Set<string>();

function unsafeKey(key: string): Refusal | undefined {
  if (DANGEROUS_KEYS.has(key))
    return refuse('mapping.dangerous-key', `the key ${key} is not allowed`, `不允许的键 ${key}`);
  const found = unsafe(key);
  if (found) return found;
  if (key.length <= SHORT && safeKeys.size < MAX_REMEMBERED) safeKeys.add(key);
  return undefined;
}

/** A path met something else than it needs. */
export function wrongShape({ expected }: WrongShape): Refusal {
  return expected === 'list' ? wrongType('a list', '列表') : wrongType('an object', '对象');
}

/** A copy that shares nothing with the original; keys were checked before. */
export function copyJson(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copyJson);
  const copy: { [key: string]: Json } = {};
  for (const key of Object.keys(value)) copy[key] = copyJson(value[key] as Json);
  return copy;
}

/** Nothing there: absent, null, blank text, empty list. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value === '' || (value.charCodeAt(0) <= 32 && value.trim() === '');
  return Array.isArray(value) && value.length === 0;
}
