import type { Outcome } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';
import type { MapEnvironment, Wording } from '../contract.js';
import type { TwoWayTable } from './two-way-table.js';

/** JSON types of native values. `list` also stands for several native paths of one rule. */
export type NativeType = 'text' | 'number' | 'boolean' | 'object' | 'list';

/** What a canonical value means; `text` stands for all plain texts and closed lists of words. */
export type CanonicalType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'decimal'
  | 'rate'
  | 'money'
  | 'quantity'
  | 'instant'
  | 'date'
  | 'reference'
  | 'object'
  | 'list'
  | 'any';

/** Why a value cannot pass; the rule adds the path. */
export class Refusal {
  readonly refused = true;

  constructor(
    readonly code: string,
    readonly message: Wording,
  ) {}
}

/** What was given up while a value passed, where the options allow that: a cut text, an unknown code taken for the default. */
export interface TransformWarning {
  /** Stable dotted code, for example `mapping.text-cut`. */
  readonly code: string;
  readonly message: Wording;
}

/** What a transform may look at besides its value. */
export interface TransformContext {
  readonly environment: MapEnvironment;
  /** The whole row going in, the whole body going out. */
  readonly root: JsonObject;
  /** Native paths of the rule; with more than one the native value is a list of that length. */
  readonly nativeCount: number;
  /** A value table of the mapping, with the connection's own entries over it. */
  table(name: string): TwoWayTable | undefined;
  /** Takes note of a loss that the options allow. Without it nobody would see the loss, so a text is refused rather than cut. */
  warn?(warning: TransformWarning): void;
}

/** A case for tests and for the reference page: what comes in and what it becomes. */
export interface TransformCase {
  readonly native: Json;
  readonly canonical: Json;
  readonly options?: JsonObject;
  /** What is written back, where that is not `native` itself. */
  readonly back?: Json;
}

/**
 * A two-way conversion of one value. Never called for an empty value (absent, null, empty text); a list of several native values comes
 * when at least one of them is not empty. Pure, bounded time, no exceptions for bad data: a `Refusal` parks the record.
 * Law: `toCanonical(fromCanonical(toCanonical(x))) = toCanonical(x)`.
 */
export interface Transform<O = JsonObject> {
  readonly name: string;
  /** One sentence for the reference page. */
  readonly summary: Wording;
  /** JSON Schema of the options; closed. */
  readonly options: { readonly [keyword: string]: unknown };
  /** Native types that it reads. */
  readonly native: readonly NativeType[];
  readonly canonical: CanonicalType;
  /** Native type that it writes. @default the first of `native` */
  writes?(options: O): NativeType;
  /** False where these options cannot go back. @default true when there is a `fromCanonical` */
  reversible?(options: O): boolean;
  /** True where options that cannot go both ways can still serve a rule that only writes (`direction: out`). @default false */
  readonly writesAlone?: boolean;
  /** True for transforms of several native paths of one rule; `list` in `native` alone means a JSON list. @default false */
  readonly manyPaths?: boolean;
  /** Which values do not survive the way there and back with these options; undefined = none but needless blanks and spellings. */
  loses?(options: O): Wording | undefined;
  /** What is wrong with options that fit their schema; undefined = nothing. Called by the checker; running them refuses values, too. */
  problemOf?(options: O): Wording | undefined;
  toCanonical(this: void, value: Json, options: O, context: TransformContext): Json | Refusal;
  fromCanonical?(this: void, value: Json, options: O, context: TransformContext): Json | Refusal;
  readonly cases: readonly TransformCase[];
}

/** True for a refusal; asks plain values nothing. */
export function isRefusal(value: Json | Refusal | undefined): value is Refusal {
  return typeof value === 'object' && value instanceof Refusal;
}

/** A refusal with a stable code. The wording never repeats a value that may be personal. */
export function refuse(code: string, en: string, zh: string): Refusal {
  return new Refusal(code, { en, zh });
}

/** The value has another type than the transform reads. */
export function wrongType(expectedEn: string, expectedZh: string): Refusal {
  return refuse('mapping.wrong-type', `expected ${expectedEn}`, `应为${expectedZh}`);
}

/** The value of an outcome, or its problem as a refusal. */
export function valueOf<T extends Json>(outcome: Outcome<T>): T | Refusal {
  return outcome.ok ? outcome.value : new Refusal(outcome.code, outcome.message);
}

/** Schema of closed options. */
export function optionsSchema(
  properties: { readonly [name: string]: object },
  required: readonly string[] = [],
): { readonly [keyword: string]: unknown } {
  return { type: 'object', properties, additionalProperties: false, ...(required.length > 0 ? { required } : {}) };
}
