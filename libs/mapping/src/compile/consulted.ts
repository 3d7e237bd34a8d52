import { conditionsOf, waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { variablesOf } from '../expressions/compile-expression.js';
import { fieldsRead } from '../expressions/fields-read.js';
import { parseExpression } from '../expressions/parse-expression.js';
import { pathOf } from '../paths/parse-path.js';
import { patternOf } from '../paths/pointer.js';

/**
 * Canonical pointers (list items as `*`) that outgoing rows depend on without holding them: what expressions and conditions look at, those
 * of the document included. Without repetition.
 */
export function consultedBy({ rules, when }: MappingDocument): readonly string[] {
  const found = new Set(patternsOf(Object.keys(when ?? {}), ''));
  collect(rules, undefined, found);
  return [...found];
}

function collect(rules: readonly RuleDocument[], list: string | undefined, found: Set<string>): void {
  const prefix = list ?? '';
  for (const rule of rules) {
    if (!waysOf(rule).out) continue;
    for (const pointer of patternsOf(Object.keys(conditionsOf(rule).canonical), prefix)) found.add(pointer);
    if (rule.expression !== undefined) for (const pointer of readBy(rule.expression, list)) found.add(pointer);
    if (rule.rules && rule.canonical !== undefined)
      collect(rule.rules, `${prefix}${patternOf(pathOf(rule.canonical))}/*`, found);
  }
}

const patternsOf = (paths: readonly string[], prefix: string): readonly string[] =>
  paths.map((path) => prefix + patternOf(pathOf(path)));

function readBy(expression: string, list: string | undefined): readonly string[] {
  const sound = parseExpression(expression, variablesOf({ direction: 'out', inList: list !== undefined }));
  if (!('tree' in sound)) return [];
  const places = new Map([['record', ''], ...(list === undefined ? [] : [['item', list] as const])]);
  return fieldsRead(sound.tree, places);
}
