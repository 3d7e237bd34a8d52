import { equalJson, type Json, type JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment, MapIssue } from '../contract.js';
import { layOver, withoutNulls } from './lay-over.js';

/** A law that a mapping breaks for one row. */
export interface RoundTripProblem {
  /**
   * `get-put`: writing back what was read changes what is read; `stable`: writing the same body twice gives two rows;
   * `refused`: what was read cannot be written back.
   */
  readonly law: 'get-put' | 'stable' | 'refused';
  readonly before: Json;
  readonly after: Json;
  readonly issues: readonly MapIssue[];
}

/**
 * Checks the round trip of one row: read it, write the body back over the row, read again. A row that cannot be read in the first place
 * breaks no law. Used by the tests of shipped mappings with rows generated from the native schema.
 */
export function checkRoundTrip(
  mapping: CompiledMapping,
  row: JsonObject,
  environment: MapEnvironment,
): readonly RoundTripProblem[] {
  const first = mapping.toCanonical(row, environment);
  if (!first.ok) return [];
  const written = mapping.toNative(first.body, environment, () => undefined);
  if (!written.ok) return [{ law: 'refused', before: first.body, after: null, issues: written.issues }];
  const second = mapping.toCanonical(layOver(row, written.row), environment);
  if (!second.ok) return [{ law: 'refused', before: first.body, after: written.row, issues: second.issues }];
  const problems: RoundTripProblem[] = [];
  if (!equalJson(withoutNulls(first.body), withoutNulls(second.body))) {
    problems.push({ law: 'get-put', before: first.body, after: second.body, issues: [] });
  }
  const again = mapping.toNative(second.body, environment, () => undefined);
  if (!again.ok || !equalJson(again.row, written.row)) {
    problems.push({
      law: 'stable',
      before: written.row,
      after: again.ok ? again.row : null,
      issues: again.ok ? [] : again.issues,
    });
  }
  return problems;
}
