import type { Json, JsonObject } from '@isthmus/json';
import {
  conditionsOf,
  type Condition,
  type ConditionTest,
  type Conditions,
  type RuleDocument,
} from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import { isEmpty } from './safe-value.js';

/** True when all conditions hold on this value. */
export type Holds = (value: JsonObject) => boolean;

/**
 * Compiles `path: value`, `path: [values]` and `path: { present | not | startsWith }`; `null` fits a field that is empty or absent. Of a list
 * one item must fit, or none with `not`.
 */
export function compileConditions(conditions: Conditions, primaryFirst: boolean): Holds | undefined {
  const checks = Object.entries(conditions).map(([path, expected]) => {
    const read = compileReader(pathOf(path), { primaryFirst });
    const fits = fitter(expected);
    return (value: JsonObject): boolean => {
      const found = read(value);
      return found instanceof WrongShape ? false : fits(found ?? null);
    };
  });
  if (checks.length === 0) return undefined;
  return (value) => checks.every((check) => check(value));
}

function fitter(expected: Condition): (found: Json) => boolean {
  if (typeof expected !== 'object' || expected === null) return oneOf([expected]);
  if (Array.isArray(expected)) return oneOf(expected as readonly Json[]);
  const { present, not, startsWith } = expected as ConditionTest;
  if (not !== undefined) {
    const fits = oneOf(Array.isArray(not) ? not : [not as Json]);
    return (found) => !fits(found);
  }
  if (startsWith !== undefined) return anyItem((item) => typeof item === 'string' && item.startsWith(startsWith));
  return (found) => isEmpty(found) !== present;
}

function oneOf(wanted: readonly Json[]): (found: Json) => boolean {
  return anyItem((item) => wanted.includes(item));
}

function anyItem(fits: (item: Json) => boolean): (found: Json) => boolean {
  return (found) => (Array.isArray(found) ? found.some(fits) : fits(found));
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
