import { Get, Inject, Post } from '@nestjs/common';
import { reconcileRunsQuery } from '@isthmus/api-contract';
import type { ReconcileRunAnswer, ReconcileRunsQuery, StartReconcile } from '@isthmus/api-contract';
import { insertAudit, listReconcileRuns } from '@isthmus/ledger';
import type { ListedReconcileRun } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange, iso, isoOrNull } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readNumberCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';

/** Comparisons of both sides of a stream. */
@ApiController('reconcile-runs')
export class ReconcileRunsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Reconcile runs, newest first', answer: 'ReconcileRunPage' })
  async list(
    @ValidQuery(reconcileRunsQuery) query: ReconcileRunsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ReconcileRunAnswer>> {
    const filter = { connectionId: query.connection, stream: query.stream };
    const rows = await listReconcileRuns(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.id], item: answer });
  }

  @Get(':id')
  @Describe({ summary: 'One run with its counts and differences', answer: 'ReconcileRun' })
  async read(@PathId('id', 'number') id: string): Promise<ReconcileRunAnswer> {
    const [row] = await listReconcileRuns(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return answer(row);
  }

  @Post()
  @Idempotent()
  @Describe({ summary: 'Compare both sides of a stream; repair only when asked', status: 202, answer: 'ReconcileRun' })
  async start(
    @ValidBody('StartReconcile') body: StartReconcile,
    @Caller() caller: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<ReconcileRunAnswer> {
    const { connectionId, stream, repair = false } = body;
    if (!this.deps.topology.current().connections.get(connectionId)?.streams.has(stream))
      throw new ProblemError('stream.not-comparable');
    const started = await this.deps.reconcile({ connectionId, stream, repair, actor: caller.actor });
    if (!started) throw new ProblemError('stream.not-comparable');
    const { database, clock } = this.deps;
    await insertAudit(database, clock.now(), {
      actor: caller.actor,
      action: 'reconcile.start',
      object: `connection:${connectionId}`,
      details: { stream, repair, run: started.runId },
    });
    reply.header('location', `/api/v1/reconcile-runs/${started.runId}`);
    return this.read(started.runId);
  }
}

function answer(row: ListedReconcileRun): ReconcileRunAnswer {
  const { startedAt, finishedAt, ...rest } = row;
  return { ...rest, startedAt: iso(startedAt), finishedAt: isoOrNull(finishedAt) };
}
