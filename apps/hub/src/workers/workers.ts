import {
  bringForward,
  ensurePartitions,
  erasureRuns,
  mappingRuns,
  undoRuns,
  forgetOldKeys,
  freeWaiting,
  giveSignOfLife,
  keepHygiene,
  wakeRemapDeliveries,
} from '@isthmus/ledger';
import type { Retention } from '@isthmus/ledger';
import type { Clock } from '@isthmus/platform';
import type { Queue, Work } from '@isthmus/queue';
import {
  breakReferenceCycles,
  deliverBatch,
  fetchBatch,
  mayReadFirst,
  mergeBatch,
  readStream,
  releaseMapped,
  stepBackfill,
  stepErasure,
  stepMappingRun,
  stepUndoRun,
} from '@isthmus/stages';
import type { MappingSource, StageContext, StreamBinding } from '@isthmus/stages';
import { ClockWatch } from './clock-watch.js';
import type { Failpoints } from './failpoints.js';

/** Milliseconds between two looks at the reading schedule, and between two rounds of housekeeping. */
const SCHEDULE_MS = 1_000;
const HOUSEKEEPING_MS = 2_000;
const RUNS_MS = 500;
const COMPARE_MS = 1_000;
const BACKFILLS_MS = 500;
/** Backfills that one process works on at a time; most of their time they wait for the far side, or for their own speed. */
const MOST_BACKFILLS = 4;
const FORGET_EVERY_MS = 3_600_000;
const SIGN_EVERY_MS = 30_000;

/** What the workers of a process need. */
export interface WorkerParts {
  readonly context: StageContext;
  readonly queue: Queue;
  readonly mappings: MappingSource;
  readonly clock: Clock;
  readonly failpoints: Failpoints;
  readonly retention: Retention;
  /** Looks whether a comparison of both sides is due, and makes it. */
  readonly reconcile: () => Promise<void>;
  readonly mayRead: (connectionId: string) => boolean;
  /** Pauses what has drained. */
  readonly pauseDrained: () => Promise<void>;
  readonly report: (code: string, error: unknown) => void;
}

/** Moves data in this process: queue handlers, the reading schedule and housekeeping. */
export class Workers {
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly reading = new Map<string, number>();
  private stopped = false;
  private isStepping = false;
  private backfilling = 0;
  private readonly stopping = new AbortController();
  private forgotAtMs = 0;
  private signedAtMs = Number.NEGATIVE_INFINITY;
  private readonly clockWatch: ClockWatch;

  constructor(private readonly parts: WorkerParts) {
    const { queue, context } = parts;
    this.clockWatch = new ClockWatch(parts.clock);
    queue.process('merge', (work) =>
      mergeBatch(context, work.key, (changes) =>
        parts.failpoints.hit(
          'merge',
          changes.map((change) => change.nativeId),
        ),
      ),
    );
    queue.process('fetch', (work) => this.fetch(work));
    queue.process('deliver', (work) => this.deliver(work), { parallel: 2 });
  }

  private fetch(work: Work): Promise<{ more: boolean }> {
    return this.parts.mayRead(work.key) ? fetchBatch(this.parts.context, work.key) : Promise.resolve({ more: false });
  }

  private deliver(work: Work): Promise<{ more: boolean }> {
    const { context, failpoints } = this.parts;
    return deliverBatch(context, work.key, {
      failpoint: (point, recordIds) => failpoints.hit(`deliver-${point}`, recordIds),
    });
  }

  /** Starts the clocks. */
  start(): void {
    this.every(SCHEDULE_MS, () => this.readDueStreams());
    this.every(HOUSEKEEPING_MS, () => this.keepHouse());
    this.every(RUNS_MS, () => this.stepRuns());
    this.every(BACKFILLS_MS, () => this.stepBackfills());
    this.every(COMPARE_MS, () => (this.stopped ? undefined : this.parts.reconcile()));
  }

  private every(ms: number, action: () => Promise<void> | void): void {
    const timer = setInterval(() => this.track(Promise.resolve().then(action)), ms);
    this.timers.add(timer);
    this.track(Promise.resolve().then(action));
  }

  private track(work: Promise<unknown>): void {
    const done: Promise<unknown> = work
      .catch((error: unknown) => this.parts.report('worker.failed', error))
      .finally(() => this.running.delete(done));
    this.running.add(done);
  }

  private readDueStreams(): void {
    if (this.stopped) return;
    const { context, clock } = this.parts;
    for (const connection of context.topology.current().connections.values()) {
      if (!this.parts.mayRead(connection.id)) continue;
      for (const binding of connection.streams.values()) {
        const name = `${connection.id}|${binding.name}`;
        if (
          !binding.reads ||
          binding.drains ||
          !binding.stream.read ||
          clock.monotonicMs() < (this.reading.get(name) ?? 0)
        )
          continue;
        this.reading.set(name, Number.POSITIVE_INFINITY);
        this.track(this.read(binding, name));
      }
    }
  }

  /** The cursor in the ledger says whether the read is due; one look a second per stream is often enough. */
  private async read(binding: StreamBinding, name: string): Promise<void> {
    const { context, failpoints } = this.parts;
    try {
      if (!(await mayReadFirst(context, binding))) return;
      await readStream(context, {
        connectionId: binding.connectionId,
        stream: binding.name,
        purpose: 'changes',
        force: false,
        afterPage: () => {
          failpoints.hit('read', [binding.name]);
          return Promise.resolve('go on');
        },
      });
    } finally {
      this.reading.set(name, this.parts.clock.monotonicMs() + SCHEDULE_MS);
    }
  }

  /** Previews, re-syncs and undos of mappings, page by page; between two pages whatever else is due has its turn. */
  private async stepRuns(): Promise<void> {
    if (this.isStepping) return;
    this.isStepping = true;
    const { context, mappings, failpoints } = this.parts;
    try {
      for (const id of await erasureRuns.findRunning(context.database)) {
        const step = (): ReturnType<typeof stepErasure> =>
          stepErasure(context, id, () => failpoints.hit('erasure', [String(id)]));
        while (!this.stopped && (await step()) === 'stepped') await new Promise((turn) => setImmediate(turn));
      }
      for (const runId of await undoRuns.findRunning(context.database)) {
        while (!this.stopped && (await stepUndoRun(context, runId)) === 'stepped')
          await new Promise((turn) => setImmediate(turn));
      }
      for (const runId of await mappingRuns.findRunning(context.database)) {
        const step = (): ReturnType<typeof stepMappingRun> =>
          stepMappingRun(context, mappings, runId, (kind, place) => failpoints.hit(`run-${kind}`, [place]));
        while (!this.stopped && (await step()) === 'stepped') await new Promise((turn) => setImmediate(turn));
      }
    } finally {
      this.isStepping = false;
    }
  }

  /** Backfills, each bit by bit; several at a time, for a slow one must not hold up the others. */
  private async stepBackfills(): Promise<void> {
    if (this.stopped || this.backfilling >= MOST_BACKFILLS) return;
    this.backfilling += 1;
    const { context, failpoints } = this.parts;
    const work = { signal: this.stopping.signal, failpoint: (id: number) => failpoints.hit('backfill', [String(id)]) };
    try {
      while (!this.stopped && (await stepBackfill(context, work))) await new Promise((turn) => setImmediate(turn));
    } finally {
      this.backfilling -= 1;
    }
  }

  private async keepHouse(): Promise<void> {
    const { context, clock } = this.parts;
    const setBackMs = this.clockWatch.setBackMs();
    if (setBackMs > 0) await bringForward(context.database, context.clock.now(), setBackMs / 1_000);
    await this.giveSign();
    await freeWaiting(context.database, context.clock.now());
    await releaseMapped(context);
    await breakReferenceCycles(context);
    await this.parts.pauseDrained();
    await wakeRemapDeliveries(context.database, context.clock.now());
    if (clock.monotonicMs() - this.forgotAtMs < FORGET_EVERY_MS && this.forgotAtMs > 0) return;
    this.forgotAtMs = clock.monotonicMs();
    await forgetOldKeys(context.database, context.clock.now());
    await ensurePartitions(context.database, context.clock.now());
    await keepHygiene(context.database, context.clock.now(), this.parts.retention);
  }

  private async giveSign(): Promise<void> {
    const { context, clock } = this.parts;
    if (clock.monotonicMs() - this.signedAtMs < SIGN_EVERY_MS) return;
    this.signedAtMs = clock.monotonicMs();
    await giveSignOfLife(context.database);
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopping.abort();
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.running);
  }
}
