import { Get, Inject, Post } from '@nestjs/common';
import { differencesQuery, reconcileRunsQuery } from '@isthmus/api-contract';
import type {
  DifferencesQuery,
  DriftDifference,
  ReconcileRunAnswer,
  ReconcileRunsQuery,
  StartReconcile,
} from '@isthmus/api-contract';
import { insertAudit, listDifferences, listReconcileRuns, sampleDifferences } from '@isthmus/ledger';
import type { ListedDifference, StoredReconcileRun } from '@isthmus/ledger';
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

/** Differences of each cause that a run's answer shows. */
const SAMPLES = 20;

/** Comparisons of both sides, their plans and repairs. */
@ApiController('reconcile-runs')
export class ReconcileRunsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Reconcile runs, newest first', answer: 'ReconcileRunPage' })
  async list(
    @ValidQuery(reconcileRunsQuery) query: ReconcileRunsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ReconcileRunAnswer>> {
    const filter = { flowId: query.flow, connectionId: query.connection, stream: query.stream };
    const rows = await listReconcileRuns(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.id], item: (row) => answer(row, []) });
  }

  @Get(':id')
  @Describe({ summary: 'One run with its counts and the first differences of every cause', answer: 'ReconcileRun' })
  async read(@PathId('id', 'number') id: string): Promise<ReconcileRunAnswer> {
    return answer(await this.find(id), await sampleDifferences(this.deps.database, id, SAMPLES));
  }

  @Get(':id/differences')
  @Describe({
    summary: 'All differences of a run, in the order in which they were found',
    answer: 'DriftDifferencePage',
  })
  async differences(
    @PathId('id', 'number') id: string,
    @ValidQuery(differencesQuery) query: DifferencesQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<DriftDifference>> {
    await this.find(id);
    const filter = { runId: id, cause: query.cause, state: query.state };
    const rows = await listDifferences(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.seq], item: difference });
  }

  @Post()
  @Idempotent()
  @Describe({
    summary: 'Compare both sides of a flow or a stream: says what differs; repairs only when asked',
    status: 202,
    answer: 'ReconcileRun',
  })
  async start(
    @ValidBody('StartReconcile') body: StartReconcile,
    @Caller() caller: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<ReconcileRunAnswer> {
    const { flow, connectionId, stream, plan = false, repair = false } = body;
    if ((flow === undefined) === (connectionId === undefined || stream === undefined))
      refuse('/flow', 'reconcile.flow-or-stream', 'name a flow, or a connection and its stream');
    if (plan && repair) refuse('/repair', 'reconcile.plan-or-repair', 'ask for a plan or for a repair');
    const started = await this.deps.reconcile({
      ...(flow === undefined ? { connectionId: connectionId ?? '', stream: stream ?? '' } : { flow }),
      repair,
      actor: caller.actor,
    });
    if (!started) throw new ProblemError('stream.not-comparable');
    const { database, clock } = this.deps;
    await insertAudit(database, clock.now(), {
      actor: caller.actor,
      action: 'reconcile.start',
      object: flow === undefined ? `connection:${connectionId ?? ''}` : `flow:${flow}`,
      details: { ...(stream !== undefined && { stream }), repair, run: started.runId },
    });
    reply.header('location', `/api/v1/reconcile-runs/${started.runId}`);
    return this.read(started.runId);
  }

  @Post(':id/repair')
  @Idempotent()
  @Describe({
    summary: "Put right exactly what a run's plan says; what has changed since is left alone and counted",
    status: 202,
    answer: 'ReconcileRun',
  })
  async repair(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<ReconcileRunAnswer> {
    await this.find(id);
    if (!(await this.deps.repair(id))) throw new ProblemError('reconcile.not-repairable');
    const { database, clock } = this.deps;
    const object = `reconcile-run:${id}`;
    await insertAudit(database, clock.now(), { actor: caller.actor, action: 'reconcile.repair', object });
    return this.read(id);
  }

  private async find(id: string): Promise<StoredReconcileRun> {
    const [row] = await listReconcileRuns(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return row;
  }
}

function refuse(pointer: string, code: string, message: string): never {
  throw new ProblemError('request.invalid', { errors: [{ pointer, code, message }] });
}

function answer(row: StoredReconcileRun, samples: readonly ListedDifference[]): ReconcileRunAnswer {
  const { startedAt, finishedAt, repairedAt, ...rest } = row;
  return {
    ...rest,
    differences: samples.map(difference),
    startedAt: iso(startedAt),
    finishedAt: isoOrNull(finishedAt),
    repairedAt: isoOrNull(repairedAt),
  };
}

function difference(row: ListedDifference): DriftDifference {
  return { ...row, fields: [...row.fields] } as DriftDifference;
}
