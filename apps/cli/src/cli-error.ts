import type { Wording } from '@isthmus/api-contract';
import type { ExitCode } from './exit-code.js';

/** A call that ends without its result: what happened, what to do, and the exit code. Shown without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    readonly wording: Wording,
    /** What to try next. */
    readonly hints: readonly Wording[] = [],
  ) {
    super(wording.en);
  }
}
