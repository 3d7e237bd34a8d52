import type { QueueDepth, QueueReporter, Work, WorkHandler, WorkKind } from './queue.js';

interface Registered {
  readonly handler: WorkHandler;
  readonly parallel: number;
  paused: boolean;
}

interface Slot {
  running: number;
  /** A hint came while all places were taken: run again. */
  again: boolean;
}

/**
 * Runs handlers in this process: hints for one key coalesce, at most `parallel` handlers run per key, and a hint that comes while they run
 * is never lost.
 */
export class Runner {
  private readonly handlers = new Map<WorkKind, Registered>();
  private readonly slots = new Map<string, Slot>();
  private readonly running = new Set<Promise<void>>();
  private closed = false;

  /** @param onMore called when a batch was full: other processes may share what is left */
  constructor(
    private readonly report: QueueReporter,
    private readonly onMore: (work: Work) => void = () => undefined,
  ) {}

  /** Registers a handler. */
  register(kind: WorkKind, handler: WorkHandler, parallel: number): void {
    this.handlers.set(kind, { handler, parallel, paused: false });
  }

  /** True when this process handles the kind and is not paused. */
  takes(kind: WorkKind): boolean {
    const registered = this.handlers.get(kind);
    return registered !== undefined && !registered.paused && !this.closed;
  }

  /** Any handler at all? */
  get hasHandlers(): boolean {
    return this.handlers.size > 0;
  }

  /** Runs the handler for this work now, or remembers to run it again. */
  run(work: Work): void {
    const registered = this.handlers.get(work.kind);
    if (!registered || registered.paused || this.closed) return;
    const slot = this.slotOf(work);
    if (slot.running >= registered.parallel) {
      slot.again = true;
      return;
    }
    slot.running += 1;
    const done: Promise<void> = this.loop(work, registered, slot).finally(() => this.running.delete(done));
    this.running.add(done);
  }

  private async loop(work: Work, registered: Registered, slot: Slot): Promise<void> {
    try {
      let more = true;
      while (more && !registered.paused && !this.closed) {
        slot.again = false;
        more = await this.once(work, registered);
        more = more || slot.again;
        if (more && slot.running < registered.parallel) this.run(work);
      }
    } finally {
      slot.running -= 1;
    }
  }

  private async once(work: Work, registered: Registered): Promise<boolean> {
    try {
      const { more } = await registered.handler(work);
      if (more) this.onMore(work);
      return more;
    } catch (error) {
      this.report({ code: 'queue.handler-failed', work, error });
      return false;
    }
  }

  private slotOf(work: Work): Slot {
    const name = `${work.kind}:${work.key}`;
    const slot = this.slots.get(name) ?? { running: 0, again: false };
    this.slots.set(name, slot);
    return slot;
  }

  /** Holds or frees a kind. */
  setPaused(kind: WorkKind, paused: boolean): void {
    const registered = this.handlers.get(kind);
    if (registered) registered.paused = paused;
  }

  /** What runs in this process. */
  depth(kind: WorkKind): QueueDepth {
    let running = 0;
    let waiting = 0;
    for (const [name, slot] of this.slots) {
      if (!name.startsWith(`${kind}:`)) continue;
      running += slot.running;
      waiting += slot.again ? 1 : 0;
    }
    return { running, waiting, paused: this.handlers.get(kind)?.paused ?? false };
  }

  /** Waits for what runs and starts nothing more. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.running);
  }
}
