import type { Connector, Failure } from '@isthmus/connector-kit';
import { configurationFingerprint, noteStart, resumeCursors, setConnectionState, wakeRetries } from '@isthmus/ledger';
import type { Database, Retention } from '@isthmus/ledger';
import type { Clock, Logger, Metrics, Role, SecretBox } from '@isthmus/platform';
import type { Queue } from '@isthmus/queue';
import type { StageContext, StageObserver, WebhookReceiver } from '@isthmus/stages';
import type { Failpoints } from '../workers/failpoints.js';
import { Workers } from '../workers/workers.js';
import type { WebhookDoor } from '../webhooks/webhook.controller.js';
import { MappingVersions } from './mapping-versions.js';
import { Reconciler } from './reconciler.js';
import { pauseDrained } from './pause-drained.js';
import { TopologyLoader } from './topology-loader.js';

/** What a runtime is made of. */
export interface HubParts {
  readonly database: Database;
  readonly box: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly queue: Queue;
  readonly connectors: readonly Connector[];
  readonly failpoints: Failpoints;
  readonly retention: Retention;
  /** Folder of `files` connections. */
  readonly filesRoot?: string;
}

const RELOAD_LOOK_MS = 1_000;
/** A restart takes less; whoever was away for longer may have missed something, or works on a backup that was put back. */
const BREAK_SECONDS = 300;

/** The moving parts of one process: topology, stage context and workers. */
export class HubRuntime {
  readonly topology: TopologyLoader;
  readonly context: StageContext;
  readonly mappings: MappingVersions;
  readonly reconciler: Reconciler;
  private readonly stopping = new AbortController();
  private workers: Workers | undefined;
  private reloadTimer: NodeJS.Timeout | undefined;
  private reloading: Promise<void> = Promise.resolve();
  private fingerprint = '';
  private readonly refusals = new Map<string, number>();

  constructor(readonly parts: HubParts) {
    const { database, box, clock } = parts;
    this.topology = new TopologyLoader(
      {
        database,
        box,
        clock,
        signal: this.stopping.signal,
        filesRoot: parts.filesRoot,
        onRecovered: (connectionId) => void this.recovered(connectionId),
      },
      (id) => parts.connectors.find((connector) => connector.id === id),
    );
    this.mappings = new MappingVersions(database, (id) => this.topology.runtime(id));
    parts.metrics.gauge({
      name: 'sql_statements_total',
      help: 'SQL statements that this process has sent.',
      collect: (gauge) => gauge.set(database.statementCount),
    });
    this.context = {
      database,
      topology: this.topology,
      clock,
      observer: this.observer(),
      random: Math.random,
      hint: (work) => parts.queue.hint(work),
      pauseConnection: (connectionId, failure) => this.pauseConnection(connectionId, failure),
    };
    this.reconciler = new Reconciler({
      context: this.context,
      monotonicMs: () => clock.monotonicMs(),
      report: (error, what) => parts.logger.error({ err: error, ...what }, 'a comparison failed'),
    });
  }

  /** Loads the configuration and, unless the role is `api`, starts to move data. */
  async start(role: Role): Promise<void> {
    await this.reload();
    for (const fault of this.topology.faults) this.parts.logger.warn({ ...fault }, 'configuration');
    this.reloadTimer = setInterval(() => void this.reloadIfChanged(), RELOAD_LOOK_MS).unref();
    if (role === 'api') return;
    this.workers = new Workers({
      context: this.context,
      queue: this.parts.queue,
      mappings: this.mappings.source,
      clock: this.parts.clock,
      failpoints: this.parts.failpoints,
      retention: this.parts.retention,
      reconcile: () => this.lookAtComparisons(),
      pauseDrained: () => this.pauseDrained(),
      mayRead: (connectionId) => (this.topology.runtime(connectionId)?.mayClaim(1) ?? 0) > 0,
      report: (code, error) => this.parts.logger.error({ code, err: error }, 'worker'),
    });
    await this.afterBreak();
    this.workers.start();
    await this.parts.queue.start();
  }

  /** No hub worked for a while, or a backup was put back: what the far sides hold by now is read before anything is created there, and compared. */
  private async afterBreak(): Promise<void> {
    const awaySeconds = await noteStart(this.parts.database, BREAK_SECONDS);
    if (awaySeconds === 0) return;
    this.parts.logger.warn(
      { code: 'hub.after-break', awaySeconds },
      'no hub has worked on this ledger for a while: every system is read before anything is created in it, and compared',
    );
    for (const connectionId of this.topology.current().connections.keys())
      await this.reconciler.recovered(connectionId);
  }

  /** True while this process moves data. */
  get works(): boolean {
    return this.workers !== undefined;
  }

  /** Reads the configuration again now. */
  async reload(): Promise<void> {
    this.reloading = this.reloading.then(async () => {
      const fingerprint = await configurationFingerprint(this.parts.database);
      await this.topology.reload();
      this.mappings.forget();
      this.fingerprint = fingerprint;
    });
    await this.reloading;
  }

  private async reloadIfChanged(): Promise<void> {
    try {
      if ((await configurationFingerprint(this.parts.database)) !== this.fingerprint) await this.reload();
    } catch (error) {
      this.reloading = Promise.resolve();
      this.parts.logger.debug({ err: error }, 'the configuration could not be looked at; the next look tries again');
    }
  }

  private async pauseDrained(): Promise<void> {
    if (await pauseDrained(this.parts.database, this.parts.clock.now())) await this.reload();
  }

  private async pauseConnection(connectionId: string, failure: Failure): Promise<void> {
    const runtime = this.topology.runtime(connectionId);
    runtime?.halt(true);
    let changed = false;
    try {
      const reason = { code: failure.code, message: failure.message };
      changed = await setConnectionState(this.parts.database, connectionId, 'needs-auth', reason);
    } finally {
      if (!changed) runtime?.halt(false);
    }
    if (!changed) return;
    this.parts.logger.error(
      { code: 'connection.needs-auth', connection: connectionId, reason: failure.message.en },
      'a connection refuses its credentials and is paused',
    );
    await this.reload();
  }

  /** After an outage what waited for a retry goes on at once. */
  private async recovered(connectionId: string): Promise<void> {
    try {
      await wakeRetries(this.parts.database, connectionId, this.parts.clock.now());
      await resumeCursors(this.parts.database, connectionId);
      this.parts.queue.hint({ kind: 'deliver', key: connectionId });
      this.parts.queue.hint({ kind: 'fetch', key: connectionId });
      await this.reconciler.recovered(connectionId);
    } catch (error) {
      this.parts.logger.warn({ err: error, connection: connectionId }, 'retries keep their times');
    }
  }

  private lookAtComparisons(): Promise<void> {
    return this.reconciler.look(
      (connectionId) => this.topology.runtime(connectionId)?.row.state,
      (connectionId) => (this.topology.runtime(connectionId)?.mayClaim(2) ?? 0) > 1,
    );
  }

  private observer(): StageObserver {
    const { metrics, logger } = this.parts;
    const records = metrics.counter<'stage' | 'connection' | 'entity' | 'outcome'>({
      name: 'sync_records_total',
      help: 'Records that went through a stage, by outcome.',
      labels: ['stage', 'connection', 'entity', 'outcome'],
    });
    return {
      count: (stage, { connection = '', entity, outcome }, amount) => {
        if (amount > 0) records.inc({ stage, connection, entity, outcome }, amount);
      },
      warn: ({ code, message, details }) => logger.warn({ code, ...details }, message),
    };
  }

  /** The door through which webhooks come in. */
  webhookDoor(receiver: WebhookReceiver, publicUrl: string | undefined): WebhookDoor {
    const refusedTotal = this.parts.metrics.counter<'connection' | 'code'>({
      name: 'webhooks_refused_total',
      help: 'Webhooks that were refused.',
      labels: ['connection', 'code'],
    });
    return {
      receiver,
      publicUrl,
      runtime: (connectionId) => this.topology.runtime(connectionId),
      now: () => this.parts.clock.now(),
      refused: (connection, code, reason) => {
        refusedTotal.inc({ connection, code });
        if (this.oncePerTenSeconds(`${connection}|${code}`))
          this.parts.logger.warn({ connection, code, reason }, 'a webhook was refused');
      },
      ledgerAway: (error) => {
        if (this.oncePerTenSeconds('ledger-away'))
          this.parts.logger.error({ err: error }, 'webhooks cannot be stored; senders are asked to repeat');
      },
    };
  }

  /** A flood of refused webhooks must not become a flood of log lines. */
  private oncePerTenSeconds(what: string): boolean {
    const nowMs = this.parts.clock.monotonicMs();
    if (nowMs - (this.refusals.get(what) ?? Number.NEGATIVE_INFINITY) < 10_000) return false;
    this.refusals.set(what, nowMs);
    return true;
  }

  /** Takes nothing new and finishes what is claimed. Far-side calls under way are given time; what does not end keeps its lease. */
  async stopWork(): Promise<void> {
    clearInterval(this.reloadTimer);
    const patience = setTimeout(() => this.stopping.abort(), 15_000);
    await this.reconciler.stop();
    await this.parts.queue.close();
    await this.workers?.stop();
    clearTimeout(patience);
  }

  /** Closes the far-side clients. */
  async close(): Promise<void> {
    clearInterval(this.reloadTimer);
    this.stopping.abort();
    await this.topology.close();
  }
}
