import type { Json, JsonObject } from '@isthmus/json';
import { errorsOf } from '../check/validator.js';
import { compileExpression, type Evaluate } from '../expressions/compile-expression.js';
import { defaultStep, nativeTypesOf } from '../document/canonical-kind.js';
import { firstNativeOf, type RuleDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import { pathOf } from '../paths/parse-path.js';
import type { NativeType } from '../transforms/transform.js';
import { Refusal, wrongType } from '../transforms/transform.js';
import { compileIn, type Convert } from './pipeline.js';
import { isEmpty, unsafe } from './safe-value.js';
import { canonicalSchemaAt, nativeSchemaAt, type Site } from './site.js';
import type { Run } from './run.js';

/** Value of an expression as the target takes it; `null` = empty. */
export type ExpressionValue = (source: JsonObject, run: Run) => Json | Refusal;

/**
 * The value of a rule's expression going in: what it gives goes through the rule's transform, or through what the canonical field
 * implies, as if it had been read from the row. Where nothing is implied it must be a value of the field as it is.
 */
export function compileExpressionIn(rule: RuleDocument, site: Site): ExpressionValue {
  const evaluate = prepared(rule, site, 'in');
  const schema = canonicalSchemaAt(site, pathOf(rule.canonical as string));
  const convert = converterIn(rule, schema);
  return (source, run) => {
    const value = safe(evaluate(run.root, source, run.environment));
    if (value instanceof Refusal || value === null) return value;
    run.nativeCount = 1;
    return convert(value, run);
  };
}

/** The value of a rule's expression going out; it must have a type that the native field takes. */
export function compileExpressionOut(rule: RuleDocument, site: Site): ExpressionValue {
  const evaluate = prepared(rule, site, 'out');
  const schema = nativeSchemaAt(site, pathOf(firstNativeOf(rule)));
  const types = schema && nativeTypesOf(schema);
  return (source, run) => {
    const value = safe(evaluate(run.root, source, run.environment));
    if (value instanceof Refusal || value === null) return value;
    if (!types || types.has(nativeTypeOf(value))) return value;
    const wanted = [...types].join(', ');
    return wrongType(`the expression to give ${wanted}`, `表达式结果为 ${wanted}`);
  };
}

/** The native type of a JSON value that is not null. */
export function nativeTypeOf(value: Json): NativeType {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as 'number' | 'boolean') : 'object';
}

/** True where the canonical field says what becomes of an expression's value, so that it need not be a finished value. */
export function isConverted(rule: RuleDocument, schema: Schema | undefined): boolean {
  if (rule.transform !== undefined) return true;
  const implied = schema && defaultStep(schema);
  return implied !== undefined && implied.name !== 'copy';
}

function prepared(rule: RuleDocument, site: Site, direction: 'in' | 'out'): Evaluate {
  const compiled = compileExpression(rule.expression as string, { direction, inList: site.inList === true });
  if ('problems' in compiled) throw new Error('an expression with problems passed the checker');
  return compiled.evaluate;
}

function converterIn(rule: RuleDocument, schema: Schema | undefined): Convert {
  if (isConverted(rule, schema)) return compileIn(rule, schema);
  if (!schema) return (value) => value;
  return (value) =>
    errorsOf(schema, value).length === 0
      ? value
      : wrongType('the expression to give a value of this field', '表达式结果为该字段的有效值');
}

function safe(value: Json | Refusal): Json | Refusal {
  if (value instanceof Refusal) return value;
  return isEmpty(value) ? null : (unsafe(value) ?? value);
}
