import type { parse } from '@bufbuild/cel';

/** A parsed expression. */
export type Parsed = ReturnType<typeof parse>;

/** A node of the syntax tree. */
export type Node = NonNullable<Parsed['expr']>;

/** A call: a function or method, an operator by CEL's own names (`_+_`, `_?_:_`). */
export interface Call {
  readonly name: string;
  readonly target: Node | undefined;
  readonly args: readonly Node[];
}

/** A macro written out as a fold over a list. */
export type Fold = Extract<Node['exprKind'], { case: 'comprehensionExpr' }>['value'];

/** All parts of a fold, those that are worked out once first. */
export function partsOfFold(fold: Fold): {
  readonly once: readonly Node[];
  readonly everyTurn: readonly Node[];
} {
  return {
    once: [fold.iterRange, fold.accuInit, fold.result].filter((node) => node !== undefined),
    everyTurn: [fold.loopCondition, fold.loopStep].filter((node) => node !== undefined),
  };
}

/** The nodes directly below a node, each with whether a macro repeats it. */
export function childrenOf(node: Node): readonly { readonly node: Node; readonly repeated: boolean }[] {
  return [
    ...plainChildren(node).map((child) => ({ node: child, repeated: false })),
    ...repeatedChildren(node).map((child) => ({ node: child, repeated: true })),
  ];
}

function plainChildren({ exprKind: kind }: Node): readonly Node[] {
  switch (kind.case) {
    case 'callExpr':
      return [...(kind.value.target ? [kind.value.target] : []), ...kind.value.args];
    case 'listExpr':
      return kind.value.elements;
    case 'selectExpr':
      return kind.value.operand ? [kind.value.operand] : [];
    case 'structExpr':
      return kind.value.entries.flatMap(({ keyKind, value }) => [
        ...(keyKind.case === 'mapKey' ? [keyKind.value] : []),
        ...(value ? [value] : []),
      ]);
    case 'comprehensionExpr':
      return partsOfFold(kind.value).once;
    case 'constExpr':
    case 'identExpr':
    case undefined:
      return [];
  }
}

function repeatedChildren({ exprKind: kind }: Node): readonly Node[] {
  return kind.case === 'comprehensionExpr' ? partsOfFold(kind.value).everyTurn : [];
}

/** The qualified name of a call such as `decimal.add(…)`, when its target is a bare name. */
export function callOf(node: Node): Call | undefined {
  if (node.exprKind.case !== 'callExpr') return undefined;
  const { function: name, target, args } = node.exprKind.value;
  const group = target?.exprKind.case === 'identExpr' ? target.exprKind.value.name : undefined;
  if (group !== undefined && groups.has(group)) return { name: `${group}.${name}`, target: undefined, args };
  return { name, target, args };
}

/** First parts of the names of our functions: no variable is called so. */
export const groups: ReadonlySet<string> = new Set(['decimal', 'instant', 'date']);

/** Nodes of a tree, itself included. */
export function countNodes(node: Node): number {
  return childrenOf(node).reduce((sum, child) => sum + countNodes(child.node), 1);
}

/** The text of a constant; undefined for everything else. */
export function constantText(node: Node | undefined): string | undefined {
  if (node?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind: kind } = node.exprKind.value;
  return kind.case === 'stringValue' ? kind.value : undefined;
}
