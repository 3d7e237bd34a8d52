import { suggest } from '../check/suggest.js';
import { jsonTypesOf, lookUp, type Schema } from '../document/schema-lookup.js';
import { builtins, operatorText, type Overload } from './builtins.js';
import type { ExpressionType } from './expression-function.js';
import { expressionFunction } from './functions.js';
import type { ExpressionProblem, SoundExpression } from './parse-expression.js';
import { callOf, childrenOf, type Call, type Fold, type Node } from './syntax.js';

/** A value as the checker knows it: its type, and its schema where it comes from a row or a record. */
interface Known {
  readonly type: ExpressionType;
  readonly schema?: Schema | undefined;
}

/** What the variables of an expression are. */
export interface VariableSchemas {
  /** Schema that local references of the others are resolved in. */
  readonly root: Schema | undefined;
  readonly variables: { readonly [name: string]: Schema | undefined };
  /** Code of an unknown field of the source side. */
  readonly unknownPath: string;
  /** True where the schema may not know every field. */
  readonly open: boolean;
}

/** A problem of types or paths; a warning where the schema may be incomplete. */
export interface TypeProblem extends ExpressionProblem {
  readonly severity: 'error' | 'warning';
}

interface Inference {
  readonly problems: TypeProblem[];
  readonly schemas: VariableSchemas;
  readonly at: SoundExpression['at'];
}

type Scope = ReadonlyMap<string, Known>;

const ANY: Known = { type: 'any' };

/** The type of an expression's value as far as it can be known, and what cannot work in any record. */
export function inferType(
  { tree, at }: SoundExpression,
  schemas: VariableSchemas,
): { readonly type: ExpressionType; readonly problems: readonly TypeProblem[] } {
  const inference: Inference = { problems: [], schemas, at };
  const scope = new Map(
    Object.entries(schemas.variables).map(([name, schema]): [string, Known] => [name, { type: 'object', schema }]),
  );
  const { type } = infer(tree, scope, inference);
  return { type, problems: inference.problems };
}

function infer(node: Node, scope: Scope, inference: Inference): Known {
  const kind = node.exprKind;
  switch (kind.case) {
    case 'constExpr':
      return { type: CONSTANTS[kind.value.constantKind.case ?? ''] ?? 'any' };
    case 'identExpr':
      return scope.get(kind.value.name) ?? ANY;
    case 'selectExpr':
      return inferField(node, kind.value, scope, inference);
    case 'listExpr':
    case 'structExpr':
      for (const { node: child } of childrenOf(node)) infer(child, scope, inference);
      return { type: kind.case === 'listExpr' ? 'list' : 'object' };
    case 'comprehensionExpr':
      return inferFold(node, kind.value, scope, inference);
    case 'callExpr':
      return inferCall(node, callOf(node) as Call, scope, inference);
    case undefined:
      return ANY;
  }
}

function inferField(
  node: Node,
  select: Extract<Node['exprKind'], { case: 'selectExpr' }>['value'],
  scope: Scope,
  inference: Inference,
): Known {
  const operand = select.operand ? infer(select.operand, scope, inference) : ANY;
  const field = fieldOf(node, operand, select.field, inference);
  return select.testOnly ? { type: 'boolean' } : field;
}

const CONSTANTS: { readonly [kind: string]: ExpressionType } = {
  stringValue: 'text',
  boolValue: 'boolean',
  int64Value: 'integer',
  doubleValue: 'number',
  nullValue: 'null',
};

function fieldOf(node: Node, { type, schema }: Known, field: string, inference: Inference): Known {
  if (type !== 'object' && type !== 'any') {
    say(node, inference, {
      code: 'mapping.expression-type',
      severity: 'error',
      message: { en: `a ${type} has no field "${field}"`, zh: `${type} 没有字段“${field}”` },
    });
    return ANY;
  }
  const { root, unknownPath, open } = inference.schemas;
  if (!schema || !root) return ANY;
  const found = lookUp(root, [{ kind: 'key', key: field }], schema);
  if (found.kind === 'known') return knownOf(found.schema);
  if (found.kind !== 'unknown') return ANY;
  say(node, inference, {
    code: unknownPath,
    severity: open && !found.closed ? 'warning' : 'error',
    message: { en: `there is no field "${field}" here`, zh: `此处没有字段“${field}”` },
    suggestion: suggest(field, found.names),
  });
  return ANY;
}

function knownOf(schema: Schema): Known {
  const types = [...(jsonTypesOf(schema) ?? [])].filter((type) => type !== 'null').map((type) => JSON_TYPES[type]);
  const distinct = new Set(types);
  return { type: distinct.size === 1 ? (types[0] ?? 'any') : 'any', schema };
}

// JSON numbers are CEL doubles, whole ones too: what a field holds must not change the type of a rule.
const JSON_TYPES: { readonly [type: string]: ExpressionType } = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  object: 'object',
  array: 'list',
};

function inferFold(node: Node, fold: Fold, scope: Scope, inference: Inference): Known {
  const range = fold.iterRange ? infer(fold.iterRange, scope, inference) : ANY;
  if (range.type !== 'list' && range.type !== 'object' && range.type !== 'any')
    say(node, inference, {
      code: 'mapping.expression-type',
      severity: 'error',
      message: {
        en: `a macro walks through a list, not a ${range.type}`,
        zh: `宏只能遍历列表，不能遍历 ${range.type}`,
      },
    });
  const accumulated = fold.accuInit ? infer(fold.accuInit, scope, inference) : ANY;
  const inside = new Map([...scope, [fold.iterVar, itemOf(range, inference)], [fold.accuVar, accumulated]]);
  if (fold.loopStep) infer(fold.loopStep, inside, inference);
  return fold.result ? infer(fold.result, inside, inference) : ANY;
}

function itemOf({ type, schema }: Known, { schemas: { root } }: Inference): Known {
  if (type === 'object') return { type: 'text' };
  if (!schema || !root) return ANY;
  const found = lookUp(root, [{ kind: 'index', index: 0 }], schema);
  return found.kind === 'known' ? knownOf(found.schema) : ANY;
}

function inferCall(node: Node, call: Call, scope: Scope, inference: Inference): Known {
  const values = [...(call.target ? [call.target] : []), ...call.args].map((arg) => infer(arg, scope, inference));
  if (call.name === '_?_:_') return inferChoice(node, values, inference);
  if (call.name === '_[_]') return inferIndex(node, call, values, inference);
  const own = expressionFunction(call.name);
  const overloads: readonly Overload[] = own
    ? [{ takes: own.on === undefined ? own.takes : [own.on, ...own.takes], gives: own.gives }]
    : (builtins.get(call.name) ?? []);
  return { type: resultOf(node, call.name, overloads, values, inference) };
}

function resultOf(
  node: Node,
  name: string,
  overloads: readonly Overload[],
  values: readonly Known[],
  inference: Inference,
): ExpressionType {
  const fitting = overloads.filter(({ takes }) => takes.every((type, index) => fits(values[index] ?? ANY, type)));
  if (fitting.length === 0 && overloads.length > 0) say(node, inference, noOverload(name, values));
  const given = new Set(fitting.map(({ gives }) => gives));
  return given.size === 1 ? ([...given][0] ?? 'any') : 'any';
}

function fits({ type }: Known, wanted: ExpressionType): boolean {
  return type === 'any' || wanted === 'any' || type === wanted;
}

function noOverload(name: string, values: readonly Known[]): Omit<TypeProblem, 'at'> {
  const types = values.map(({ type }) => type);
  const numbers = types.every((type) => type === 'number' || type === 'integer');
  return {
    code: 'mapping.expression-type',
    severity: 'error',
    message: {
      en: `"${operatorText(name)}" cannot take ${types.join(' and ')}`,
      zh: `“${operatorText(name)}”不能用于 ${types.join('、')}`,
    },
    ...(types.includes('text') && name === '_+_' && { suggestion: 'string(…)' }),
    ...(numbers && { suggestion: 'decimal.add(…) and its like: exact' }),
  };
}

function inferChoice(node: Node, values: readonly Known[], inference: Inference): Known {
  const [condition = ANY, yes = ANY, no = ANY] = values;
  if (!fits(condition, 'boolean')) say(node, inference, noOverload('_?_:_', [condition]));
  if (yes.type === 'null') return no;
  return no.type === 'null' || yes.type === no.type ? yes : ANY;
}

function inferIndex(node: Node, call: Call, values: readonly Known[], inference: Inference): Known {
  const [from = ANY, index = ANY] = values;
  const key = call.args[1]?.exprKind;
  const name =
    key?.case === 'constExpr' && key.value.constantKind.case === 'stringValue'
      ? key.value.constantKind.value
      : undefined;
  if (name !== undefined && from.type === 'object') return fieldOf(node, from, name, inference);
  resultOf(node, '_[_]', builtins.get('_[_]') ?? [], [from, index], inference);
  return from.type === 'list' ? itemOf(from, inference) : ANY;
}

function say(node: Node, { problems, at }: Inference, problem: Omit<TypeProblem, 'at'>): void {
  const position = at(node);
  problems.push({ ...problem, ...(position !== undefined && { at: position }) });
}
