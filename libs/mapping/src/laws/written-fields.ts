import { readPointer } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';
import type { MappedField } from '../contract.js';
import { pathOf } from '../paths/parse-path.js';
import { patternOf, pointerOf } from '../paths/pointer.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import type { RuleTrace } from '../trace/rule-trace.js';

/** A value that a two-way rule has written, and what is read back at its place. */
export interface ReadBack {
  /** Canonical pointer. */
  readonly path: string;
  readonly wrote: Json;
  readonly read: Json | undefined;
}

/** What the two-way rules of a trace have written, beside what `after`, the body that was read back, holds there. */
export function readBack(
  after: JsonObject,
  rules: readonly RuleTrace[],
  fields: readonly MappedField[],
): readonly ReadBack[] {
  return rules.flatMap(({ canonical, item, input, outcome }) => {
    const [wrote] = input;
    if (canonical === undefined || outcome !== 'wrote' || wrote === undefined) return [];
    const path = pathOf(canonical);
    const pattern = item.source.replaceAll(/\/\d+(?=\/|$)/g, '/*') + patternOf(path);
    // Lists that rules map item by item are compared by their fields.
    if (!fields.some((field) => field.canonical === pattern && field.ways === 'both')) return [];
    const holder = readPointer(after, item.source);
    const read = compileReader(path, { primaryFirst: true })((holder ?? {}) as Json);
    return [{ path: item.source + pointerOf(path), wrote, read: read instanceof WrongShape ? undefined : read }];
  });
}

/** The mapped field that a canonical pointer belongs to; of several the longest. */
export function fieldAt(fields: readonly MappedField[], pointer: string): MappedField | undefined {
  const pattern = pointer.replaceAll(/\/(?:\d+|\[[^/]*)(?=\/|$)/g, '/*');
  const fitting = fields.filter(
    ({ canonical }) =>
      canonical === pattern || pattern.startsWith(`${canonical}/`) || canonical.startsWith(`${pattern}/`),
  );
  return fitting.sort((a, b) => b.canonical.length - a.canonical.length)[0];
}
