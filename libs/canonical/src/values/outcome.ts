import type { Wording } from '../finding.js';

/** Why a value could not be read. */
export interface ValueProblem {
  readonly ok: false;
  /** Stable dotted code, for example `decimal.syntax`. */
  readonly code: string;
  readonly message: Wording;
}

/** A value, or why there is none. Bad input is expected, so it is a value and not an exception. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | ValueProblem;

/** A good outcome. */
export function good<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A bad outcome; the wording never repeats the value, which may be personal. */
export function bad(code: string, en: string, zh: string): ValueProblem {
  return { ok: false, code, message: { en, zh } };
}
