import { Get, Inject, Post } from '@nestjs/common';
import { erasuresQuery } from '@isthmus/api-contract';
import type { ErasureAnswer, ErasuresQuery, LiftErasure } from '@isthmus/api-contract';
import { insertAudit, liftErasure, listErasures, erasureRuns, resumeErasure } from '@isthmus/ledger';
import type { ErasureRun, Sql } from '@isthmus/ledger';
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
import { erasureAnswer } from './erasure-answer.js';

const MOST = 2_147_483_647;

/** Erasures of persons: how far they are, and which systems still hold the person. */
@ApiController('erasures')
export class ErasuresController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Erasures, newest first', answer: 'ErasurePage' })
  async list(
    @ValidQuery(erasuresQuery) query: ErasuresQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ErasureAnswer>> {
    const { database } = this.deps;
    const after = readNumberCursor(query);
    const below = after === undefined ? {} : { below: Math.min(Number(after), MOST) };
    const runs = await listErasures(database, { limit: rowsFor(query), ...below });
    const items = new Map<number, ErasureAnswer>();
    for (const run of runs) items.set(run.id, await erasureAnswer(database, run));
    return page(exchange, query, runs, {
      key: (run) => [String(run.id)],
      item: (run) => items.get(run.id) as ErasureAnswer,
    });
  }

  @Get(':id')
  @Describe({ summary: 'One erasure, with the systems that still hold the person', answer: 'Erasure' })
  async read(@PathId('id', 'number') id: string): Promise<ErasureAnswer> {
    return erasureAnswer(this.deps.database, await this.find(id));
  }

  @Post(':id/lift')
  @Idempotent()
  @Describe({
    summary: 'Let systems tell of the person again: what they tell makes a new record, the erased one stays erased',
    answer: 'Erasure',
  })
  async lift(
    @PathId('id', 'number') id: string,
    @ValidBody('LiftErasure') { reason }: LiftErasure,
    @Caller() { actor }: Principal,
  ): Promise<ErasureAnswer> {
    const { database, clock } = this.deps;
    const run = await this.find(id);
    await database.transaction(async (sql) => {
      if (!(await liftErasure(sql, run.id, clock.now(), actor))) throw new ProblemError('erasure.not-liftable');
      await this.note(sql, actor, 'erasure.lift', run, { reason });
    });
    return this.read(id);
  }

  @Post(':id/resume')
  @Idempotent()
  @Describe({ summary: 'Take an erasure that failed up again where it stands', answer: 'Erasure' })
  async resume(@PathId('id', 'number') id: string, @Caller() { actor }: Principal): Promise<ErasureAnswer> {
    const run = await this.find(id);
    await this.deps.database.transaction(async (sql) => {
      if (!(await resumeErasure(sql, run.id))) throw new ProblemError('erasure.not-failed');
      await this.note(sql, actor, 'erasure.resume', run, {});
    });
    return this.read(id);
  }

  private note(sql: Sql, actor: string, action: string, run: ErasureRun, details: object): Promise<void> {
    const entry = { actor, action, object: `record:${run.recordId}`, details: { erasure: run.id, ...details } };
    return insertAudit(sql, this.deps.clock.now(), entry);
  }

  private async find(id: string): Promise<ErasureRun> {
    const number = Number(id);
    const run = number > MOST ? undefined : await erasureRuns.read(this.deps.database, number);
    if (!run) throw notFound();
    return run;
  }
}
