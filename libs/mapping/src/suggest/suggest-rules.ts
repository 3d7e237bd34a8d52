import type { Json, JsonObject } from '@isthmus/json';
import { nativeFieldsOf } from '../coverage/native-fields.js';
import { itemSite, type Site } from '../compile/site.js';
import type { LoadMappingInput, MappingFinding, Wording } from '../contract.js';
import { nativeTypesOf } from '../document/canonical-kind.js';
import { firstNativeOf, nativePathsOf, type RuleDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import type { NativeType } from '../transforms/transform.js';
import { readMapping } from '../load-mapping.js';
import { pathOf } from '../paths/parse-path.js';
import { lookOf, type ValueLook } from './look-of-values.js';
import { scoreOf, type Source } from './score.js';
import { snippetOf } from './snippet.js';
import { targetsOf, type Target } from './targets.js';
import { wordsIn } from './words.js';

/** A rule that may be meant. Never applied by itself. */
export interface SuggestedRule {
  readonly canonical: string;
  /** From 0 to 1. */
  readonly score: number;
  readonly reasons: readonly Wording[];
  /** The rule as YAML, to be copied into the document. */
  readonly yaml: string;
}

/** An unmapped native field and the rules that it may be meant for, the best first. */
export interface SuggestionFor {
  /** Native path, relative to the rules that it would stand among. */
  readonly native: string;
  /** Where the rule would stand: `rules`, or `rules[17].rules` for items of a list. */
  readonly at: string;
  readonly look: ValueLook | undefined;
  readonly rules: readonly SuggestedRule[];
}

/** What `suggestRules` may look at besides the document. */
export interface SuggestOptions {
  /** Native rows: their fields count even where the schema does not name them, and their values say what a field is. */
  readonly rows?: readonly JsonObject[];
  /** Rules for each field. @default 3 */
  readonly most?: number;
  /** Below this nothing is proposed. @default 0.4 */
  readonly least?: number;
}

const MAX_ROWS = 50;
const MAX_DEPTH = 4;

/**
 * Proposes rules for the native fields that no rule reads or writes, by names (with synonyms in Chinese and English), types and sample
 * values. `suggestions` is absent when the document has errors.
 */
export function suggestRules(
  input: LoadMappingInput,
  options: SuggestOptions = {},
): { readonly findings: readonly MappingFinding[]; readonly suggestions?: readonly SuggestionFor[] } {
  const { findings, sound } = readMapping(input);
  if (!sound) return { findings: findings.all() };
  const { document, site } = sound;
  const rows = (options.rows ?? []).slice(0, MAX_ROWS);
  const level: Level = { rules: document.rules, at: 'rules', site, rows, entity: document.entity, inList: false };
  const suggestions = suggestionsAt(level, options).sort((a, b) => (b.rules[0]?.score ?? 0) - (a.rules[0]?.score ?? 0));
  return { findings: findings.all(), suggestions };
}

interface Level {
  readonly rules: readonly RuleDocument[];
  readonly at: string;
  readonly site: Site;
  readonly rows: readonly JsonObject[];
  readonly entity: string;
  readonly inList: boolean;
}

function suggestionsAt(level: Level, options: SuggestOptions): SuggestionFor[] {
  const { rules, site, entity, inList, at } = level;
  const filled = new Set(
    rules.flatMap(({ canonical, direction }) => (canonical === undefined || direction === 'out' ? [] : [canonical])),
  );
  const targets = targetsOf(entity, site.canonicalRoot, site.canonical, inList).filter(({ path }) => !filled.has(path));
  const own = unmappedOf(level).flatMap((field) => {
    const proposed = rulesFor(field, targets, options);
    return proposed.length > 0 ? [{ native: field.path, at, look: field.look, rules: proposed }] : [];
  });
  const inside = rules.flatMap((rule, index) => {
    if (!rule.rules) return [];
    const [native, canonical] = [pathOf(firstNativeOf(rule)), pathOf(rule.canonical as string)];
    const rows = level.rows.flatMap((row) => itemsAt(row, native.text));
    const below = {
      rules: rule.rules,
      at: `${at}[${index}].rules`,
      site: itemSite(site, canonical, native),
      rows,
      entity,
      inList: true,
    };
    return suggestionsAt(below, options);
  });
  return [...own, ...inside];
}

interface Field extends Source {
  readonly path: string;
}

function unmappedOf({ rules, site, rows }: Level): readonly Field[] {
  const used = rules.flatMap((rule) => [...nativePathsOf(rule), ...(rule.list?.key ? [rule.list.key.native] : [])]);
  const named = new Map((site.native ? nativeFieldsOf(site.native) : []).map(({ path, schema }) => [path, schema]));
  const seen = new Set([...named.keys(), ...rows.flatMap((row) => leavesOf(row))]);
  return [...seen]
    .filter((path) => !path.includes('[') && !used.some((one) => one === path || path.startsWith(`${one}.`)))
    .map((path) => fieldOf(path, named.get(path), rows));
}

function fieldOf(path: string, schema: Schema | undefined, rows: readonly JsonObject[]): Field {
  const values = rows.flatMap((row) => valueAt(row, path));
  const steps = path.split('.');
  return {
    path,
    words: wordsIn(steps.at(-1) ?? ''),
    wholeWords: wordsIn(path),
    types: (schema && nativeTypesOf(schema)) ?? typesOf(values),
    look: lookOf(values),
  };
}

function rulesFor(
  field: Field,
  targets: readonly Target[],
  { most = 3, least = 0.4 }: SuggestOptions,
): SuggestedRule[] {
  return targets
    .flatMap((target) => {
      const scored = scoreOf(field, target);
      return scored && scored.score >= least ? [{ target, ...scored }] : [];
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ target, score, reasons }) => ({
      canonical: target.path,
      score: Math.round(score * 100) / 100,
      reasons,
      yaml: snippetOf(field.path, target, field.look),
    }));
}

function typesOf(values: readonly Json[]): ReadonlySet<NativeType> | undefined {
  const types = new Set<NativeType>();
  for (const value of values) {
    if (value === null) continue;
    if (Array.isArray(value)) types.add('list');
    else if (typeof value === 'string') types.add('text');
    else types.add(typeof value as 'number' | 'boolean' | 'object');
  }
  return types.size === 0 ? undefined : types;
}

function leavesOf(value: JsonObject, prefix = '', depth = 0): string[] {
  return Object.entries(value).flatMap(([name, child]) => {
    if (!/^[^.[\]'"]+$/.test(name) || depth > MAX_DEPTH) return [];
    const here = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof child !== 'object' || child === null) return [here];
    return Array.isArray(child)
      ? child.every((item) => typeof item !== 'object')
        ? [here]
        : []
      : leavesOf(child, here, depth + 1);
  });
}

function valueAt(row: JsonObject, path: string): readonly Json[] {
  let here: Json | undefined = row;
  for (const step of path.split('.')) {
    if (typeof here !== 'object' || here === null || Array.isArray(here) || !Object.hasOwn(here, step)) return [];
    here = here[step];
  }
  return here === undefined ? [] : [here];
}

function itemsAt(row: JsonObject, path: string): readonly JsonObject[] {
  return valueAt(row, path).flatMap((list) =>
    Array.isArray(list)
      ? list.filter((item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item))
      : [],
  );
}
