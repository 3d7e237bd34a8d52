import { parse } from '@bufbuild/cel';
import { RE2JS } from 're2js';
import type { Wording } from '../contract.js';
import { suggest } from '../check/suggest.js';
import { builtins, macros, operatorText } from './builtins.js';
import { expressionFunction, expressionFunctions } from './functions.js';
import { expressionLimits } from './limits.js';
import { callOf, childrenOf, constantText, type Fold, groups, type Node } from './syntax.js';

/** What is wrong with an expression, before any record is at hand. */
export interface ExpressionProblem {
  readonly code: string;
  readonly message: Wording;
  /** Position in the source, from 1; absent for the whole of it. */
  readonly at?: number;
  readonly suggestion?: string | undefined;
}

/** An expression that is within all bounds and names only what there is. */
export interface SoundExpression {
  readonly tree: Node;
  readonly patterns: ReadonlyMap<string, RE2JS>;
  /** Position of a node in the source, from 1. */
  readonly at: (node: Node) => number | undefined;
}

interface Walk {
  readonly problems: ExpressionProblem[];
  readonly patterns: Map<string, RE2JS>;
  readonly at: (node: Node) => number | undefined;
  nodes: number;
}

/** Parses an expression that may name `variables` and checks every static bound. */
export function parseExpression(
  source: string,
  variables: readonly string[],
): SoundExpression | readonly ExpressionProblem[] {
  const outside = problemOfSource(source);
  if (outside) return [outside];
  const parsed = parsedOrProblem(source);
  if ('code' in parsed) return [parsed];
  const { tree, positions } = parsed;
  const at = (node: Node): number | undefined => {
    const position = positions[String(node.id)];
    return position === undefined ? undefined : position + 1;
  };
  const walk: Walk = { problems: [], patterns: new Map(), at, nodes: 0 };
  visit(tree, { names: new Set(variables), depth: 0, macros: 0 }, walk);
  return walk.problems.length > 0 ? walk.problems.slice(0, 10) : { tree, patterns: walk.patterns, at };
}

const tooLarge = (en: string, zh: string): ExpressionProblem => ({
  code: 'mapping.expression-too-large',
  message: { en, zh },
});

/** Refuses before parsing what would only cost time there. */
function problemOfSource(source: string): ExpressionProblem | undefined {
  const { source: longest, depth: deepest } = expressionLimits;
  if (source.length > longest)
    return tooLarge(`an expression has at most ${longest} characters`, `表达式最多 ${longest} 个字符`);
  if (source.includes('\u0000') || !source.isWellFormed())
    return {
      code: 'mapping.dangerous-text',
      message: { en: 'the text holds NUL or half a character', zh: '文本含有 NUL 或不完整字符' },
    };
  let open = 0;
  for (const character of source) {
    if (character === '(' || character === '[' || character === '{') open += 1;
    else if (character === ')' || character === ']' || character === '}') open -= 1;
    if (open > deepest) return tooLarge(`brackets are nested deeper than ${deepest}`, `括号嵌套超过 ${deepest} 层`);
  }
  return undefined;
}

function parsedOrProblem(
  source: string,
): { readonly tree: Node; readonly positions: { readonly [id: string]: number } } | ExpressionProblem {
  try {
    const { expr, sourceInfo } = parse(source);
    if (expr) return { tree: expr, positions: sourceInfo?.positions ?? {} };
  } catch (error) {
    return syntaxProblem(error);
  }
  return { code: 'mapping.expression-syntax', message: { en: 'the expression is empty', zh: '表达式为空' } };
}

function syntaxProblem(error: unknown): ExpressionProblem {
  // The parser goes as deep as the text asks for; what does not fit on its stack is no expression for a mapping.
  if (error instanceof RangeError) return tooLarge('the expression is nested too deeply', '表达式嵌套过深');
  const text = error instanceof Error ? error.message.replace(/^syntax error: /, '') : '';
  const place = /^<input>:\d+:(\d+): (.*)$/s.exec(text);
  const said = (place?.[2] ?? text)
    .replace(/expecting .*/s, '')
    .slice(0, 100)
    .trim();
  return {
    code: 'mapping.expression-syntax',
    message: { en: `not an expression: ${said}`, zh: `不是有效的表达式：${said}` },
    ...(place && { at: Number(place[1]) }),
  };
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly depth: number;
  readonly macros: number;
}

function visit(node: Node, scope: Scope, walk: Walk): void {
  walk.nodes += 1;
  const within = walk.nodes <= expressionLimits.nodes && scope.depth <= expressionLimits.depth;
  if (!within) {
    if (!walk.problems.some(({ code }) => code === 'mapping.expression-too-large'))
      walk.problems.push(tooLarge('the expression has too many parts or is nested too deeply', '表达式过长或嵌套过深'));
    return;
  }
  checkNode(node, scope, walk);
  const deeper = { ...scope, depth: scope.depth + 1 };
  if (node.exprKind.case === 'comprehensionExpr') return visitFold(node, node.exprKind.value, deeper, walk);
  const call = callOf(node);
  for (const child of call
    ? [...(call.target ? [call.target] : []), ...call.args]
    : childrenOf(node).map((one) => one.node))
    visit(child, deeper, walk);
}

function visitFold(node: Node, fold: Fold, scope: Scope, walk: Walk): void {
  if (scope.macros >= expressionLimits.macroDepth)
    walk.problems.push({
      ...tooLarge(
        `at most ${expressionLimits.macroDepth} macros (all, exists, filter, map …) may be nested in one another`,
        `宏（all、exists、filter、map 等）最多嵌套 ${expressionLimits.macroDepth} 层`,
      ),
      ...positionOf(node, walk),
    });
  if (groups.has(fold.iterVar) || scope.names.has(fold.iterVar))
    walk.problems.push({
      code: 'mapping.expression-name',
      message: { en: `"${fold.iterVar}" has a meaning already`, zh: `“${fold.iterVar}”已有含义` },
      ...positionOf(node, walk),
    });
  const inside = {
    ...scope,
    macros: scope.macros + 1,
    names: new Set([...scope.names, fold.iterVar, fold.accuVar]),
  };
  for (const { node: child, repeated } of childrenOf(node))
    visit(child, repeated || child === fold.result ? inside : scope, walk);
}

function positionOf(node: Node, walk: Walk): { at?: number } {
  const at = walk.at(node);
  return at === undefined ? {} : { at };
}

function checkNode(node: Node, scope: Scope, walk: Walk): void {
  const problem = problemOf(node, scope, walk);
  if (problem) walk.problems.push({ ...problem, ...positionOf(node, walk) });
}

const FORBIDDEN_FIELDS = new Set(['__proto__', 'constructor', 'prototype']);

function problemOf(node: Node, scope: Scope, walk: Walk): ExpressionProblem | undefined {
  const kind = node.exprKind;
  switch (kind.case) {
    case 'identExpr':
      return scope.names.has(kind.value.name) ? undefined : unknownName(kind.value.name, scope.names);
    case 'callExpr':
      return problemOfCall(node, walk);
    case 'selectExpr':
      return FORBIDDEN_FIELDS.has(kind.value.field) ? dangerousField(kind.value.field) : undefined;
    case 'structExpr':
      return kind.value.messageName === '' && kind.value.entries.every(({ optionalEntry }) => !optionalEntry)
        ? undefined
        : notAllowed('messages', '消息类型');
    case 'constExpr': {
      const { case: constant } = kind.value.constantKind;
      return constant === 'bytesValue' || constant === 'uint64Value'
        ? notAllowed('bytes and unsigned numbers', '字节与无符号数')
        : undefined;
    }
    case 'listExpr':
    case 'comprehensionExpr':
    case undefined:
      return undefined;
  }
}

function unknownName(name: string, names: ReadonlySet<string>): ExpressionProblem {
  const known = [...names].filter((one) => !one.startsWith('@'));
  return {
    code: 'mapping.expression-name',
    message: {
      en: `there is no "${name}" here; there are ${known.join(', ')}`,
      zh: `此处没有“${name}”；可用：${known.join('、')}`,
    },
    suggestion: suggest(name, known),
  };
}

function dangerousField(field: string): ExpressionProblem {
  return {
    code: 'mapping.dangerous-path',
    message: { en: `"${field}" is not allowed in a path`, zh: `路径中不允许出现“${field}”` },
  };
}

function notAllowed(en: string, zh: string): ExpressionProblem {
  return {
    code: 'mapping.expression-function',
    message: { en: `${en} cannot be used here`, zh: `此处不能使用${zh}` },
  };
}

function problemOfCall(node: Node, walk: Walk): ExpressionProblem | undefined {
  const call = callOf(node);
  if (!call) return undefined;
  if (call.name === 'matches') return problemOfPattern(call.args.at(-1), walk);
  const count = call.args.length + (call.target ? 1 : 0);
  if (call.name === '_?_:_') return undefined;
  const own = expressionFunction(call.name);
  if (own) {
    const wanted = own.takes.length + (own.on === undefined ? 0 : 1);
    return count === wanted && (own.on === undefined) === (call.target === undefined)
      ? undefined
      : wrongCount(call.name, own.takes.length);
  }
  const known = builtins.get(call.name);
  if (!known) return unknownFunction(call.name);
  return known.some(({ takes }) => takes.length === count)
    ? undefined
    : wrongCount(operatorText(call.name), known[0]?.takes.length ?? 1);
}

function wrongCount(name: string, wanted: number): ExpressionProblem {
  return {
    code: 'mapping.expression-function',
    message: { en: `"${name}" takes ${wanted} arguments`, zh: `“${name}”需要 ${wanted} 个参数` },
  };
}

function unknownFunction(name: string): ExpressionProblem {
  const known = [
    ...expressionFunctions.map((one) => one.name),
    ...[...builtins.keys()].filter((one) => /^\w+$/.test(one)),
    ...macros,
  ];
  const clock = name === 'now' || name.endsWith('.now');
  return {
    code: 'mapping.expression-function',
    message: clock
      ? {
          en: 'expressions do not know what time it is: the same record always gives the same result',
          zh: '表达式不能读取当前时间：同一记录始终得到相同结果',
        }
      : { en: `there is no function "${operatorText(name)}"`, zh: `没有名为“${operatorText(name)}”的函数` },
    suggestion: clock ? undefined : suggest(name, known),
  };
}

function problemOfPattern(node: Node | undefined, walk: Walk): ExpressionProblem | undefined {
  const pattern = constantText(node);
  const bad = (en: string, zh: string): ExpressionProblem => ({
    code: 'mapping.expression-pattern',
    message: { en, zh },
  });
  if (pattern === undefined)
    return bad('a pattern must be written in the expression as a text', '正则表达式须以文本字面量写出');
  if (pattern.length > expressionLimits.pattern)
    return bad(
      `a pattern has at most ${expressionLimits.pattern} characters`,
      `正则表达式最多 ${expressionLimits.pattern} 个字符`,
    );
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.programSize() > expressionLimits.patternSize)
      return bad('the pattern is too large: use smaller repetitions', '正则表达式过大：请减少重复次数');
    walk.patterns.set(pattern, compiled);
    return undefined;
  } catch {
    return bad(
      'this is not a regular expression that can be used (RE2 syntax: no look-around, no back-references)',
      '不是有效的正则表达式（RE2：不支持环视与反向引用）',
    );
  }
}
