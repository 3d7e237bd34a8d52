import type { Failure } from '@isthmus/connector-kit';
import type { NewAttempt } from '@isthmus/ledger';

/** Gives the calls that were made since `mark`, redacted; the hub feeds it from the HTTP clients' observers. */
export interface CallRecorder {
  /** Runs `work` and returns its result with the calls that it made. */
  record<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly calls: readonly object[] }>;
}

const SILENT: CallRecorder = { record: async (work) => ({ result: await work(), calls: [] }) };

/** Collects the tries of one batch for the attempt log. */
export class Attempts {
  private readonly done: NewAttempt[] = [];
  readonly recorder: CallRecorder;

  constructor(recorder: CallRecorder | undefined) {
    this.recorder = recorder ?? SILENT;
  }

  /** Notes one try. */
  add(attempt: Omit<NewAttempt, 'failure'> & { readonly failure: Failure | undefined }): void {
    this.done.push({ ...attempt, failure: attempt.failure ?? null });
  }

  /** What was noted so far. */
  take(): NewAttempt[] {
    return this.done.splice(0);
  }
}
