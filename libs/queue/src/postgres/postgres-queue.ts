import type { DueWorkFinder, Queue, QueueDepth, QueueReporter, Work, WorkHandler, WorkKind } from '../queue.js';
import { Runner } from '../runner.js';
import { Sweep } from '../sweep.js';

/** How the PostgreSQL queue looks for work that another process made. */
export interface PostgresQueueOptions {
  readonly findDueWork: DueWorkFinder;
  readonly report: QueueReporter;
  /** Milliseconds between two looks. @default 250 */
  readonly sweepMs?: number;
}

/**
 * The default queue: the ledger itself. Work of this process is woken at once; work that other processes made, retries that became due and
 * hints that were lost are found by a look at the due rows every quarter of a second. No NOTIFY: it slows every commit.
 */
export class PostgresQueue implements Queue {
  private readonly runner: Runner;
  private readonly sweep: Sweep;

  constructor(options: PostgresQueueOptions) {
    this.runner = new Runner(options.report);
    this.sweep = new Sweep(
      options.findDueWork,
      (work) => this.runner.run(work),
      options.report,
      options.sweepMs ?? 250,
    );
  }

  hint(work: Work): void {
    this.runner.run(work);
  }

  process(kind: WorkKind, handler: WorkHandler, options: { readonly parallel?: number } = {}): void {
    this.runner.register(kind, handler, options.parallel ?? 1);
  }

  start(): Promise<void> {
    if (this.runner.hasHandlers) this.sweep.start();
    return Promise.resolve();
  }

  pause(kind: WorkKind): Promise<void> {
    this.runner.setPaused(kind, true);
    return Promise.resolve();
  }

  resume(kind: WorkKind): Promise<void> {
    this.runner.setPaused(kind, false);
    this.sweep.soon();
    return Promise.resolve();
  }

  depth(): Promise<Record<WorkKind, QueueDepth>> {
    return Promise.resolve({
      fetch: this.runner.depth('fetch'),
      merge: this.runner.depth('merge'),
      deliver: this.runner.depth('deliver'),
    });
  }

  healthy(): boolean {
    return this.sweep.healthy;
  }

  async close(): Promise<void> {
    await this.sweep.close();
    await this.runner.close();
  }
}
