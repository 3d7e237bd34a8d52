import { contentHash, equalJson, type Json } from '@isthmus/json';
import { nativePathsOf, type RuleDocument } from '../document/mapping-document.js';
import type { RuleSelector } from './layer-schema.js';

/** Indexes of the rules that a selector means. A bare text is an id, else a canonical path, else a native one. */
export function selectRules(rules: readonly RuleDocument[], selector: RuleSelector): readonly number[] {
  if (typeof selector !== 'string') return indexesOf(rules, (rule) => fits(rule, selector));
  for (const test of [
    (rule: RuleDocument) => rule.id === selector,
    (rule: RuleDocument) => rule.canonical === selector,
    (rule: RuleDocument) => nativePathsOf(rule).includes(selector),
  ]) {
    const found = indexesOf(rules, test);
    if (found.length > 0) return found;
  }
  return [];
}

function fits(rule: RuleDocument, { canonical, native, direction }: Exclude<RuleSelector, string>): boolean {
  const wanted = native === undefined ? undefined : typeof native === 'string' ? [native] : native;
  return (
    (canonical === undefined || rule.canonical === canonical) &&
    (wanted === undefined || equalJson([...nativePathsOf(rule)], [...wanted])) &&
    (direction === undefined || (rule.direction ?? 'both') === direction)
  );
}

function indexesOf(rules: readonly RuleDocument[], test: (rule: RuleDocument) => boolean): number[] {
  return rules.flatMap((rule, index) => (test(rule) ? [index] : []));
}

/** What names a rule in a message and in a suggestion. */
export function nameOf(rule: RuleDocument): string {
  return rule.id ?? rule.canonical ?? nativePathsOf(rule)[0] ?? '';
}

/** Short fingerprint of a rule as it stands in a document: notes and ids do not count. */
export function ruleFingerprint(rule: RuleDocument): string {
  const { id: _id, note: _note, ...rest } = rule;
  return contentHash(rest as unknown as Json).slice(0, 12);
}
