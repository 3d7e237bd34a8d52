import { celEnv, celError, isCelList, isCelMap, type CelEnv, type CelValue } from '@bufbuild/cel';
import type { RE2JS } from 're2js';
import { builtins } from './builtins.js';
import type { ExpressionFunction, ExpressionType } from './expression-function.js';
import { expressionFunctions } from './functions.js';
import { joinLists } from './json-values.js';
import { expressionLimits } from './limits.js';
import { pay, payItems, payText, stopIfEnded, tooLarge } from './meter.js';

/** Called before each turn of a macro; its argument says how many nodes the turn costs. */
export const TURN = '@turn';
/** Wraps what a macro walks through. */
export const RANGE = '@range';

type Callable = NonNullable<ReturnType<CelEnv['funcs']['find']>>;
type CallResult = ReturnType<Callable['call']>;

/** A call by the evaluator: undefined = the arguments fit no overload. */
type Invoke = (id: number, target: CelValue | undefined, args: CelValue[]) => CallResult;

const plain = celEnv();
const shared: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ...[...builtins.keys()].flatMap((name): [string, Callable][] => {
    const found = plain.funcs.find(name);
    return found ? [[name, callable(name, metered(name, found))]] : [];
  }),
  ...expressionFunctions.map((one): [string, Callable] => [one.name, callable(one.name, ours(one))]),
  [TURN, callable(TURN, (_id, _target, [cost]) => (pay(Number(cost)), true))],
  [RANGE, callable(RANGE, (_id, _target, [range]) => rangeOf(range as CelValue))],
]);

/**
 * The evaluator's surroundings with our functions only, each paid for. `patterns` are those that the expression names, compiled: what
 * stands in a record is never a pattern.
 */
export function meteredEnvironment(patterns: ReadonlyMap<string, RE2JS>): CelEnv {
  const matches = callable('matches', (id, target, args) => {
    const [text, pattern] = target === undefined ? args : [target, args[0]];
    if (typeof text !== 'string' || typeof pattern !== 'string') return undefined;
    payText(text);
    const compiled = patterns.get(pattern);
    if (!compiled) return celError('the pattern must be written in the expression', id);
    pay((text.length * compiled.programSize()) / 200);
    return compiled.test(text);
  });
  const find = (name: string): Callable | undefined => (name === 'matches' ? matches : shared.get(name));
  return Object.create(plain, { funcs: { value: { find } } }) as CelEnv;
}

function callable(name: string, call: Invoke): Callable {
  return { name, call } as unknown as Callable;
}

function metered(name: string, found: Callable): Invoke {
  return (id, target, args) => {
    pay(1);
    const values = target === undefined ? args : [target, ...args];
    if (name === '_+_') {
      const sum = sumOf(values[0] as CelValue, values[1] as CelValue);
      if (sum !== undefined) return sum;
    }
    for (const value of values) payValue(value);
    if (SINGLE.has(name) && isStructure(values[0])) return celError(`"${name}" compares single values`, id);
    if (name === '_==_' || name === '_!=_') {
      if (isStructure(values[1])) return celError('lists and objects cannot be compared', id);
    }
    const result = found.call(id, target, args);
    stopIfEnded();
    return result;
  };
}

const SINGLE = new Set(['_==_', '_!=_', '@in']);

function isStructure(value: CelValue | undefined): boolean {
  return isCelList(value) || isCelMap(value);
}

function payValue(value: CelValue): void {
  if (typeof value === 'string') payText(value);
  else if (isCelList(value)) payItems((value as unknown as { size: number }).size);
}

/** Texts and lists put together within bounds; undefined = numbers, which the evaluator adds. */
function sumOf(a: CelValue, b: CelValue): CelValue | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length + b.length > expressionLimits.text) tooLarge('text');
    pay((a.length + b.length) / 50);
    return a + b;
  }
  return isCelList(a) && isCelList(b) ? joinLists(a, b) : undefined;
}

function rangeOf(range: CelValue): CelValue {
  if (isCelList(range) || isCelMap(range)) payItems((range as unknown as { size: number }).size);
  return range;
}

function ours({ on, takes, call }: ExpressionFunction): Invoke {
  const wanted = on === undefined ? takes : [on, ...takes];
  return (id, target, args) => {
    const values = target === undefined ? args : [target, ...args];
    if (values.length !== wanted.length || (on === undefined) !== (target === undefined)) return undefined;
    pay(2);
    for (const [index, value] of values.entries()) {
      payValue(value);
      if (!isOf(value, wanted[index] as ExpressionType)) return undefined;
    }
    try {
      return call(...values) as CallResult;
    } catch (error) {
      if (error instanceof RangeError) return celError(error.message, id);
      throw error;
    }
  };
}

function isOf(value: CelValue, type: ExpressionType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'bigint';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return isCelList(value);
    case 'object':
      return isCelMap(value);
    case 'null':
      return value === null;
    case 'any':
      return true;
  }
}
