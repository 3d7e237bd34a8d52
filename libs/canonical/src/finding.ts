/** Text for people, in both languages of the console. */
export interface Wording {
  readonly en: string;
  readonly zh: string;
}

/** `error` refuses the body; `warning` is kept beside it for people to see. */
export type FindingSeverity = 'error' | 'warning';

/** Something that a check says about a body. */
export interface Finding {
  readonly severity: FindingSeverity;
  /** Stable dotted code, for example `schema.required` or `order.totals-differ`. */
  readonly code: string;
  /** JSON Pointer into the body; for a missing or unknown field it names that field. */
  readonly path: string;
  readonly message: Wording;
  /** What to do next, where one step is known. */
  readonly hint?: Wording;
}

/** An error finding. */
export function finding(code: string, path: string, message: Wording, hint?: Wording): Finding {
  return hint ? { severity: 'error', code, path, message, hint } : { severity: 'error', code, path, message };
}

/** A warning finding. */
export function warning(code: string, path: string, message: Wording): Finding {
  return { severity: 'warning', code, path, message };
}
