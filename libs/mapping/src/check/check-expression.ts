import { isConverted } from '../compile/expression-rule.js';
import { stepsFor } from '../compile/pipeline.js';
import { nativeTypesOf } from '../document/canonical-kind.js';
import { waysOf } from '../document/mapping-document.js';
import { say } from '../document/finding-factory.js';
import { variablesOf } from '../expressions/compile-expression.js';
import type { ExpressionType } from '../expressions/expression-function.js';
import { inferType, type TypeProblem, type VariableSchemas } from '../expressions/infer-type.js';
import { parseExpression, type ExpressionProblem } from '../expressions/parse-expression.js';
import type { Schema } from '../document/schema-lookup.js';
import { transformByName } from '../transforms/catalogue.js';
import type { NativeType } from '../transforms/transform.js';
import type { RulePlace } from './check-context.js';
import type { RulePaths } from './check-paths.js';

/** Checks a rule's expression: bounds, names, paths, types, and that its value can stand in the rule's target. */
export function checkExpression(place: RulePlace, paths: RulePaths): void {
  const { rule, site } = place;
  const direction = waysOf(rule).in ? 'in' : 'out';
  const where = { direction, inList: site.inList === true } as const;
  const sound = parseExpression(rule.expression as string, variablesOf(where));
  if (!('tree' in sound)) {
    for (const problem of sound) report(problem, 'error', place);
    return;
  }
  const { type, problems } = inferType(sound, schemasOf(place, direction));
  for (const problem of problems) report(problem, problem.severity, place);
  if (!problems.some(({ severity }) => severity === 'error')) checkTarget(type, direction, place, paths);
}

function report(problem: ExpressionProblem | TypeProblem, severity: 'error' | 'warning', place: RulePlace): void {
  const { code, message, at, suggestion } = problem;
  place.findings.add({
    code,
    severity,
    path: `${place.at}.expression`,
    message: at === undefined ? message : say(`${message.en} (at character ${at})`, `${message.zh}（第 ${at} 个字符）`),
    suggestion,
  });
}

const ENVIRONMENT = {
  type: 'object',
  additionalProperties: false,
  properties: { timeZone: { type: 'string' }, currency: { type: 'string' }, country: { type: 'string' } },
};

function schemasOf({ site }: RulePlace, direction: 'in' | 'out'): VariableSchemas {
  const { canonicalRoot, canonical, nativeRoot, native } = site;
  const variables: { [name: string]: Schema | undefined } =
    direction === 'in'
      ? { row: nativeRoot, env: ENVIRONMENT, item: native }
      : { record: canonicalRoot, env: ENVIRONMENT, item: canonical };
  return {
    root: (direction === 'in' ? nativeRoot : canonicalRoot) ?? ENVIRONMENT,
    variables,
    unknownPath: direction === 'in' ? 'mapping.unknown-native-path' : 'mapping.unknown-path',
    open: direction === 'in',
  };
}

const NATIVE: { readonly [type in ExpressionType]?: NativeType } = {
  text: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  list: 'list',
  object: 'object',
};

function checkTarget(
  type: ExpressionType,
  direction: 'in' | 'out',
  { rule, at, findings }: RulePlace,
  paths: RulePaths,
): void {
  const made = NATIVE[type];
  const wanted = direction === 'in' ? wantedIn({ rule }, paths) : wantedOut(paths);
  if (made === undefined || wanted === undefined || wanted.has(made)) return;
  const types = [...wanted].join(' or ');
  findings.add({
    code: 'mapping.type-mismatch',
    path: `${at}.expression`,
    message: say(
      `the expression gives ${type}, but ${direction === 'in' ? 'the rule' : 'the native field'} takes ${types}`,
      `表达式结果为 ${type}，而${direction === 'in' ? '该规则' : '原生字段'}应为 ${types}`,
    ),
    suggestion: wanted.has('text') ? 'string(…)' : undefined,
  });
}

/** What the first transform of the rule reads, or what the field itself holds. */
function wantedIn({ rule }: Pick<RulePlace, 'rule'>, { canonical }: RulePaths): ReadonlySet<NativeType> | undefined {
  const schema = canonical?.schema;
  if (!isConverted(rule, schema)) return schema && nativeTypesOf(schema);
  const [first] = stepsFor(rule, schema);
  const transform = first && transformByName(first.name);
  return transform && new Set(transform.native);
}

function wantedOut({ native }: RulePaths): ReadonlySet<NativeType> | undefined {
  const schema = native[0]?.schema;
  return schema && nativeTypesOf(schema);
}
