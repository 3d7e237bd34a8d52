import type { ApiErrorCode } from '@isthmus/api-contract';

/** One place in a request that is at fault. */
export interface ProblemPlace {
  /** JSON Pointer into the body; `?name` for a query parameter. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** A refused request: thrown anywhere in the API, turned into problem details by the one filter. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly code: ApiErrorCode,
    readonly extra: { readonly errors?: readonly ProblemPlace[]; readonly retryAfterMs?: number } = {},
  ) {
    super(code);
  }
}

/** 404 for an id that is not there. */
export function notFound(): ProblemError {
  return new ProblemError('request.not-found');
}
