import pTimeout, { TimeoutError } from 'p-timeout';
import { insertChanges, LANE, touchWebhook } from '@isthmus/ledger';
import type { NewChange } from '@isthmus/ledger';
import type { WebhookEvent } from '@isthmus/connector-kit';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf, brokenStreamOf } from '../topology/topology.js';
import type { StreamBinding } from '../topology/topology.js';

interface Waiting {
  readonly changes: readonly NewChange[];
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

const MOST_CHANGES_PER_COMMIT = 1_000;

/**
 * Stores verified webhook events; resolves when they are on disk. Webhooks that wait together share one commit, so a burst costs one
 * statement per few hundred events and an idle hub answers after one short transaction.
 */
export class WebhookReceiver {
  private queue: Waiting[] = [];
  private flushing = false;
  private readonly touched = new Map<string, number>();

  /** @param patienceMs how long a commit may take before all that wait are told that the ledger is away */
  constructor(
    private readonly context: StageContext,
    private readonly patienceMs: number,
  ) {}

  /**
   * Stores the events of one request.
   *
   * @returns how many events belong to a flow; the others are of no interest and are not stored
   * @throws when the ledger cannot be reached: then the sender must not get a 2xx
   */
  async receive(connectionId: string, events: readonly WebhookEvent[]): Promise<number> {
    const changes = this.changesOf(connectionId, events);
    if (changes.length === 0) return 0;
    await new Promise<void>((stored, failed) => {
      this.queue.push({ changes, stored, failed });
      if (!this.flushing) void this.flush();
    });
    return changes.length;
  }

  private changesOf(connectionId: string, events: readonly WebhookEvent[]): NewChange[] {
    const topology = this.context.topology.current();
    return events.flatMap((event) => {
      const binding =
        bindingOf(topology, connectionId, event.stream) ?? brokenStreamOf(topology, connectionId, event.stream);
      if (!binding?.reads) return [];
      return [
        {
          connectionId,
          stream: event.stream,
          entity: binding.entity,
          nativeId: event.nativeId,
          kind: event.kind,
          origin: 'webhook' as const,
          lane: LANE.live,
          raw: event.row === undefined ? undefined : JSON.stringify(event.row),
          // Without an id the content must not decide: a value that goes from A to B and back to A is no repetition. Merging finds real ones.
          eventKey: event.eventId === undefined ? undefined : `${event.stream}:${event.eventId}`,
          sourceAt: event.occurredAt ?? modifiedAtOf(binding, event),
        },
      ];
    });
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    // Requests of the same turn of the event loop join the first commit.
    await new Promise((turn) => setImmediate(turn));
    while (this.queue.length > 0) await this.flushOnce();
    this.flushing = false;
  }

  private async flushOnce(): Promise<void> {
    const batch = this.takeBatch();
    const changes = batch.flatMap((waiting) => waiting.changes);
    try {
      const stored = insertChanges(this.context.database, this.context.clock.now(), changes);
      await pTimeout(stored, { milliseconds: this.patienceMs });
    } catch (error) {
      // Who came meanwhile waits for the same ledger: no sender waits for two commits in vain (FAULTS F09).
      const others = error instanceof TimeoutError ? this.queue.splice(0) : [];
      for (const waiting of [...batch, ...others]) waiting.failed(error);
      return;
    }
    for (const waiting of batch) waiting.stored();
    this.announce(changes);
  }

  private takeBatch(): Waiting[] {
    let size = 0;
    let count = 0;
    for (const waiting of this.queue) {
      if (count > 0 && size + waiting.changes.length > MOST_CHANGES_PER_COMMIT) break;
      size += waiting.changes.length;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private announce(changes: readonly NewChange[]): void {
    const work = new Set(
      changes.map((change) =>
        change.raw === undefined && change.kind === 'upsert'
          ? `fetch ${change.connectionId}`
          : `merge ${change.entity}`,
      ),
    );
    for (const item of work) {
      const [kind, key] = item.split(' ') as ['fetch' | 'merge', string];
      this.context.hint({ kind, key });
    }
    const counts = new Map<string, { connection: string; entity: string; amount: number }>();
    for (const { connectionId: connection, entity } of changes) {
      const key = `${connection} ${entity}`;
      const count = counts.get(key);
      if (count) count.amount += 1;
      else counts.set(key, { connection, entity, amount: 1 });
    }
    for (const { connection, entity, amount } of counts.values())
      this.context.observer.count('capture', { connection, entity, outcome: 'webhook' }, amount);
    for (const connectionId of new Set(changes.map((change) => change.connectionId))) this.touch(connectionId);
  }

  /** The status page shows when the last webhook came; once in ten seconds is exact enough. */
  private touch(connectionId: string): void {
    const now = this.context.clock.now().getTime();
    if (now - (this.touched.get(connectionId) ?? 0) < 10_000) return;
    this.touched.set(connectionId, now);
    void touchWebhook(this.context.database, connectionId, new Date(now)).catch(() =>
      this.touched.delete(connectionId),
    );
  }
}

/** A sender that does not say when it happened may say so in the row. A time that cannot be read is none: the merge says what is wrong with it. */
function modifiedAtOf(binding: Pick<StreamBinding, 'stream'>, event: WebhookEvent): string | undefined {
  if (event.row === undefined) return undefined;
  try {
    return binding.stream.modifiedAt?.(event.row);
  } catch {
    return undefined;
  }
}
