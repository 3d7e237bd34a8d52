import { setTimeout as sleep } from 'node:timers/promises';
import { Get, Inject, Post } from '@nestjs/common';
import { undoRunsQuery } from '@isthmus/api-contract';
import type { StartUndo, UndoRunAnswer, UndoRunsQuery } from '@isthmus/api-contract';
import { cancelUndoRun, insertAudit, insertUndoRun, listUndoRuns, undoRuns } from '@isthmus/ledger';
import type { UndoRun } from '@isthmus/ledger';
import { emptyUndoReport, stepUndoRun } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readNumberCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { batchOf } from './batch-of.js';
import { undoAnswer } from './undo-answer.js';

/** A run that takes longer is answered with its address, and goes on. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 25;

/** Takes back what one batch did: an import, a read, a mapping version, somebody's edits, an undo. */
@ApiController('undo-runs')
export class UndoController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Post()
  @Idempotent()
  @Describe({
    summary:
      'Take back what a batch did, field by field; what was edited since stays. dryRun only says what would change',
    answer: 'UndoRun',
  })
  async start(
    @ValidBody('StartUndo') body: StartUndo,
    @Caller() { actor }: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<UndoRunAnswer> {
    const { database, clock } = this.deps;
    const { dryRun = false, created = 'keep' } = body;
    const run = await database.transaction(async (sql) => {
      const batch = await batchOf(sql, body.batch);
      const report = { ...emptyUndoReport() };
      const stored = await insertUndoRun(sql, clock.now(), { batch, dryRun, created, report, actor });
      const details = { batch: body.batch, created, dryRun };
      await insertAudit(sql, clock.now(), { actor, action: 'undo.start', object: `undo:${stored.id}`, details });
      return stored;
    });
    const ended = await this.stepWhile(run.id);
    if (!ended) reply.status(202).header('location', `/api/v1/undo-runs/${run.id}`);
    return undoAnswer(await this.find(String(run.id)));
  }

  @Get()
  @Describe({ summary: 'Undo runs, newest first', answer: 'UndoRunPage' })
  async list(
    @ValidQuery(undoRunsQuery) query: UndoRunsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<UndoRunAnswer>> {
    const after = readNumberCursor(query);
    const below = after === undefined ? {} : { below: Math.min(Number(after), 2_147_483_647) };
    const rows = await listUndoRuns(this.deps.database, { limit: rowsFor(query), ...below });
    return page(exchange, query, rows, { key: (row) => [String(row.id)], item: undoAnswer });
  }

  @Get(':id')
  @Describe({ summary: 'One undo run, with what it took back and what it left', answer: 'UndoRun' })
  async read(@PathId('id', 'number') id: string): Promise<UndoRunAnswer> {
    return undoAnswer(await this.find(id));
  }

  @Post(':id/cancel')
  @Describe({ summary: 'End a run where it stands; what it took back stays', answer: 'UndoRun' })
  async cancel(@PathId('id', 'number') id: string, @Caller() { actor }: Principal): Promise<UndoRunAnswer> {
    const { database, clock } = this.deps;
    const run = await this.find(id);
    if (!(await cancelUndoRun(database, clock.now(), run.id))) throw new ProblemError('undo.run-ended');
    await insertAudit(database, clock.now(), { actor, action: 'undo.cancel', object: `undo:${run.id}` });
    return undoAnswer(await this.find(id));
  }

  /** Works on a run here until it ends or takes long; the workers go on with what is left. */
  private async stepWhile(runId: number): Promise<boolean> {
    const { database, topology, clock, queue } = this.deps;
    const context = {
      database,
      topology,
      clock,
      hint: (work: Parameters<NonNullable<typeof queue>['hint']>[0]) => queue?.hint(work),
    };
    const started = performance.now();
    while (performance.now() - started < PATIENCE_MS) {
      const step = await stepUndoRun(context, runId);
      if (step === 'ended') return true;
      await sleep(step === 'waits' ? LOOK_MS : 0);
    }
    return false;
  }

  private async find(id: string): Promise<UndoRun> {
    const number = Number(id);
    const run = number > 2_147_483_647 ? undefined : await undoRuns.read(this.deps.database, number);
    if (!run) throw notFound();
    return run;
  }
}
