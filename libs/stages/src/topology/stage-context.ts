import type { Failure } from '@isthmus/connector-kit';
import type { Database } from '@isthmus/ledger';
import type { Work } from '@isthmus/queue';
import type { TopologySource } from './topology.js';

/** Wall clock; tests own it. */
export interface StageClock {
  now(): Date;
}

/** What the stages tell about themselves; never with customer data. */
export interface StageObserver {
  /** Records that went through a stage, by outcome. */
  count(
    stage: 'capture' | 'merge' | 'deliver' | 'fetch',
    labels: { connection?: string; entity: string; outcome: string },
    amount: number,
  ): void;
  /** Something an operator should read; once per event, not per record. */
  warn(event: { readonly code: string; readonly message: string; readonly details?: Record<string, unknown> }): void;
}

/** What every stage gets. */
export interface StageContext {
  readonly database: Database;
  readonly topology: TopologySource;
  readonly clock: StageClock;
  readonly observer: StageObserver;
  /** From 0 (inclusive) to 1 (exclusive); for jitter. */
  readonly random: () => number;
  /** Says that there is work; after the commit. */
  readonly hint: (work: Work) => void;
  /** Stops all work on a connection and raises its one alarm. */
  readonly pauseConnection: (connectionId: string, failure: Failure) => Promise<void>;
}
