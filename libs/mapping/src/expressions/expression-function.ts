import type { CelValue } from '@bufbuild/cel';
import type { Wording } from '../contract.js';

/** What an expression's values are, as far as the checker can know. `any` = known only with a record at hand. */
export type ExpressionType = 'text' | 'number' | 'integer' | 'boolean' | 'null' | 'list' | 'object' | 'any';

/** A function that expressions may call: pure, its work paid for by the size of its arguments. */
export interface ExpressionFunction {
  /** With its group, for example `decimal.add`; methods of texts and lists by their bare name. */
  readonly name: string;
  /** Type of the value before the dot; absent = a plain function. */
  readonly on?: 'text' | 'list';
  readonly takes: readonly ExpressionType[];
  readonly gives: ExpressionType;
  readonly summary: Wording;
  /** Expression and the JSON of its value, for tests and the reference page. */
  readonly cases: readonly (readonly [string, string])[];
  /** Arguments in order, the value before the dot first. A thrown `RangeError` becomes a refusal with its text. */
  readonly call: (...args: CelValue[]) => CelValue;
}
