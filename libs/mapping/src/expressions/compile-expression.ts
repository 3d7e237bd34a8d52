import { isCelError, plan, type CelValue } from '@bufbuild/cel';
import type { Json, JsonObject } from '@isthmus/json';
import type { MapEnvironment } from '../contract.js';
import { refuse, type Refusal } from '../transforms/transform.js';
import { meteredEnvironment, RANGE, TURN } from './environment.js';
import { celInputOf, jsonOf } from './json-values.js';
import { startMeter, stopIfEnded, Stopped } from './meter.js';
import { parseExpression, type ExpressionProblem } from './parse-expression.js';
import { countNodes, type Fold, type Node } from './syntax.js';

/** Where an expression stands: what it may look at. */
export interface ExpressionPlace {
  readonly direction: 'in' | 'out';
  /** Inside a list rule there is also `item`. */
  readonly inList: boolean;
}

/** Names that an expression may use at its place. */
export function variablesOf({ direction, inList }: ExpressionPlace): readonly string[] {
  return [direction === 'in' ? 'row' : 'record', 'env', ...(inList ? ['item'] : [])];
}

/** A value or why there is none. */
export type Evaluate = (root: JsonObject, item: JsonObject, environment: MapEnvironment) => Json | Refusal;

/** Prepares an expression once. Evaluating never throws and does bounded work (`limits.ts`). */
export function compileExpression(
  source: string,
  place: ExpressionPlace,
): { readonly evaluate: Evaluate } | { readonly problems: readonly ExpressionProblem[] } {
  const sound = parseExpression(source, variablesOf(place));
  if (!('tree' in sound)) return { problems: sound };
  const run = plan(meteredEnvironment(sound.patterns), bounded(sound.tree));
  const rootName = place.direction === 'in' ? 'row' : 'record';
  const known = new WeakMap<MapEnvironment, ReturnType<typeof celInputOf>>();
  const surroundings = (environment: MapEnvironment): ReturnType<typeof celInputOf> => {
    let value = known.get(environment);
    if (value === undefined) {
      const { timeZone, currency, country } = environment;
      value = celInputOf({ timeZone, currency, country });
      known.set(environment, value);
    }
    return value;
  };
  return {
    evaluate: (root, item, environment) => {
      // Without a prototype: a name is only what stands here.
      const names = Object.assign(Object.create(null) as { [name: string]: ReturnType<typeof celInputOf> }, {
        [rootName]: celInputOf(root),
        env: surroundings(environment),
        ...(place.inList && { item: celInputOf(item) }),
      });
      return evaluated(() => run(names));
    },
  };
}

function evaluated(run: () => unknown): Json | Refusal {
  startMeter();
  try {
    const value = run();
    stopIfEnded();
    if (isCelError(value)) return failed(value.message);
    return jsonOf(value as CelValue);
  } catch (error) {
    if (error instanceof Stopped) return error.refusal;
    if (error instanceof RangeError) return failed(error.message);
    throw error;
  }
}

/** The evaluator's words name types and functions, and fields of the expression; our own functions never repeat a value. */
function failed(message: string): Refusal {
  const said = /no matching overload|field|index|divide|modulus|overflow/i.test(message)
    ? message.slice(0, 200)
    : undefined;
  const own =
    said ?? (/^(?:[a-z-]+\.[a-z-]+: )?[\w ,.:-]{1,120}$/.test(message) ? message : 'it has no value for this record');
  return refuse('mapping.expression-failed', `the expression failed: ${own}`, `表达式执行失败：${own}`);
}

/** The tree with an account in every macro: what it walks through, and the nodes of each turn, are paid for. */
function bounded(node: Node): Node {
  const kind = node.exprKind;
  switch (kind.case) {
    case 'callExpr':
      return remade(node, {
        ...kind.value,
        ...(kind.value.target && { target: bounded(kind.value.target) }),
        args: kind.value.args.map(bounded),
      });
    case 'listExpr':
      return remade(node, { ...kind.value, elements: kind.value.elements.map(bounded) });
    case 'selectExpr':
      return remade(node, { ...kind.value, ...(kind.value.operand && { operand: bounded(kind.value.operand) }) });
    case 'structExpr':
      return remade(node, {
        ...kind.value,
        entries: kind.value.entries.map((entry) => ({
          ...entry,
          keyKind:
            entry.keyKind.case === 'mapKey' ? { case: 'mapKey', value: bounded(entry.keyKind.value) } : entry.keyKind,
          ...(entry.value && { value: bounded(entry.value) }),
        })),
      });
    case 'comprehensionExpr':
      return remade(node, boundedFold(node, kind.value));
    case 'constExpr':
    case 'identExpr':
    case undefined:
      return node;
  }
}

function boundedFold(node: Node, fold: Fold): object {
  const { iterRange, loopCondition, loopStep } = fold;
  if (!iterRange || !loopCondition || !loopStep) throw new Error('a macro without a body passed the parser');
  const cost = 2 + countNodes(loopCondition) + countNodes(loopStep);
  return {
    ...fold,
    iterRange: call(node, RANGE, [bounded(iterRange)]),
    loopCondition: call(node, '_&&_', [call(node, TURN, [whole(node, cost)]), bounded(loopCondition)]),
    loopStep: bounded(loopStep),
  };
}

function remade(node: Node, value: object): Node {
  return { ...node, exprKind: { case: node.exprKind.case, value } } as unknown as Node;
}

function call(node: Node, name: string, args: readonly Node[]): Node {
  const value = { $typeName: 'cel.expr.Expr.Call', function: name, args };
  return { ...node, exprKind: { case: 'callExpr', value } } as unknown as Node;
}

function whole(node: Node, value: number): Node {
  const constant = { $typeName: 'cel.expr.Constant', constantKind: { case: 'int64Value', value: BigInt(value) } };
  return { ...node, exprKind: { case: 'constExpr', value: constant } } as unknown as Node;
}
