import type { Json, JsonObject } from '@isthmus/json';
import type { Site } from '../compile/site.js';
import type { MappingDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import { Drafts } from '../paths/drafts.js';
import { someKey } from './accepted-values.js';
import { nativeValue, rowOfSchema } from './native-values.js';
import { plansOf, type FieldGroup, type LevelPlan, type ListGroup } from './plan.js';
import { Random } from './random.js';

/** Makes rows and bodies for one mapping. The same seed makes the same. */
export interface Generators {
  /** A native row: what the rules read, mostly as they take it, and other fields of the stream. */
  row(seed: number): JsonObject;
  /** A canonical body: what the rules write. */
  body(seed: number): JsonObject;
}

const PLAN_SEED = 20_261_123;

/** Generators of a document that passed the checker. */
export function generatorsOf(document: MappingDocument, site: Site): Generators {
  const plans = plansOf(document, site, new Random(PLAN_SEED));
  const mapped = new Set(pathsOf(plans.native, ''));
  const skip = (path: string): boolean => mapped.has(path);
  return {
    row: (seed) => {
      const random = new Random(seed);
      const row = site.nativeRoot ? rowOfSchema(site.nativeRoot as Schema, random, skip) : {};
      fill(row, plans.native, random, random.chance(0.1) ? 0.2 : 0);
      return row;
    },
    body: (seed) => {
      const body: JsonObject = {};
      fill(body, plans.canonical, new Random(seed), 0, true);
      return body;
    },
  };
}

/** Dotted paths that the rules fill, and lists as wholes. */
function pathsOf(plan: LevelPlan, prefix: string): string[] {
  return [
    ...plan.fields.flatMap(({ paths }) => paths.map((path) => prefix + path.replace(/\[.*$/, ''))),
    ...plan.lists.map(({ path }) => prefix + path),
  ];
}

/** `wild` = share of fields that hold anything at all; `canonical` bodies hold no empties. */
function fill(target: JsonObject, plan: LevelPlan, random: Random, wild: number, canonical = false): void {
  const drafts = new Drafts();
  for (const group of plan.fields) fillGroup(target, group, random, wild, canonical, drafts);
  for (const list of plan.lists) fillList(target, list, random, wild, canonical, drafts);
  drafts.settle();
}

function fillGroup(
  target: JsonObject,
  { writers, values, asked, required }: FieldGroup,
  random: Random,
  wild: number,
  canonical: boolean,
  drafts: Drafts,
): void {
  const chance = random.next();
  // A condition must also be seen not to hold.
  if (!required && chance < (asked ? 0.3 : 0.12)) return;
  const empty = chance > 0.92 && !asked && !required;
  if (canonical && (empty || values.length === 0)) return;
  const chosen = values.length > 0 && !empty ? random.pick(values) : [];
  for (const [index, write] of writers.entries()) {
    const value: Json = random.chance(wild) ? nativeValue({}, random) : (chosen[index] ?? null);
    write(target, structuredClone(value), drafts, true);
  }
}

function fillList(
  target: JsonObject,
  { write, key, items }: ListGroup,
  random: Random,
  wild: number,
  canonical: boolean,
  drafts: Drafts,
): void {
  if (!canonical && random.chance(0.05)) return;
  const keys = new Set<unknown>();
  const list: JsonObject[] = [];
  for (let index = random.below(4) + (canonical ? 1 : 0); index > 0; index -= 1) {
    const item: JsonObject = {};
    fill(item, items, random, wild, canonical);
    if (key !== undefined) giveKey(item, key, keys, random, index, items);
    list.push(item);
  }
  write(target, list, drafts, true);
}

/** Items need keys of their own: one that the key's rules take, or a made-up one. */
function giveKey(
  item: JsonObject,
  key: NonNullable<ListGroup['key']>,
  taken: Set<unknown>,
  random: Random,
  index: number,
  plan: LevelPlan,
): void {
  const group = plan.fields.find(({ paths }) => paths.length === 1 && paths[0] === key.path);
  const values = key.values ?? group?.values.map(([value]) => value as Json) ?? [];
  const free = values.filter((one) => !taken.has(comparable(one)));
  const value = free.length > 0 ? random.pick(free) : someKey(random, index);
  taken.add(comparable(value));
  key.write(item, value, new Drafts(), true);
}

/** Keys that differ in case or blanks only may come to be the same. */
function comparable(value: Json): string {
  return JSON.stringify(value).replaceAll(/["\s]/g, '').toUpperCase();
}
