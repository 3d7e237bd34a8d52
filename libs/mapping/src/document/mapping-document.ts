import type { Json, JsonObject } from '@isthmus/json';

/** One step of a transform pipeline as written: a name, or a name with its options. */
export type TransformUse = string | { readonly [name: string]: JsonObject };

/** A value, a list of values of which one must hold, or one test: there is a value or not, another value, a beginning. */
export type Condition = null | string | number | boolean | readonly Json[] | ConditionTest;

/** One test of a condition; exactly one of its fields is there. */
export interface ConditionTest {
  readonly present?: boolean;
  readonly not?: Json | readonly Json[];
  readonly startsWith?: string;
}

/** Conditions by path. */
export interface Conditions {
  readonly [path: string]: Condition;
}

/** Condition of one rule: by canonical paths, or by side. */
export type RuleWhen = Conditions | { readonly canonical?: Conditions; readonly native?: Conditions };

/** Ways of a rule: `in` = from the connection to the record, `out` = back. */
export type Direction = 'both' | 'in' | 'out';

/** A rule as written. */
export interface RuleDocument {
  readonly canonical?: string;
  readonly native?: string | readonly string[];
  readonly transform?: TransformUse | readonly TransformUse[];
  readonly direction?: Direction;
  readonly constant?: Json;
  /** CEL over the source side; only with `direction: in` or `out`. */
  readonly expression?: string;
  readonly default?: Json;
  readonly nativeDefault?: Json;
  readonly empty?: 'clear' | 'keep';
  readonly emptyNative?: null | string | number | boolean;
  readonly canonicalExtras?: JsonObject;
  readonly reference?: { readonly entity: string; readonly stream: string };
  readonly list?: { readonly key?: { readonly canonical: string; readonly native: string } };
  readonly rules?: readonly RuleDocument[];
  readonly when?: RuleWhen;
  readonly note?: string;
  /** Stable name by which layers address the rule. */
  readonly id?: string;
  /** What this rule does not keep, where its transform cannot keep everything. */
  readonly loses?: LossText | readonly LossText[];
}

/** Words for a loss: in both languages, or one text that stands for both. */
export type LossText = string | { readonly en: string; readonly zh: string };

/** A value table as written: native text → canonical text. */
export interface LookupTable {
  readonly [native: string]: string;
}

/** A mapping document that is valid against its schema. */
export interface MappingDocument {
  readonly mapping: 1;
  readonly stream: string;
  readonly entity: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly when?: Conditions;
  readonly lookups?: { readonly [table: string]: LookupTable };
  readonly rules: readonly RuleDocument[];
}

/** The native paths of a rule. */
export function nativePathsOf(rule: RuleDocument): readonly string[] {
  if (rule.native === undefined) return [];
  return typeof rule.native === 'string' ? [rule.native] : rule.native;
}

/** The first native path of a rule that the checker found sound. */
export function firstNativeOf(rule: RuleDocument): string {
  const [first] = nativePathsOf(rule);
  if (first === undefined) throw new Error('a rule without a native path passed the checker');
  return first;
}

/** The ways that a rule goes: a constant fills one side only, a rule with one path has nowhere to come from. */
export function waysOf(rule: RuleDocument): { readonly in: boolean; readonly out: boolean } {
  const direction = rule.direction ?? 'both';
  const hasNative = nativePathsOf(rule).length > 0;
  const hasCanonical = rule.canonical !== undefined;
  if (rule.expression !== undefined)
    return { in: hasCanonical && direction === 'in', out: hasNative && direction === 'out' };
  if (rule.constant !== undefined)
    return { in: hasCanonical && direction !== 'out', out: hasNative && direction !== 'in' };
  return { in: hasCanonical && hasNative && direction !== 'out', out: hasCanonical && hasNative && direction !== 'in' };
}

/** The transform steps of a rule in reading direction, with their options. */
export function stepsOf(
  rule: RuleDocument,
): readonly { readonly name: string; readonly options: JsonObject; readonly at: string }[] {
  if (rule.transform === undefined) return [];
  const uses = Array.isArray(rule.transform)
    ? (rule.transform as readonly TransformUse[])
    : [rule.transform as TransformUse];
  return uses.flatMap((use, index) => {
    const at = Array.isArray(rule.transform) ? `transform[${index}]` : 'transform';
    if (typeof use === 'string') return [{ name: use, options: {}, at }];
    return Object.entries(use).map(([name, options]) => ({ name, options, at: `${at}.${name}` }));
  });
}

/** Canonical and native conditions of a rule. */
export function conditionsOf(rule: RuleDocument): { readonly canonical: Conditions; readonly native: Conditions } {
  const when = rule.when ?? {};
  const sided = Object.entries(when).every(
    ([key, value]) =>
      (key === 'canonical' || key === 'native') && typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  if (!sided) return { canonical: when as Conditions, native: {} };
  const { canonical = {}, native = {} } = when as { canonical?: Conditions; native?: Conditions };
  return { canonical, native };
}
