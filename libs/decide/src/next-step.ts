import { retryDelayMs } from './retry-time.js';

/** The kinds that connectors sort failures into (DESIGN §4). */
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

/** What becomes of a replica after a failed try. Decided here, written by the ledger. */
export type NextStep =
  /** Again after `afterMs`; `counts` = the try counts towards giving up; `outcomeUnknown` = probe before a repeat. */
  | { readonly do: 'retry'; readonly afterMs: number; readonly counts: boolean; readonly outcomeUnknown: boolean }
  /** Read the native record again and merge it, then try again. */
  | { readonly do: 'remerge'; readonly afterMs: number }
  | { readonly do: 'dead-letter' }
  | { readonly do: 'pause-connection' }
  | { readonly do: 'gone' };

/** The facts that decide. */
export interface FailedTry {
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;
  /** Tries in a row that failed before this one. */
  readonly failedBefore: number;
  /** How long the replica has been behind. */
  readonly behindMs: number;
  /** From 0 to 1, for the jitter. */
  readonly random: number;
}

const DAY_MS = 86_400_000;
/** A far side that is down for a weekend kills nothing: transient failures give up by age and count together. */
const GIVE_UP_AFTER_MS = 3 * DAY_MS;
const GIVE_UP_AFTER_TRIES = 20;
/** Failures that a repeat rarely cures, but sometimes does (index lag, a half-deployed far side). */
const DOUBTFUL_TRIES = 5;
const LONGEST_WAIT_MS = 3_600_000;

/** Turns a failure kind into an action. The only place that does. */
export function nextStep(failed: FailedTry): NextStep {
  const asked = Math.min(failed.retryAfterMs ?? 0, LONGEST_WAIT_MS);
  const afterMs = retryDelayMs(failed.failedBefore + 1, failed.random, undefined, asked);
  switch (failed.kind) {
    case 'invalid':
      return { do: 'dead-letter' };
    case 'auth':
      return { do: 'pause-connection' };
    case 'gone':
      return { do: 'gone' };
    case 'conflict':
      return failed.failedBefore < DOUBTFUL_TRIES ? { do: 'remerge', afterMs } : { do: 'dead-letter' };
    case 'rate-limited':
      return { do: 'retry', afterMs: Math.max(asked, 1_000), counts: false, outcomeUnknown: false };
    case 'missing-reference':
    case 'contract':
      return failed.failedBefore < DOUBTFUL_TRIES
        ? { do: 'retry', afterMs, counts: true, outcomeUnknown: failed.kind === 'contract' }
        : { do: 'dead-letter' };
    case 'transient':
    case 'unknown':
      return failed.behindMs > GIVE_UP_AFTER_MS && failed.failedBefore >= GIVE_UP_AFTER_TRIES
        ? { do: 'dead-letter' }
        : { do: 'retry', afterMs, counts: true, outcomeUnknown: failed.kind === 'unknown' };
  }
}

/** A replica that was claimed this often without settling has killed its worker each time: it becomes a dead letter (FAULTS F03). */
export const MOST_CLAIMS = 5;
