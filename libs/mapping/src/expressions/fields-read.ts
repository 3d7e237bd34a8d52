import { callOf, constantText, type Fold, type Node } from './syntax.js';

/** Places that names stand for: JSON Pointer patterns (list items as `*`). */
type Places = ReadonlyMap<string, string>;

/**
 * The fields that an expression looks at, as JSON Pointer patterns (list items as `*`), without repetition. `places` says what its
 * variables stand for, for example `record` for ''. A variable that is used as a whole names no field.
 */
export function fieldsRead(tree: Node, places: Places): readonly string[] {
  const found = new Set<string>();
  visit(tree, places, found);
  return [...found].filter((pointer) => pointer !== '');
}

function visit(node: Node, places: Places, found: Set<string>): void {
  const place = placeOf(node, places);
  if (place !== undefined) {
    found.add(place);
    return;
  }
  const kind = node.exprKind;
  if (kind.case === 'comprehensionExpr') visitFold(kind.value, places, found);
  else for (const child of inside(node)) visit(child, places, found);
}

function inside({ exprKind: kind }: Node): readonly Node[] {
  switch (kind.case) {
    case 'callExpr':
      return [...(kind.value.target ? [kind.value.target] : []), ...kind.value.args];
    case 'listExpr':
      return kind.value.elements;
    case 'selectExpr':
      return kind.value.operand ? [kind.value.operand] : [];
    case 'structExpr':
      return kind.value.entries.flatMap(({ value }) => (value ? [value] : []));
    case 'comprehensionExpr':
    case 'constExpr':
    case 'identExpr':
    case undefined:
      return [];
  }
}

/** A macro: its variable is an item of the list that it goes through. */
function visitFold(fold: Fold, places: Places, found: Set<string>): void {
  if (fold.iterRange) visit(fold.iterRange, places, found);
  const list = fold.iterRange && placeOf(fold.iterRange, places);
  const within = new Map(places);
  within.delete(fold.accuVar);
  within.delete(fold.iterVar);
  if (list !== undefined) within.set(fold.iterVar, `${list}/*`);
  for (const part of [fold.accuInit, fold.loopCondition, fold.loopStep, fold.result])
    if (part) visit(part, within, found);
}

/** The place that a chain of fields and indexes stands for; undefined for everything else. */
function placeOf(node: Node, places: Places): string | undefined {
  const kind = node.exprKind;
  if (kind.case === 'identExpr') return places.get(kind.value.name);
  if (kind.case === 'selectExpr') {
    const above = kind.value.operand && placeOf(kind.value.operand, places);
    return above === undefined ? undefined : `${above}/${escaped(kind.value.field)}`;
  }
  const call = callOf(node);
  if (call?.name !== '_[_]') return undefined;
  const [list, index] = call.args;
  const above = list && placeOf(list, places);
  if (above === undefined) return undefined;
  const key = constantText(index);
  return key === undefined ? `${above}/*` : `${above}/${escaped(key)}`;
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
