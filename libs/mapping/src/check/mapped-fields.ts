import { siteOfList } from '../compile/list-rule.js';
import { canonicalSchemaAt, type Site } from '../compile/site.js';
import type { MappedField, Wording } from '../contract.js';
import { nativePathsOf, waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { patternOf } from '../paths/pointer.js';
import { declaredLosses, lossesOfTransforms } from './losses.js';

interface Touched {
  readonly in: boolean;
  readonly out: boolean;
  readonly native: readonly string[];
  readonly rules: readonly string[];
  readonly loses: readonly Wording[];
}

/** The fields that a sound mapping touches, in the order of the document, and which way each goes. */
export function mappedFields(document: MappingDocument, site: Site): readonly MappedField[] {
  const fields = new Map<string, Touched>();
  collect(document.rules, { site, at: 'rules', canonical: '', native: '' }, fields);
  return [...fields].map(([canonical, { in: isIn, out, native, rules, loses }]) => ({
    canonical,
    ways: isIn && out ? 'both' : isIn ? 'in' : 'out',
    native,
    rules,
    ...(loses.length > 0 && { loses }),
  }));
}

interface Level {
  readonly site: Site;
  readonly at: string;
  readonly canonical: string;
  readonly native: string;
}

function collect(rules: readonly RuleDocument[], level: Level, fields: Map<string, Touched>): void {
  for (const [index, rule] of rules.entries()) {
    if (rule.canonical === undefined) continue;
    const at = `${level.at}[${index}]`;
    const pointer = level.canonical + patternOf(pathOf(rule.canonical));
    const natives = nativePathsOf(rule).map((path) => level.native + path);
    if (rule.rules) {
      const site = siteOfList(rule, level.site);
      const native = `${natives[0] ?? ''}[].`;
      addKey(rule, `${pointer}/*`, native, at, fields);
      collect(rule.rules, { site, at: `${at}.rules`, canonical: `${pointer}/*`, native }, fields);
      continue;
    }
    const declared = declaredLosses(rule);
    const schema = canonicalSchemaAt(level.site, pathOf(rule.canonical));
    const loses = declared.length > 0 ? declared : lossesOfTransforms(rule, schema);
    touch(pointer, { ...waysOf(rule), native: natives, rules: [at], loses }, fields);
  }
}

function addKey(rule: RuleDocument, canonical: string, native: string, at: string, fields: Map<string, Touched>): void {
  const key = rule.list?.key;
  if (!key || rule.rules?.some((inner) => inner.canonical === key.canonical)) return;
  const pointer = canonical + patternOf(pathOf(key.canonical));
  touch(pointer, { ...waysOf(rule), native: [native + key.native], rules: [`${at}.list.key`], loses: [] }, fields);
}

function touch(pointer: string, touched: Touched, fields: Map<string, Touched>): void {
  const before = fields.get(pointer);
  if (!before) {
    fields.set(pointer, touched);
    return;
  }
  fields.set(pointer, {
    in: before.in || touched.in,
    out: before.out || touched.out,
    native: [...new Set([...before.native, ...touched.native])],
    rules: [...before.rules, ...touched.rules],
    loses: [...before.loses, ...touched.loses],
  });
}
