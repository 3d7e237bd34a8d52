import { canonicalTypeOf, wordsOf } from '../document/canonical-kind.js';
import { say } from '../document/finding-factory.js';
import { conditionsOf, nativePathsOf, waysOf } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import type { Path } from '../paths/parse-path.js';
import { checkPath, readPath, type RulePlace, type Side } from './check-context.js';
import { errorsOf } from './validator.js';
import { suggest } from './suggest.js';

/** Paths of a rule with the schemas they lead to; undefined when a path cannot be read at all. */
export interface RulePaths {
  readonly canonical: { readonly path: Path; readonly schema: Schema | undefined } | undefined;
  readonly native: readonly { readonly path: Path; readonly schema: Schema | undefined }[];
}

/** Checks every path that a rule names. */
export function checkRulePaths(place: RulePlace): RulePaths | undefined {
  const { rule, at, findings, site } = place;
  const canonical = rule.canonical === undefined ? undefined : readPath(rule.canonical, `${at}.canonical`, findings);
  const texts = nativePathsOf(rule);
  const native = texts.map((text, index) =>
    readPath(text, typeof rule.native === 'string' ? `${at}.native` : `${at}.native[${index}]`, findings),
  );
  checkConditions(place);
  if ((rule.canonical !== undefined && !canonical) || native.includes(undefined)) return undefined;
  for (const path of [canonical, ...native])
    if (path) checkEnding(path, place, path === canonical ? 'canonical' : 'native');
  if (canonical) checkSelectors(canonical, place);
  return {
    canonical: canonical && {
      path: canonical,
      schema: checkPath(canonical, 'canonical', `${at}.canonical`, site, findings),
    },
    native: (native as Path[]).map((path, index) => ({
      path,
      schema: checkPath(
        path,
        'native',
        typeof rule.native === 'string' ? `${at}.native` : `${at}.native[${index}]`,
        site,
        findings,
      ),
    })),
  };
}

function checkEnding(path: Path, { at, findings }: RulePlace, side: Side): void {
  if (path.segments.at(-1)?.kind !== 'select') return;
  findings.add({
    code: 'mapping.bad-path',
    path: `${at}.${side}`,
    message: say('a path with a selector ends in a field of the item', '带选择器的路径必须以列表项的字段结尾'),
    suggestion: `${path.text}.value`,
  });
}

/** Fields of a selector exist, and their values are words of the model. */
function checkSelectors(path: Path, { at, site, findings }: RulePlace): void {
  for (const [depth, segment] of path.segments.entries()) {
    if (segment.kind !== 'select') continue;
    for (const { key, value } of segment.where) {
      const field: Path = { text: path.text, segments: [...path.segments.slice(0, depth + 1), { kind: 'key', key }] };
      const schema = checkPath(field, 'canonical', `${at}.canonical`, site, findings);
      const words = schema && wordsOf(schema);
      if (words && !words.has(String(value))) {
        findings.add({
          code: 'mapping.unknown-word',
          path: `${at}.canonical`,
          message: say(`"${String(value)}" is not a word of "${key}"`, `“${String(value)}”不是“${key}”的取值`),
          suggestion: suggest(String(value), words),
        });
      }
    }
  }
}

function checkConditions({ rule, at, site, findings }: RulePlace): void {
  const { canonical, native } = conditionsOf(rule);
  for (const [side, conditions] of [
    ['canonical', canonical],
    ['native', native],
  ] as const) {
    for (const [text, expected] of Object.entries(conditions)) {
      const path = readPath(text, `${at}.when`, findings);
      const schema = path && checkPath(path, side, `${at}.when`, site, findings);
      if (side === 'canonical' && schema) checkWords(schema, expected, `${at}.when`, findings);
    }
  }
}

/** The values that a condition names; what a test of a beginning or of presence says is no word. */
function wordsIn(expected: unknown): readonly unknown[] {
  if (Array.isArray(expected)) return expected;
  if (typeof expected !== 'object' || expected === null) return [expected];
  const { not } = expected as { readonly not?: unknown };
  return not === undefined ? [] : wordsIn(not);
}

/** Says which of the expected values the closed list of a field does not know. */
export function checkWords(schema: Schema, expected: unknown, at: string, findings: RulePlace['findings']): void {
  const words = wordsOf(schema);
  if (!words) return;
  for (const value of wordsIn(expected)) {
    const word = typeof value === 'string' ? value : JSON.stringify(value);
    if (value === null || words.has(word)) continue;
    findings.add({
      code: 'mapping.unknown-word',
      path: at,
      message: say(`"${word}" is not a word of this field`, `“${word}”不是该字段的取值`),
      suggestion: suggest(word, words),
    });
  }
}

/** Constants, defaults and extras must be values of the canonical field. */
export function checkFixedValues(place: RulePlace, paths: RulePaths): void {
  const { rule, at, findings } = place;
  const target = paths.canonical;
  if (!target) return;
  for (const [key, value] of [
    ['constant', rule.constant],
    ['default', rule.default],
  ] as const) {
    if (value !== undefined && value !== null && target.schema) checkValue(value, target.schema, `${at}.${key}`, place);
  }
  for (const [key, value] of Object.entries(rule.canonicalExtras ?? {})) {
    const path: Path = { text: key, segments: [...target.path.segments.slice(0, -1), { kind: 'key', key }] };
    const schema = checkPath(path, 'canonical', `${at}.canonicalExtras.${key}`, place.site, findings);
    if (schema) checkValue(value, schema, `${at}.canonicalExtras.${key}`, place);
  }
}

/** A two-way field whose empty value comes back as something else loses the difference. */
export function checkEmptyComesBack({ rule, at, findings }: RulePlace): void {
  const ways = waysOf(rule);
  if (!ways.in || !ways.out || rule.nativeDefault === undefined || rule.default !== undefined) return;
  findings.add({
    severity: 'warning',
    code: 'mapping.empty-comes-back',
    path: `${at}.nativeDefault`,
    message: say(
      'a record without this field is written with this value and then read as holding it',
      '没有该字段的记录会写出此默认值，随后又被读作具有该值',
    ),
    suggestion: 'default: …',
  });
}

function checkValue(value: unknown, schema: Schema, at: string, { findings }: RulePlace): void {
  const words = wordsOf(schema);
  if (words) return checkWords(schema, value, at, findings);
  // A part of an object is a constant like any other: what is missing may come from other rules.
  const partial = canonicalTypeOf(schema) === 'object' ? partOf(schema) : schema;
  const [error] = errorsOf(partial, value);
  if (error)
    findings.add({
      code: 'mapping.bad-constant',
      path: at,
      message: say(`not a value of this field: ${error.message ?? ''}`, `不是该字段的有效值：${error.message ?? ''}`),
    });
}

const parts = new WeakMap<Schema, Schema>();

/** The schema without required fields; one for each schema, because validators are kept by schema. */
function partOf(schema: Schema): Schema {
  const known = parts.get(schema);
  if (known) return known;
  const part = { ...schema, required: [] };
  parts.set(schema, part);
  return part;
}
