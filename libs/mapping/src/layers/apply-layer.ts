import type { Json, JsonObject } from '@isthmus/json';
import { shareNoPlace } from '../check/check-collisions.js';
import { suggest } from '../check/suggest.js';
import { say, type Findings } from '../document/finding-factory.js';
import type { LookupTable, MappingDocument, RuleDocument } from '../document/mapping-document.js';
import type { LayerChanges, LayerDocument, Replacement, RuleSelector } from './layer-schema.js';
import { Origins } from './origins.js';
import { nameOf, ruleFingerprint, selectRules } from './select-rule.js';

/** The shipped document with a layer over it, and where each part of it was written. */
export interface Layered {
  readonly document: MappingDocument;
  readonly origins: Origins;
}

/**
 * Lays the changes of a connection over a shipped mapping. What no longer fits the shipped one is a finding in the layer's file: a rule
 * that is not there any more, one that changed since, a place that both fill now. Neither argument is changed.
 */
export function applyLayer(base: MappingDocument, layer: LayerDocument, findings: Findings): Layered {
  const origins = new Origins();
  const rules = changeRules(base.rules, layer, { at: '', baseAt: 'rules', effectiveAt: 'rules', origins, findings });
  for (const key of ['title', 'when', 'lookups'] as const)
    if (layer[key] !== undefined && (key !== 'lookups' || base.lookups === undefined))
      origins.note(key, { from: 'layer', path: key });
  const lookups = joinLookups(base.lookups, layer.lookups, origins, findings);
  return {
    document: {
      ...base,
      ...(layer.title && { title: layer.title }),
      ...(layer.when && { when: layer.when }),
      ...(lookups && { lookups }),
      rules,
    },
    origins,
  };
}

interface Level {
  /** Path of the changes in the layer; empty at the top. */
  readonly at: string;
  readonly baseAt: string;
  readonly effectiveAt: string;
  readonly origins: Origins;
  readonly findings: Findings;
}

interface Placed {
  readonly rule: RuleDocument;
  readonly from: 'base' | 'layer';
  readonly path: string;
  readonly index: number;
}

function changeRules(rules: readonly RuleDocument[], changes: LayerChanges, level: Level): readonly RuleDocument[] {
  const dropped = dropRules(rules, changes.drop ?? [], level);
  const replaced = replaceRules(rules, changes.replace ?? [], dropped, level);
  const kept = rules.flatMap((rule, index): Placed[] => {
    if (dropped.has(index)) return [];
    return [replaced.get(index) ?? { rule, from: 'base', path: `${level.baseAt}[${index}]`, index }];
  });
  const added = (changes.add ?? []).map((rule, index): Placed => ({
    rule,
    from: 'layer',
    path: `${join(level.at, 'add')}[${index}]`,
    index: -1,
  }));
  for (const one of added) checkConflict(one, kept, level);
  const placed = [...kept, ...added];
  placed.forEach(({ from, path }, index) => level.origins.note(`${level.effectiveAt}[${index}]`, { from, path }));
  return changeLists(placed, rules, changes, level);
}

function join(at: string, key: string): string {
  return at === '' ? key : `${at}.${key}`;
}

function dropRules(
  rules: readonly RuleDocument[],
  selectors: readonly RuleSelector[],
  level: Level,
): ReadonlySet<number> {
  const dropped = new Set<number>();
  for (const [index, selector] of selectors.entries()) {
    const at = `${join(level.at, 'drop')}[${index}]`;
    const found = selectOne(rules, selector, at, level, 'warning');
    if (found !== undefined) dropped.add(found);
  }
  return dropped;
}

function replaceRules(
  rules: readonly RuleDocument[],
  replacements: readonly Replacement[],
  dropped: ReadonlySet<number>,
  level: Level,
): ReadonlyMap<number, Placed> {
  const replaced = new Map<number, Placed>();
  for (const [index, replacement] of replacements.entries()) {
    const at = `${join(level.at, 'replace')}[${index}]`;
    const found = selectOne(rules, replacement.rule, `${at}.rule`, level, 'error');
    if (found === undefined) continue;
    if (replaced.has(found) || dropped.has(found)) {
      level.findings.add({
        code: 'mapping.layer-twice',
        path: `${at}.rule`,
        message: say('this layer changes or drops that rule already', '该层已更改或删除此规则'),
      });
      continue;
    }
    const shipped = rules[found] as RuleDocument;
    checkUnchanged(shipped, replacement, `${at}.rule`, level.findings);
    replaced.set(found, { rule: changed(shipped, replacement.with), from: 'layer', path: `${at}.with`, index: found });
  }
  return replaced;
}

/** The shipped rule with the keys of the layer over it. */
function changed(shipped: RuleDocument, keys: JsonObject): RuleDocument {
  const merged: { [key: string]: Json | undefined } = { ...(shipped as unknown as JsonObject) };
  for (const [key, value] of Object.entries(keys)) {
    // A constant may be null: there is nothing else that null could take away.
    if (value === null && key !== 'emptyNative') delete merged[key];
    else merged[key] = value;
  }
  // What a rule takes its value from is one thing: a new one replaces the old.
  for (const [given, gone] of EXCLUSIVE)
    if (keys[given] !== undefined && keys[given] !== null)
      for (const key of gone) if (keys[key] === undefined) delete merged[key];
  return merged as unknown as RuleDocument;
}

const EXCLUSIVE: readonly (readonly [string, readonly string[]])[] = [
  ['constant', ['expression', 'transform', 'reference']],
  ['expression', ['constant', 'reference']],
];

function checkUnchanged(shipped: RuleDocument, { was }: Replacement, path: string, findings: Findings): void {
  if (was === undefined || was === ruleFingerprint(shipped)) return;
  findings.add({
    code: 'mapping.layer-rule-changed',
    severity: 'warning',
    path,
    message: say(
      `the shipped rule for "${nameOf(shipped)}" is not the one that this was written against: look whether the change is still wanted`,
      `“${nameOf(shipped)}”的内置规则已与编写此更改时不同：请确认该更改是否仍然需要`,
    ),
    suggestion: `was: ${ruleFingerprint(shipped)}`,
  });
}

function selectOne(
  rules: readonly RuleDocument[],
  selector: RuleSelector,
  path: string,
  { findings }: Level,
  severity: 'error' | 'warning',
): number | undefined {
  const found = selectRules(rules, selector);
  const [only] = found;
  if (found.length === 1) return only;
  const wanted = typeof selector === 'string' ? selector : (selector.canonical ?? String(selector.native));
  if (found.length > 1) {
    findings.add({
      code: 'mapping.layer-ambiguous',
      path,
      message: say(
        `${found.length} shipped rules are meant by "${wanted}": say which, by id or by both paths`,
        `“${wanted}”对应 ${found.length} 条内置规则：请用 id 或两个路径指明`,
      ),
      suggestion: distinguishing(rules[found[0] as number] as RuleDocument),
    });
    return undefined;
  }
  findings.add({
    code: 'mapping.layer-no-rule',
    severity,
    path,
    message: say(`the shipped mapping has no rule "${wanted}" (any more)`, `内置映射中（已）没有规则“${wanted}”`),
    suggestion: suggest(wanted, rules.map(nameOf)),
  });
  return undefined;
}

function distinguishing({ id, canonical, native }: RuleDocument): string {
  if (id !== undefined) return id;
  const paths = [
    canonical && `canonical: ${canonical}`,
    native && `native: ${typeof native === 'string' ? native : `[${native.join(', ')}]`}`,
  ];
  return `{ ${paths.filter(Boolean).join(', ')} }`;
}

function checkConflict(added: Placed, shipped: readonly Placed[], { findings }: Level): void {
  const other = shipped.find(({ from, rule }) => from === 'base' && !shareNoPlace(rule, added.rule));
  if (!other) return;
  findings.add({
    code: 'mapping.layer-conflict',
    path: added.path,
    message: say(
      `the shipped mapping fills the same place (${other.path}): replace that rule instead of adding one`,
      `内置映射已填充同一位置（${other.path}）：请替换该规则而不是新增`,
    ),
    suggestion: `replace: [{ rule: ${nameOf(other.rule)}, with: … }]`,
  });
}

function changeLists(
  placed: readonly Placed[],
  shipped: readonly RuleDocument[],
  { lists = {} }: LayerChanges,
  level: Level,
): readonly RuleDocument[] {
  const inside = new Map<number, readonly [string, LayerChanges]>();
  for (const [name, changes] of Object.entries(lists)) {
    const path = `${join(level.at, 'lists')}.${name}`;
    const found = selectOne(shipped, name, path, level, 'error');
    if (found === undefined) continue;
    if (shipped[found]?.rules === undefined || !placed.some(({ from, index }) => from === 'base' && index === found)) {
      level.findings.add({
        code: 'mapping.layer-no-rule',
        path,
        message: say(`"${name}" is no list rule that could be changed inside`, `“${name}”不是可在内部更改的列表规则`),
      });
      continue;
    }
    inside.set(found, [path, changes]);
  }
  return placed.map(({ rule, from, index, path: origin }, position) => {
    const found = from === 'base' ? inside.get(index) : undefined;
    if (!found || !rule.rules) return rule;
    const [at, changes] = found;
    const rules = changeRules(rule.rules, changes, {
      ...level,
      at,
      baseAt: `${origin}.rules`,
      effectiveAt: `${level.effectiveAt}[${position}].rules`,
    });
    return { ...rule, rules };
  });
}

function joinLookups(
  base: MappingDocument['lookups'],
  layer: LayerDocument['lookups'],
  origins: Origins,
  findings: Findings,
): MappingDocument['lookups'] {
  if (!layer) return base;
  const joined: { [table: string]: LookupTable } = { ...base };
  for (const [name, entries] of Object.entries(layer)) {
    const table: { [native: string]: string } = { ...joined[name] };
    for (const [native, canonical] of Object.entries(entries)) {
      const path = `lookups.${name}.${native}`;
      if (canonical === null) {
        if (!Object.hasOwn(table, native)) noEntry(native, name, path, findings);
        delete table[native];
        continue;
      }
      table[native] = String(canonical);
      origins.note(path, { from: 'layer', path });
    }
    if (base?.[name] === undefined) origins.note(`lookups.${name}`, { from: 'layer', path: `lookups.${name}` });
    joined[name] = table;
  }
  return joined;
}

function noEntry(native: string, table: string, path: string, findings: Findings): void {
  findings.add({
    code: 'mapping.layer-no-entry',
    severity: 'warning',
    path,
    message: say(`the shipped table "${table}" has no entry "${native}"`, `内置对照表“${table}”没有条目“${native}”`),
  });
}
