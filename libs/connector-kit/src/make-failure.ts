import type { Failure, FailureKind } from './failure.js';

type Extras = Pick<Failure, 'field' | 'retryAfterMs' | 'details'>;

/** Shorthand for a failure with both wordings; extras that are undefined are left out. */
export function makeFailure(kind: FailureKind, code: string, en: string, zh: string, extras: Extras = {}): Failure {
  return {
    kind,
    code,
    message: { en, zh },
    ...(extras.field === undefined ? {} : { field: extras.field }),
    ...(extras.retryAfterMs === undefined ? {} : { retryAfterMs: extras.retryAfterMs }),
    ...(extras.details === undefined ? {} : { details: extras.details }),
  };
}
