/** What kind of work waits. */
export type WorkKind = 'merge' | 'deliver' | 'fetch';

/** A bounded batch of work by name only: which entity to merge, or which connection to deliver to or fetch from. Never data. */
export interface Work {
  readonly kind: WorkKind;
  /** Entity for `merge`; connection id for `deliver` and `fetch`. */
  readonly key: string;
}

/** Does one batch of what is due now, claimed from the ledger. `more` = the batch was full, there is probably more. */
export type WorkHandler = (work: Work) => Promise<{ readonly more: boolean }>;

/** How many hints wait, per kind, and whether they are held. */
export interface QueueDepth {
  readonly waiting: number;
  readonly running: number;
  readonly paused: boolean;
}

/**
 * The work queue. The ledger is the truth and this is only a hint: every hint may be lost, doubled or late without harm, because
 * handlers claim due rows from the ledger and a sweep finds due rows that no hint covers (DESIGN §8).
 */
export interface Queue {
  /** Says that there is work, after the commit that made it. Never throws and never waits. */
  hint(work: Work): void;
  /** Registers the handler of a kind; call before `start`. `parallel` = handlers at once per key in this process. */
  process(kind: WorkKind, handler: WorkHandler, options?: { readonly parallel?: number }): void;
  start(): Promise<void>;
  /** Stops starting handlers of a kind in this process until `resume`; work stays in the ledger. */
  pause(kind: WorkKind): Promise<void>;
  resume(kind: WorkKind): Promise<void>;
  depth(): Promise<Record<WorkKind, QueueDepth>>;
  /** False while the transport cannot be reached; work goes on by the sweep. */
  healthy(): boolean;
  /** Takes nothing new and resolves when running handlers have ended. */
  close(): Promise<void>;
}

/** Tells what is due, whatever became of its hint. */
export type DueWorkFinder = () => Promise<readonly Work[]>;

/** What a queue reports to the log: a defect in a handler, or a transport that fails. */
export type QueueReporter = (event: { readonly code: string; readonly work?: Work; readonly error: unknown }) => void;

/** All kinds, in order of urgency. */
export const workKinds: readonly WorkKind[] = ['fetch', 'merge', 'deliver'];
