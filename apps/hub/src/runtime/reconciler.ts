import {
  beginRepair,
  claimComparison,
  compareAfterOutage,
  failOrphanedRuns,
  forgetOldRuns,
  holdComparison,
  planComparisons,
  releaseComparison,
  startReconcileRun,
} from '@isthmus/ledger';
import type { DueComparison } from '@isthmus/ledger';
import { bindingOf, comparableStreams, repairRun, runReconcile } from '@isthmus/stages';
import type { EntityFlow, StageContext, StreamPlace } from '@isthmus/stages';
import type { ReconcileOrder } from '../api/dependencies.js';
import { withLeanHeap } from './lean-heap.js';

const PLAN_EVERY_MS = 30_000;
const FORGET_AFTER_MS = 30 * 86_400_000;
const HOLD_EVERY_MS = 30_000;

/** What a reconciler needs of its process. */
export interface ReconcilerParts {
  readonly context: StageContext;
  readonly monotonicMs: () => number;
  readonly report: (error: unknown, what: object) => void;
}

/** Compares both sides in this process: when somebody asks, by the clock, and after outages. */
export class Reconciler {
  private readonly running = new Set<Promise<unknown>>();
  private readonly stopping = new AbortController();
  private readonly wasActive = new Map<string, boolean>();
  private isLooking = false;
  private plannedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ReconcilerParts) {}

  /** Stores a run and starts it; undefined = there is nothing to compare. */
  async start(order: ReconcileOrder): Promise<{ readonly runId: string } | undefined> {
    const place = this.placeOf(order);
    if (!place || place.streams.length === 0) return undefined;
    const { context } = this.parts;
    const one = order.flow === undefined ? place.streams[0] : undefined;
    const runId = await startReconcileRun(context.database, context.clock.now(), {
      flowId: place.flowId,
      connectionId: one?.connectionId ?? null,
      stream: one?.stream ?? null,
      mode: order.repair ? 'repair' : 'plan',
      cause: 'asked',
      actor: order.actor,
    });
    this.run({ runId, streams: place.streams, repair: order.repair, automatic: false });
    return { runId };
  }

  /** Starts the repair of a run's plan; false = it has none, or it is repaired already. */
  async repair(runId: string): Promise<boolean> {
    if (!(await beginRepair(this.parts.context.database, runId))) return false;
    this.track(repairRun(this.parts.context, runId, { automatic: false, signal: this.stopping.signal }), {
      run: runId,
    });
    return true;
  }

  private placeOf(order: ReconcileOrder): { flowId: string; streams: readonly StreamPlace[] } | undefined {
    const topology = this.parts.context.topology.current();
    if (order.flow !== undefined) {
      const flow = [...topology.flows.values()].find((candidate) => candidate.flowId === order.flow);
      return flow && { flowId: flow.flowId, streams: comparableStreams(topology, flow.definition.name) };
    }
    const { connectionId = '', stream = '' } = order;
    const binding = bindingOf(topology, connectionId, stream);
    const flow = binding && topology.flows.get(binding.entity);
    if (!flow || !binding.stream.read) return undefined;
    return { flowId: flow.flowId, streams: [{ connectionId, stream }] };
  }

  private run(order: { runId: string; streams: readonly StreamPlace[]; repair: boolean; automatic: boolean }): void {
    const { signal } = this.stopping;
    const compare = (): Promise<void> => runReconcile(this.parts.context, { ...order, signal });
    this.track(withLeanHeap(compare), { run: order.runId });
  }

  private track(work: Promise<unknown>, what: object): void {
    const done: Promise<unknown> = work
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted) this.parts.report(error, what);
      })
      .finally(() => this.running.delete(done));
    this.running.add(done);
  }

  /** A connection is back after an outage: what happened meanwhile may never have been told. */
  async recovered(connectionId: string): Promise<void> {
    const { context } = this.parts;
    const now = context.clock.now().getTime();
    for (const flow of context.topology.current().flows.values()) {
      const { afterOutageMs } = flow.reconcile;
      if (afterOutageMs === undefined) continue;
      const streams = comparableStreams(context.topology.current(), flow.definition.name)
        .filter((place) => place.connectionId === connectionId)
        .map((place) => place.stream);
      await compareAfterOutage(context.database, connectionId, streams, new Date(now + afterOutageMs));
    }
  }

  /** One look at the schedule: starts the next comparison that is due, one at a time in a process. */
  async look(
    stateOf: (connectionId: string) => string | undefined,
    mayRead: (connectionId: string) => boolean,
  ): Promise<void> {
    if (this.isLooking || this.stopping.signal.aborted) return;
    this.isLooking = true;
    try {
      await this.plan();
      await this.noticeResumed(stateOf);
      const { context } = this.parts;
      const readable = [...context.topology.current().connections.keys()].filter((id) => mayRead(id));
      const due = await claimComparison(context.database, context.clock.now(), readable);
      if (due) await this.compareDue(due);
    } finally {
      this.isLooking = false;
    }
  }

  private async plan(): Promise<void> {
    const nowMs = this.parts.monotonicMs();
    if (nowMs - this.plannedAtMs < PLAN_EVERY_MS) return;
    this.plannedAtMs = nowMs;
    const { context } = this.parts;
    const topology = context.topology.current();
    const now = context.clock.now();
    const rows = [...topology.flows.values()].flatMap((flow) =>
      comparableStreams(topology, flow.definition.name).map((place) => ({
        ...place,
        flowId: flow.flowId,
        dueAt: this.nextAt(flow, now),
      })),
    );
    await planComparisons(context.database, rows);
    await failOrphanedRuns(context.database, now);
    await forgetOldRuns(context.database, new Date(now.getTime() - FORGET_AFTER_MS));
  }

  /** Flows that are compared equally often do not all begin at once. */
  private nextAt(flow: EntityFlow | undefined, now: Date): Date | null {
    const everyMs = flow?.reconcile.everyMs;
    return everyMs === undefined
      ? null
      : new Date(now.getTime() + everyMs * (0.95 + 0.1 * this.parts.context.random()));
  }

  /** Paused, or refused by its system, and at work again. */
  private async noticeResumed(stateOf: (connectionId: string) => string | undefined): Promise<void> {
    for (const id of this.parts.context.topology.current().connections.keys()) {
      const active = stateOf(id) === 'active';
      if (active && this.wasActive.get(id) === false) await this.recovered(id);
      this.wasActive.set(id, active);
    }
  }

  private async compareDue(due: DueComparison): Promise<void> {
    const { context } = this.parts;
    const { connectionId, stream, dueCause } = due;
    const binding = bindingOf(context.topology.current(), connectionId, stream);
    const flow = binding && context.topology.current().flows.get(binding.entity);
    const hold = setInterval(
      () => void holdComparison(context.database, connectionId, stream).catch(() => undefined),
      HOLD_EVERY_MS,
    ).unref();
    try {
      if (flow && binding?.stream.read) await this.compareNow(due, flow);
    } catch (error) {
      if (!this.stopping.signal.aborted) this.parts.report(error, { connection: connectionId, stream, dueCause });
    } finally {
      clearInterval(hold);
      await releaseComparison(context.database, connectionId, stream, this.nextAt(flow, context.clock.now()));
    }
  }

  private async compareNow({ connectionId, stream, dueCause }: DueComparison, flow: EntityFlow): Promise<void> {
    const { context } = this.parts;
    const { repair } = flow.reconcile;
    const runId = await startReconcileRun(context.database, context.clock.now(), {
      flowId: flow.flowId,
      connectionId,
      stream,
      mode: repair ? 'repair' : 'plan',
      cause: dueCause,
      actor: 'hub',
    });
    const streams = [{ connectionId, stream }];
    const { signal } = this.stopping;
    await withLeanHeap(() => runReconcile(context, { runId, streams, repair, automatic: true, signal }));
  }

  /** Ends what runs; a comparison that is cut off is made again by the clock. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the hub stops'));
    await Promise.all(this.running);
  }
}
