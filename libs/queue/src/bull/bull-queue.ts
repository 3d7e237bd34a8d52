import { randomUUID } from 'node:crypto';
import type { Job, Queue as Bull } from 'bull';
import pTimeout from 'p-timeout';
import type { DueWorkFinder, Queue, QueueDepth, QueueReporter, Work, WorkHandler, WorkKind } from '../queue.js';
import { workKinds } from '../queue.js';
import { Runner } from '../runner.js';
import { Sweep } from '../sweep.js';

/** What the Bull queue needs besides Bull. */
export interface BullQueueOptions {
  readonly findDueWork: DueWorkFinder;
  readonly report: QueueReporter;
  /** Milliseconds between two looks for due work that no hint covers. @default 1000 */
  readonly sweepMs?: number;
  /** Hints per key are sent at most once per this many milliseconds. @default 20 */
  readonly coalesceMs?: number;
  /** Above this many waiting jobs the sweep sends no hints: they are on their way. @default 1000 */
  readonly deepQueue?: number;
}

/**
 * Bull on Redis: hints travel to any process of the hub. Every job has an id of its own: Bull silently ignores an `add` whose id it still
 * knows, also when that job is stuck after a flush, and so would lose the hint. Without Redis hints are taken in this process and the
 * sweep finds the rest: the hub goes on.
 */
export class BullQueue implements Queue {
  private readonly runner: Runner;
  private readonly sweep: Sweep;
  private readonly throttled = new Map<string, { again: boolean }>();
  private reachable = true;
  private closing = false;

  constructor(
    private readonly bull: Bull<Work>,
    private readonly options: BullQueueOptions,
  ) {
    this.runner = new Runner(options.report, (work) => this.hint(work));
    this.sweep = new Sweep(
      options.findDueWork,
      (work) => void this.sweepHint(work),
      options.report,
      options.sweepMs ?? 1000,
    );
    bull.on('error', (error) => this.lost(error));
  }

  hint(work: Work): void {
    const name = `${work.kind}:${work.key}`;
    const waiting = this.throttled.get(name);
    if (waiting) {
      waiting.again = true;
      return;
    }
    this.throttled.set(name, { again: false });
    void this.send(work);
    setTimeout(() => {
      const again = this.throttled.get(name)?.again;
      this.throttled.delete(name);
      if (again && !this.closing) this.hint(work);
    }, this.options.coalesceMs ?? 20).unref();
  }

  private async send(work: Work): Promise<void> {
    try {
      const jobId = `${work.kind}:${work.key}:${randomUUID()}`;
      const added = this.bull.add(
        work.kind,
        { kind: work.kind, key: work.key },
        { jobId, removeOnComplete: true, removeOnFail: true, attempts: 1 },
      );
      await pTimeout(added, { milliseconds: ADD_TIMEOUT_MS });
      this.reachable = true;
    } catch (error) {
      this.lost(error);
      this.runner.run(work);
    }
  }

  private async sweepHint(work: Work): Promise<void> {
    if (!this.reachable) this.runner.run(work);
    const waiting = await pTimeout(this.bull.getWaitingCount(), { milliseconds: ADD_TIMEOUT_MS }).catch(
      (error: unknown) => {
        this.lost(error);
        return 0;
      },
    );
    if (waiting < (this.options.deepQueue ?? 1000)) this.hint(work);
  }

  private lost(error: unknown): void {
    if (this.reachable && !this.closing) this.options.report({ code: 'queue.redis-unreachable', error });
    this.reachable = false;
  }

  process(kind: WorkKind, handler: WorkHandler, options: { readonly parallel?: number } = {}): void {
    this.runner.register(kind, handler, options.parallel ?? 1);
  }

  start(): Promise<void> {
    for (const kind of workKinds) {
      if (!this.runner.takes(kind)) continue;
      // The handler runs outside the job: a job is only the alarm, so a blocked process cannot make Bull fail the work for good.
      void this.bull.process(kind, 8, (job: Job<Work>) => this.take(job)).catch((error: unknown) => this.lost(error));
    }
    if (this.runner.hasHandlers) this.sweep.start();
    return Promise.resolve();
  }

  private take(job: Job<Work>): Promise<void> {
    this.reachable = true;
    this.runner.run(job.data);
    return Promise.resolve();
  }

  async pause(kind: WorkKind): Promise<void> {
    this.runner.setPaused(kind, true);
    await Promise.resolve();
  }

  async resume(kind: WorkKind): Promise<void> {
    this.runner.setPaused(kind, false);
    this.sweep.soon();
    await Promise.resolve();
  }

  async depth(): Promise<Record<WorkKind, QueueDepth>> {
    const waiting = await pTimeout(this.bull.getWaitingCount(), { milliseconds: ADD_TIMEOUT_MS }).catch(() => 0);
    const of = (kind: WorkKind): QueueDepth => ({
      ...this.runner.depth(kind),
      waiting: this.runner.depth(kind).waiting + waiting,
    });
    return { fetch: of('fetch'), merge: of('merge'), deliver: of('deliver') };
  }

  healthy(): boolean {
    return this.reachable && this.sweep.healthy;
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.sweep.close();
    // A close that waits for Redis would hold up the whole stop while Redis is away.
    await pTimeout(this.bull.close(true), { milliseconds: CLOSE_TIMEOUT_MS }).catch(() => undefined);
    await this.runner.close();
  }
}

const ADD_TIMEOUT_MS = 500;
const CLOSE_TIMEOUT_MS = 3_000;
