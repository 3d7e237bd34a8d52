import { isCelList, isCelMap, type CelInput, type CelValue } from '@bufbuild/cel';
import type { Json, JsonObject } from '@isthmus/json';
import { refuse, wrongType, Refusal } from '../transforms/transform.js';
import { expressionLimits } from './limits.js';
import { payItems, tooLarge } from './meter.js';

// The evaluator knows its lists and maps by these marks. Its own ones copy a whole object at every access; these read one field.
const LIST = Symbol.for('@bufbuild/cel/list');
const MAP = Symbol.for('@bufbuild/cel/map');

/** A JSON object as the evaluator reads it: own fields only; an absent field reads as null, and `has` says whether there is a value. */
class JsonMap {
  readonly [MAP] = true;

  constructor(readonly json: JsonObject) {}

  get size(): number {
    return this.names().length;
  }

  get(key: unknown): CelValue {
    if (typeof key !== 'string' || !Object.hasOwn(this.json, key)) return null;
    return celOf(this.json[key] as Json);
  }

  has(key: unknown): boolean {
    return typeof key === 'string' && Object.hasOwn(this.json, key) && this.json[key] !== null;
  }

  keys(): IterableIterator<string> {
    return this.names().values();
  }

  *entries(): IterableIterator<[string, CelValue]> {
    for (const name of this.names()) yield [name, this.get(name)];
  }

  *values(): IterableIterator<CelValue> {
    for (const name of this.names()) yield this.get(name);
  }

  forEach(call: (value: CelValue, key: string, map: unknown) => void): void {
    for (const name of this.names()) call(this.get(name), name, this);
  }

  [Symbol.iterator](): IterableIterator<[string, CelValue]> {
    return this.entries();
  }

  private names(): string[] {
    const names: string[] = [];
    for (const name in this.json) {
      if (names.length > expressionLimits.list) tooLarge('list');
      if (Object.hasOwn(this.json, name)) names.push(name);
    }
    payItems(names.length);
    return names;
  }
}

/** A JSON list as the evaluator reads it. */
class JsonList {
  readonly [LIST] = true;

  constructor(readonly json: readonly Json[]) {}

  get size(): number {
    return this.json.length;
  }

  get(index: number): CelValue | undefined {
    return Number.isInteger(index) && index >= 0 && index < this.json.length
      ? celOf(this.json[index] as Json)
      : undefined;
  }

  *values(): IterableIterator<CelValue> {
    payItems(this.json.length);
    for (const item of this.json) yield celOf(item);
  }

  [Symbol.iterator](): IterableIterator<CelValue> {
    return this.values();
  }
}

/** A JSON value for an expression; nothing is copied. JSON numbers are CEL doubles. */
export function celOf(value: Json): CelValue {
  if (value === null || typeof value !== 'object') return value;
  return (Array.isArray(value) ? new JsonList(value) : new JsonMap(value)) as unknown as CelValue;
}

/** The same as an input of `plan`. */
export function celInputOf(value: Json): CelInput {
  return celOf(value) as CelInput;
}

/** A list of values that the expression made. */
export function celListOf(items: readonly CelValue[]): CelValue {
  return new MadeList([...items], items.length) as unknown as CelValue;
}

/** One list after another. What macros put together item by item grows in place: earlier ends of it keep their length. */
export function joinLists(a: CelValue, b: CelValue): CelValue {
  const [left, right] = [a as unknown as SizedList, b as unknown as SizedList];
  payItems(right.size);
  if (left.size + right.size > expressionLimits.list) tooLarge('list');
  if (left instanceof MadeList && left.size === left.items.length) {
    for (const item of right) left.items.push(item);
    return new MadeList(left.items, left.items.length) as unknown as CelValue;
  }
  payItems(left.size);
  return celListOf([...left, ...right]);
}

interface SizedList extends Iterable<CelValue> {
  readonly size: number;
}

class MadeList {
  readonly [LIST] = true;

  constructor(
    readonly items: CelValue[],
    readonly size: number,
  ) {}

  get(index: number): CelValue | undefined {
    return index < this.size ? this.items[index] : undefined;
  }

  *values(): IterableIterator<CelValue> {
    for (let index = 0; index < this.size; index += 1) yield this.items[index] as CelValue;
  }

  [Symbol.iterator](): IterableIterator<CelValue> {
    return this.values();
  }
}

interface Account {
  values: number;
  characters: number;
}

/** The result of an expression as JSON, or why it is none. Whole numbers beyond 15 digits, bytes and types are refused. */
export function jsonOf(value: CelValue): Json | Refusal {
  return convert(value, { values: 0, characters: 0 }, 0);
}

function convert(value: CelValue, account: Account, depth: number): Json | Refusal {
  account.values += 1;
  if (account.values > expressionLimits.resultValues || depth > expressionLimits.depth) tooLarge('result');
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return text(value, account);
  if (typeof value === 'number') return number(value);
  if (typeof value === 'bigint')
    return value >= -999_999_999_999_999n && value <= 999_999_999_999_999n ? Number(value) : inexact();
  if (isCelList(value)) return list(value as unknown as Iterable<CelValue>, account, depth);
  if (isCelMap(value)) return object(value as unknown as Iterable<[CelValue, CelValue]>, account, depth);
  return wrongType('a text, number, boolean, list or object as the result', '结果为文本、数字、布尔值、列表或对象');
}

function text(value: string, account: Account): string {
  account.characters += value.length;
  if (account.characters > expressionLimits.resultText) tooLarge('result');
  return value;
}

function number(value: number): Json | Refusal {
  return Number.isFinite(value) ? value : wrongType('a finite number', '有限数字');
}

function inexact(): Refusal {
  return refuse(
    'mapping.expression-inexact',
    'a whole number of more than 15 digits cannot be kept exactly: use string()',
    '超过 15 位的整数无法精确保存：请使用 string()',
  );
}

function list(items: Iterable<CelValue>, account: Account, depth: number): Json | Refusal {
  const made: Json[] = [];
  for (const item of items) {
    const converted = convert(item, account, depth + 1);
    if (converted instanceof Refusal) return converted;
    made.push(converted);
  }
  return made;
}

function object(entries: Iterable<[CelValue, CelValue]>, account: Account, depth: number): Json | Refusal {
  const made: { [key: string]: Json } = {};
  for (const [key, value] of entries) {
    if (typeof key !== 'string') return wrongType('texts as the names of an object', '对象的键为文本');
    if (key === '__proto__' || key === 'constructor' || key === 'prototype')
      return refuse('mapping.dangerous-key', `the key ${key} is not allowed`, `不允许的键 ${key}`);
    text(key, account);
    const converted = convert(value, account, depth + 1);
    if (converted instanceof Refusal) return converted;
    made[key] = converted;
  }
  return made;
}
