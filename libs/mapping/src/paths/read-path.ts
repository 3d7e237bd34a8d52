import type { Json, JsonObject } from '@isthmus/json';
import type { Path, PathSegment, SelectorCondition } from './parse-path.js';

/** A step of a path met something that is neither object nor list where one was needed. */
export class WrongShape {
  constructor(
    /** Steps of the path that could be taken. */
    readonly depth: number,
    readonly expected: 'object' | 'list',
  ) {}
}

/**
 * Reads own properties only. `undefined` = the source does not hold the field at all; `null` = it holds it, or a parent of it, empty.
 */
export type PathReader = (source: Json) => Json | undefined | WrongShape;

type Found = Json | undefined | WrongShape;
type StepReader = (value: Json) => Found;

/** How a reader chooses among several items that fit a selector. */
export interface ReadOptions {
  /** Items marked `isPrimary` or `isDefault` come first (canonical lists). @default false */
  readonly primaryFirst?: boolean;
}

/** Compiles a path to a reader. */
export function compileReader(path: Path, options: ReadOptions = {}): PathReader {
  const segments = path.segments;
  const [first, second] = segments;
  if (segments.length === 1 && first?.kind === 'key') return keyReader(first.key, 0);
  if (segments.length === 2 && first?.kind === 'key' && second?.kind === 'key')
    return twoKeyReader(first.key, second.key);
  return stepsReader(segments.map((segment, depth) => stepReader(segment, depth, options.primaryFirst === true)));
}

function keyReader(key: string, depth: number): StepReader {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new WrongShape(depth, 'object');
    return Object.hasOwn(value, key) ? value[key] : undefined;
  };
}

function twoKeyReader(first: string, second: string): PathReader {
  return (source) => {
    if (typeof source !== 'object' || source === null || Array.isArray(source)) return new WrongShape(0, 'object');
    const parent = Object.hasOwn(source, first) ? source[first] : undefined;
    if (parent === undefined || parent === null) return parent;
    if (typeof parent !== 'object' || Array.isArray(parent)) return new WrongShape(1, 'object');
    return Object.hasOwn(parent, second) ? parent[second] : undefined;
  };
}

function stepsReader(steps: readonly StepReader[]): PathReader {
  return (source) => {
    let value: Found = source;
    for (let index = 0; index < steps.length; index += 1) {
      value = (steps[index] as StepReader)(value as Json);
      if (value === undefined || value === null || value instanceof WrongShape) return value;
    }
    return value;
  };
}

function stepReader(segment: PathSegment, depth: number, primaryFirst: boolean): StepReader {
  if (segment.kind === 'key') return keyReader(segment.key, depth);
  if (segment.kind === 'index') {
    const { index } = segment;
    // A list that is there and too short holds nothing at this place: empty, not absent.
    return (value) => (Array.isArray(value) ? (value[index] ?? null) : new WrongShape(depth, 'list'));
  }
  const { where, nth } = segment;
  return (value) =>
    Array.isArray(value) ? (nthMatch(value, where, nth, primaryFirst) ?? null) : new WrongShape(depth, 'list');
}

/** The nth item that fits, those marked primary or default first when asked for. */
export function nthMatch(
  items: readonly Json[],
  where: readonly SelectorCondition[],
  nth: number,
  primaryFirst: boolean,
): JsonObject | undefined {
  if (nth === 0) return firstMatch(items, where, primaryFirst);
  const fitting = items.filter((item): item is JsonObject => fits(item, where));
  if (!primaryFirst) return fitting[nth];
  return [...fitting.filter(isPreferred), ...fitting.filter((item) => !isPreferred(item))][nth];
}

function firstMatch(
  items: readonly Json[],
  where: readonly SelectorCondition[],
  primaryFirst: boolean,
): JsonObject | undefined {
  let first: JsonObject | undefined;
  for (const item of items) {
    if (!fits(item, where)) continue;
    if (!primaryFirst || isPreferred(item)) return item;
    first ??= item;
  }
  return first;
}

function isPreferred(item: JsonObject): boolean {
  return (
    (Object.hasOwn(item, 'isPrimary') && item['isPrimary'] === true) ||
    (Object.hasOwn(item, 'isDefault') && item['isDefault'] === true)
  );
}

/** True when the item is an object and every condition holds; `1` and `"1"` count as the same code. */
export function fits(item: Json | undefined, where: readonly SelectorCondition[]): item is JsonObject {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return false;
  for (const { key, value } of where) {
    if (!Object.hasOwn(item, key)) return false;
    const own = item[key];
    if (own === value) continue;
    if (own === null || typeof own === 'object' || String(own) !== String(value)) return false;
  }
  return true;
}
