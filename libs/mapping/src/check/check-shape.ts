import { say } from '../document/finding-factory.js';
import { nativePathsOf, waysOf, type RuleDocument } from '../document/mapping-document.js';
import type { RulePlace } from './check-context.js';

/** Checks that the keys of a rule make sense together; false when the rule cannot be looked at further. */
export function checkShape({ rule, at, findings }: RulePlace): boolean {
  if (rule.expression !== undefined && !hasOneWay(rule)) {
    findings.add({
      code: 'mapping.expression-direction',
      path: `${at}.${rule.direction === undefined ? 'expression' : 'direction'}`,
      message: say(
        'an expression cannot travel back: say direction: in with a canonical path, or direction: out with a native one',
        '表达式无法回写：请写 direction: in 与规范路径，或 direction: out 与原生路径',
      ),
      suggestion: `direction: ${rule.canonical === undefined ? 'out' : 'in'}`,
    });
    return false;
  }
  const problem = problemOf(rule);
  if (problem) findings.add({ code: 'mapping.rule-shape', path: at, message: say(...problem) });
  return problem === undefined;
}

function problemOf(rule: RuleDocument): [string, string] | undefined {
  const hasNative = nativePathsOf(rule).length > 0;
  const hasCanonical = rule.canonical !== undefined;
  if (!hasNative && !hasCanonical)
    return ['a rule names a canonical path, a native path, or both', '规则须指定规范路径、原生路径或两者'];
  if (rule.expression !== undefined) return expressionProblem(rule, hasNative && hasCanonical);
  if (rule.constant !== undefined) return constantProblem(rule, hasNative && hasCanonical);
  if (!hasNative || !hasCanonical) return ['a rule with one path needs a constant', '只有一个路径的规则需要常量'];
  return listProblem(rule) ?? directionProblem(rule);
}

function listProblem(rule: RuleDocument): [string, string] | undefined {
  if ((rule.list !== undefined) !== (rule.rules !== undefined))
    return ['list and rules belong together', 'list 与 rules 必须同时出现'];
  if (rule.list && (rule.transform !== undefined || rule.reference || nativePathsOf(rule).length > 1)) {
    return [
      'a list rule has one native path, no transform and no reference',
      '列表规则只有一个原生路径，且不含转换或引用',
    ];
  }
  return undefined;
}

function directionProblem(rule: RuleDocument): [string, string] | undefined {
  const ways = waysOf(rule);
  return ways.in || ways.out ? undefined : ['the rule goes neither way', '该规则在两个方向上都不生效'];
}

function hasOneWay({ direction, canonical, native }: RuleDocument): boolean {
  if (direction === 'in') return canonical !== undefined;
  return direction === 'out' && native !== undefined;
}

function expressionProblem(rule: RuleDocument, both: boolean): [string, string] | undefined {
  if (both)
    return [
      'an expression names what it reads itself: give only the path that it fills',
      '表达式自行指明读取的内容：请只写要填充的路径',
    ];
  if (rule.constant !== undefined || rule.reference || rule.list || rule.rules)
    return ['an expression takes no constant, reference, list or rules', '表达式不能与常量、引用、列表或子规则同用'];
  if (nativePathsOf(rule).length > 1) return ['an expression fills one path', '表达式只填充一个路径'];
  return rule.direction === 'out' && rule.transform !== undefined
    ? [
        'going out an expression gives the native value itself, without a transform',
        '写出方向的表达式直接给出原生值，不含转换',
      ]
    : undefined;
}

function constantProblem(rule: RuleDocument, both: boolean): [string, string] | undefined {
  if (both) return ['a constant fills one side: give one path only', '常量只填充一侧：请只写一个路径'];
  if (rule.transform !== undefined || rule.rules || rule.reference)
    return ['a constant takes no transform, reference or rules', '常量不能与转换、引用或子规则同用'];
  const ways = waysOf(rule);
  return ways.in || ways.out ? undefined : ['the direction does not fit the constant’s side', '方向与常量所在一侧不符'];
}
