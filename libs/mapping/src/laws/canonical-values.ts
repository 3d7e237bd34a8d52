import type { Json, JsonObject } from '@isthmus/json';
import { canonicalTypeOf, wordsOf } from '../document/canonical-kind.js';
import type { Schema } from '../document/schema-lookup.js';
import type { CanonicalType } from '../transforms/transform.js';
import { someDecimal, someId, someMoment, someText, someUuid } from './candidate-values.js';
import type { Random } from './random.js';

const MAX_DEPTH = 5;
const CURRENCIES = ['CNY', 'CNY', 'CNY', 'USD', 'JPY'];
const UNITS = ['C62', 'C62', 'KGM', 'XCT', 'H87'];
const BY_PATTERN: readonly string[] = ['CNY', 'CN', 'C62', '330106', '1990-05-17', '0.5', 'K8', 'zh-CN'];

type Make = (random: Random, schema: Schema, depth: number) => Json;

const MAKERS: { readonly [type in CanonicalType]: Make } = {
  money: (random) => amountIn(random),
  quantity: (random) => ({ value: plain(someDecimal(random)), unit: random.pick(UNITS) }),
  rate: (random) => random.pick(['0', '0.13', '0.09', '0.06', '0.035', '1']),
  decimal: (random) => plain(someDecimal(random)),
  instant: (random) => someMoment(random),
  date: (random) => someMoment(random).slice(0, 10),
  reference: (random) => ({ id: someUuid(random) }),
  boolean: (random) => random.chance(0.5),
  integer: (random) => 1 + random.below(1000),
  number: (random) => random.below(1000),
  list: (random, schema, depth) => someList(schema, random, depth),
  object: (random, schema, depth) => someObject(schema, random, depth),
  text: (random, schema) => textOf(schema, random),
  any: (random) => someText(random),
};

/** A value that fits a field of the canonical model, in its normal form. */
export function canonicalValue(schema: Schema, random: Random, depth = 0): Json {
  const words = wordsOf(schema);
  return words ? random.pick([...words]) : MAKERS[canonicalTypeOf(schema)](random, schema, depth);
}

function amountIn(random: Random): JsonObject {
  const currency = random.pick(CURRENCIES);
  const fen = random.below(10_000_000);
  const amount = currency === 'JPY' ? String(fen) : `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
  return { amount, currency };
}

function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

function textOf(schema: Schema, random: Random): string {
  const pattern = schema['pattern'];
  if (typeof pattern === 'string') {
    const matcher = new RegExp(pattern);
    return random.pick([...BY_PATTERN.filter((text) => matcher.test(text)), '0']);
  }
  const text = schema['x-text'] === 'code' ? someId(random).toUpperCase() : someText(random);
  return text.slice(0, Number(schema['maxLength'] ?? 500)).trim();
}

function someList(schema: Schema, random: Random, depth: number): Json[] {
  const items = schema['items'];
  if (depth >= MAX_DEPTH || typeof items !== 'object' || items === null) return [];
  return Array.from({ length: 1 + random.below(2) }, () => canonicalValue(items as Schema, random, depth + 1));
}

function someObject(schema: Schema, random: Random, depth: number): JsonObject {
  const made: JsonObject = {};
  if (depth >= MAX_DEPTH) return made;
  const required = new Set((schema['required'] ?? []) as string[]);
  for (const [name, field] of Object.entries((schema['properties'] ?? {}) as { [name: string]: Schema })) {
    if (required.has(name) || random.chance(0.5)) made[name] = canonicalValue(field, random, depth + 1);
  }
  return made;
}
