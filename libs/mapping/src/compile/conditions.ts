import type { Json, JsonObject } from '@isthmus/json';
import { conditionsOf, type Conditions, type RuleDocument } from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, WrongShape } from '../paths/read-path.js';

/** True when all conditions hold on this value. */
export type Holds = (value: JsonObject) => boolean;

/** Compiles `path: value` and `path: [values]`; `null` fits a field that is empty or absent. */
export function compileConditions(conditions: Conditions, primaryFirst: boolean): Holds | undefined {
  const checks = Object.entries(conditions).map(([path, expected]) => {
    const read = compileReader(pathOf(path), { primaryFirst });
    const wanted: readonly Json[] = Array.isArray(expected) ? expected : [expected];
    return (value: JsonObject): boolean => {
      const found = read(value);
      if (found instanceof WrongShape) return false;
      if (Array.isArray(found)) return found.some((item) => wanted.includes(item));
      return wanted.includes(found ?? null);
    };
  });
  if (checks.length === 0) return undefined;
  return (value) => checks.every((check) => check(value));
}

/** Conditions of a rule in one direction. Those of the target's side look at what the rules before have written. */
export interface RuleConditions {
  readonly canonical: Holds | undefined;
  readonly native: Holds | undefined;
}

/** Compiles both sides of a rule's `when`. */
export function ruleConditions(rule: RuleDocument): RuleConditions {
  const { canonical, native } = conditionsOf(rule);
  return { canonical: compileConditions(canonical, true), native: compileConditions(native, false) };
}
