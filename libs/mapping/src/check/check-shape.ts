import { say } from '../document/finding-factory.js';
import { nativePathsOf, waysOf, type RuleDocument } from '../document/mapping-document.js';
import type { RulePlace } from './check-context.js';

/** Checks that the keys of a rule make sense together; false when the rule cannot be looked at further. */
export function checkShape({ rule, at, findings }: RulePlace): boolean {
  const problem = problemOf(rule);
  if (problem) findings.add({ code: 'mapping.rule-shape', path: at, message: say(...problem) });
  return problem === undefined;
}

function problemOf(rule: RuleDocument): [string, string] | undefined {
  const hasNative = nativePathsOf(rule).length > 0;
  const hasCanonical = rule.canonical !== undefined;
  if (!hasNative && !hasCanonical)
    return ['a rule names a canonical path, a native path, or both', '规则须指定规范路径、原生路径或两者'];
  if (rule.constant !== undefined) return constantProblem(rule, hasNative && hasCanonical);
  if (!hasNative || !hasCanonical) return ['a rule with one path needs a constant', '只有一个路径的规则需要常量'];
  if ((rule.list !== undefined) !== (rule.rules !== undefined))
    return ['list and rules belong together', 'list 与 rules 必须同时出现'];
  if (rule.list && (rule.transform !== undefined || rule.reference || nativePathsOf(rule).length > 1)) {
    return [
      'a list rule has one native path, no transform and no reference',
      '列表规则只有一个原生路径，且不含转换或引用',
    ];
  }
  const ways = waysOf(rule);
  return ways.in || ways.out ? undefined : ['the rule goes neither way', '该规则在两个方向上都不生效'];
}

function constantProblem(rule: RuleDocument, both: boolean): [string, string] | undefined {
  if (both) return ['a constant fills one side: give one path only', '常量只填充一侧：请只写一个路径'];
  if (rule.transform !== undefined || rule.rules || rule.reference)
    return ['a constant takes no transform, reference or rules', '常量不能与转换、引用或子规则同用'];
  const ways = waysOf(rule);
  return ways.in || ways.out ? undefined : ['the direction does not fit the constant’s side', '方向与常量所在一侧不符'];
}
