import { Controller, Get, Inject, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { createMetrics } from '@isthmus/platform';
import type { Status } from '@isthmus/api-contract';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { LedgerPatience } from '../http/ledger-patience.js';
import { StatusReader } from '../status/status-reader.js';
import { openMetricsText } from './open-metrics-text.js';

const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Figures for Prometheus: those of this process, and the state of the ledger at the moment of the scrape. */
@Controller('metrics')
@UseInterceptors(LedgerPatience)
@ApiExcludeController()
export class MetricsController {
  constructor(
    @Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies,
    private readonly reader: StatusReader,
  ) {}

  @Get()
  async scrape(@Exchange() { request, reply }: HttpExchange): Promise<string> {
    const text = `${(await this.deps.metrics()).trimEnd()}\n${await ledgerFigures(await this.reader.read())}`;
    const open = (request.headers.accept ?? '').includes('application/openmetrics-text');
    reply.header('content-type', open ? OPEN_METRICS : PROMETHEUS);
    return open ? openMetricsText(text) : text;
  }
}

/** Labels are connections, flows and streams: few, and never customers. */
async function ledgerFigures(status: Status): Promise<string> {
  const metrics = createMetrics();
  const backlog = metrics.gauge({
    name: 'backlog_replicas',
    help: 'Replicas that are behind, by state',
    labels: ['connection', 'state'],
  });
  const unsynced = metrics.gauge({
    name: 'oldest_unsynced_seconds',
    help: 'Age of the oldest replica that is behind',
    labels: ['connection'],
  });
  const lag = metrics.gauge({
    name: 'freshness_seconds',
    help: 'Seconds since a stream was last read to its end',
    labels: ['connection', 'stream'],
  });
  const changes = metrics.gauge({
    name: 'open_changes',
    help: 'Changes that are not settled well, by state',
    labels: ['entity', 'state'],
  });
  const conflicts = metrics.gauge({
    name: 'open_conflicts',
    help: 'Conflicts that wait for a decision',
    labels: ['entity'],
  });
  const up = metrics.gauge({
    name: 'connection_up',
    help: '1 = active, 0 = paused or refused',
    labels: ['connection'],
  });
  const queue = metrics.gauge({
    name: 'queue_jobs',
    help: 'Hints in the queue, by kind and state',
    labels: ['kind', 'state'],
  });
  const drift = metrics.gauge({
    name: 'drift_score',
    help: 'Weighted share of the copies that were in step when a flow was last compared; 1 = all',
    labels: ['flow'],
  });
  const differences = metrics.gauge({
    name: 'reconcile_differences',
    help: 'Differences that the last comparison of a flow found, by cause',
    labels: ['flow', 'cause'],
  });
  const verdict = metrics.gauge({ name: 'verdict', help: '0 = ok, 1 = attention, 2 = failing' });
  for (const connection of status.connections) {
    for (const [state, count] of Object.entries(connection.backlog))
      backlog.set({ connection: connection.id, state }, count);
    unsynced.set({ connection: connection.id }, connection.oldestUnsyncedSeconds ?? 0);
    up.set({ connection: connection.id }, connection.state === 'active' ? 1 : 0);
    for (const { stream, purpose, lagSeconds } of connection.cursors) {
      if (purpose === 'changes' && lagSeconds !== null) lag.set({ connection: connection.id, stream }, lagSeconds);
    }
  }
  for (const flow of status.flows) {
    for (const [state, count] of Object.entries(flow.changes)) changes.set({ entity: flow.entity, state }, count);
    conflicts.set({ entity: flow.entity }, flow.openConflicts);
    if (flow.drift) {
      drift.set({ flow: flow.id }, flow.drift.score);
      for (const [cause, count] of Object.entries(flow.drift.causes)) differences.set({ flow: flow.id, cause }, count);
    }
  }
  for (const [kind, { waiting, running }] of Object.entries(status.queue.kinds)) {
    queue.set({ kind, state: 'waiting' }, waiting);
    queue.set({ kind, state: 'running' }, running);
  }
  verdict.set({ ok: 0, attention: 1, failing: 2 }[status.verdict]);
  return metrics.text();
}
