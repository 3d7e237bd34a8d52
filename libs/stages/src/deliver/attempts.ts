import type { Failure } from '@isthmus/connector-kit';
import type { NewAttempt } from '@isthmus/ledger';

/** Collects the tries of one batch for the attempt log. */
export class Attempts {
  private readonly done: NewAttempt[] = [];

  /** Notes one try. */
  add(attempt: Omit<NewAttempt, 'failure'> & { readonly failure: Failure | undefined }): void {
    this.done.push({ ...attempt, failure: attempt.failure ?? null });
  }

  /** What was noted so far. */
  take(): NewAttempt[] {
    return this.done.splice(0);
  }
}
