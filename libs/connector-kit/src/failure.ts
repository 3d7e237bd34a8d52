/**
 * What kind of failure a far side's answer is. The connector sorts, `@isthmus/decide` alone turns a kind into an action.
 *
 * - `transient`: try again later, nothing is known to have happened
 * - `rate-limited`: too many calls; `retryAfterMs` says when the far side wants to see us again
 * - `unknown`: the call may or may not have taken effect (time-out, lost answer): probe before a repeat
 * - `auth`: the credentials are refused: the connection pauses with one alarm
 * - `invalid`: this record will be refused again as it stands: dead letter at once
 * - `conflict`: the far side holds a newer version: read again, merge again
 * - `gone`: the native record does not exist any more
 * - `missing-reference`: something that the record points at does not exist there
 * - `contract`: the answer is not as documented: the stream stops and says so once
 */
export type FailureKind =
  | 'transient'
  | 'rate-limited'
  | 'unknown'
  | 'auth'
  | 'invalid'
  | 'conflict'
  | 'gone'
  | 'missing-reference'
  | 'contract';

/** Text for an admin, in both languages of the console. */
export interface Wording {
  readonly en: string;
  readonly zh: string;
}

/** A failed call or a refused record, sorted. Never holds a secret. */
export interface Failure {
  readonly kind: FailureKind;
  /** Stable dotted code, for example `http.timeout` or `kingdee-xingchen.duplicate-number`. */
  readonly code: string;
  /** What happened and what to do next, in words for an admin. */
  readonly message: Wording;
  /** Native field path that the far side complains about, where it names one. */
  readonly field?: string;
  /** Milliseconds that the far side asked us to wait. */
  readonly retryAfterMs?: number;
  /** Facts for the log: status, vendor code, correlation id. Safe to print. */
  readonly details?: { readonly [name: string]: string | number | boolean };
}

/** Thrown by kit code inside a connector; the stages turn it back into the value it carries. */
export class FailureError extends Error {
  constructor(
    readonly failure: Failure,
    options?: ErrorOptions,
  ) {
    super(failure.message.en, options);
    this.name = 'FailureError';
  }
}
