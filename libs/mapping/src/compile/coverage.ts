import { waysOf, type RuleDocument } from '../document/mapping-document.js';
import { pathOf, type Path } from '../paths/parse-path.js';
import { patternOf } from '../paths/pointer.js';

/** Canonical pointers (list items as `*`) that the rules touch in one direction, without repetition, in the order of the document. */
export function coverageOf(rules: readonly RuleDocument[], direction: 'in' | 'out', prefix = ''): readonly string[] {
  const found = new Set<string>();
  for (const rule of rules) {
    if (!waysOf(rule)[direction] || rule.canonical === undefined) continue;
    const path = pathOf(rule.canonical);
    const pointer = prefix + patternOf(path);
    if (!rule.rules) {
      if (direction === 'in') for (const fixed of fixedFields(path, rule)) found.add(prefix + fixed);
      found.add(pointer);
      continue;
    }
    if (rule.list?.key) found.add(`${pointer}/*${patternOf(pathOf(rule.list.key.canonical))}`);
    for (const inner of coverageOf(rule.rules, direction, `${pointer}/*`)) found.add(inner);
  }
  return [...found];
}

/** Fields that a selector or `canonicalExtras` fills beside the path. */
function fixedFields(path: Path, rule: RuleDocument): string[] {
  const fixed: string[] = [];
  for (const [depth, segment] of path.segments.entries()) {
    if (segment.kind !== 'select') continue;
    const list = patternOf({ text: '', segments: path.segments.slice(0, depth) });
    for (const { key } of segment.where) fixed.push(`${list}/*/${key}`);
  }
  const parent = patternOf({ text: '', segments: path.segments.slice(0, -1) });
  for (const key of Object.keys(rule.canonicalExtras ?? {})) fixed.push(`${parent}/${key}`);
  return fixed;
}
