import { equalJson } from '@isthmus/json';
import type { Json } from '@isthmus/json';
import type { Collision, Resolution } from './three-way-merge.js';

/**
 * Union of two changed sets, against what the source held before: what either side added is in, what the source took out is out, what others
 * took out stays out. Undefined = the values are no sets (lists, or nothing).
 */
export function joinSets({ record, incoming, base }: Collision): Resolution | undefined {
  if (![record, incoming, base].every(isSetOrNothing)) return undefined;
  const [held, said, before] = [itemsOf(record), itemsOf(incoming), itemsOf(base)];
  const kept = held.filter((item) => has(said, item) || !has(before, item));
  const added = said.filter((item) => !has(before, item) && !has(held, item));
  const value = [...kept, ...added];
  if (isSameSet(value, held)) return { chosen: 'record' };
  if (isSameSet(value, said)) return { chosen: 'incoming' };
  return value.length === 0 ? { chosen: 'joined' } : { chosen: 'joined', value };
}

function isSetOrNothing(value: Json | undefined): boolean {
  return value === undefined || Array.isArray(value);
}

function itemsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function has(set: readonly Json[], wanted: Json): boolean {
  return set.some((item) => equalJson(item, wanted));
}

function isSameSet(a: readonly Json[], b: readonly Json[]): boolean {
  return a.every((item) => has(b, item)) && b.every((item) => has(a, item));
}
