import type { DueWorkFinder, QueueReporter, Work } from './queue.js';

/** Looks for due work again and again; a look that fails (the database is away) is reported and the next one tries again. */
export class Sweep {
  healthy = true;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly find: DueWorkFinder,
    private readonly found: (work: Work) => void,
    private readonly report: QueueReporter,
    private readonly everyMs: number,
  ) {}

  /** Starts looking. */
  start(): void {
    this.arm(0);
  }

  /** Looks now. */
  soon(): void {
    if (this.timer && !this.closed) this.arm(0);
  }

  private arm(afterMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
        if (!this.closed) this.arm(this.everyMs);
      });
    }, afterMs);
  }

  private async look(): Promise<void> {
    try {
      for (const work of await this.find()) this.found(work);
      this.healthy = true;
    } catch (error) {
      // One report per outage, not four a second.
      if (this.healthy) this.report({ code: 'queue.sweep-failed', error });
      this.healthy = false;
    }
  }

  /** Stops looking. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.looking;
  }
}
