import { Get, Inject, Post } from '@nestjs/common';
import { backfillsQuery } from '@isthmus/api-contract';
import type { BackfillAnswer, BackfillsQuery, StartBackfill } from '@isthmus/api-contract';
import { forgetBackfillCursor, insertAudit, insertBackfill, listBackfills, steerBackfill } from '@isthmus/ledger';
import type { Backfill, NewBackfill, Sql } from '@isthmus/ledger';
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
import { backfillAnswer } from './backfill-answer.js';
import { planBackfills } from './plan-backfills.js';

const LARGEST_ID = 2_147_483_647;

/** Reading again, and bringing copies up to date again: in a lane of its own, at a speed of its own, with progress. */
@ApiController('backfills')
export class BackfillsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Backfills, newest first', answer: 'BackfillPage' })
  async list(
    @ValidQuery(backfillsQuery) query: BackfillsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<BackfillAnswer>> {
    const { database, clock } = this.deps;
    const filter = { connectionId: query.connection, stream: query.stream, state: query.state };
    const rows = await listBackfills(database, filter, { limit: rowsFor(query), after: readNumberCursor(query) });
    const answers = await Promise.all(rows.map((row) => backfillAnswer(database, row, clock.now())));
    return page(exchange, query, answers, { key: (row) => [row.id], item: (row) => row });
  }

  @Get(':id')
  @Describe({ summary: 'One backfill: how far it is, and how long it still takes', answer: 'Backfill' })
  async read(@PathId('id', 'number') id: string): Promise<BackfillAnswer> {
    return this.answer(await this.find(id));
  }

  @Post()
  @Idempotent()
  @Describe({
    summary: 'Take streams again: by entity, by time, by ids, or what a mapping version wrote',
    status: 202,
    answer: 'BackfillList',
  })
  async start(
    @ValidBody('StartBackfill') body: StartBackfill,
    @Caller() { actor }: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<{ items: readonly BackfillAnswer[] }> {
    const plans = planBackfills(this.deps.topology.current(), body, actor);
    const rows = await this.deps.database.transaction(async (sql) => {
      const started: Backfill[] = [];
      for (const plan of plans) started.push(await this.startOne(sql, plan));
      return started;
    });
    if (rows[0]) reply.header('location', `/api/v1/backfills/${rows.length === 1 ? rows[0].id : ''}`);
    return { items: await Promise.all(rows.map((row) => this.answer(row))) };
  }

  @Post(':id/pause')
  @Describe({ summary: 'Stop after the page in hand', answer: 'Backfill' })
  pause(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<BackfillAnswer> {
    return this.steer(id, 'paused', 'backfill.pause', caller);
  }

  @Post(':id/resume')
  @Describe({ summary: 'Go on after the last page', answer: 'Backfill' })
  resume(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<BackfillAnswer> {
    return this.steer(id, 'running', 'backfill.resume', caller);
  }

  @Post(':id/cancel')
  @Describe({ summary: 'End it where it stands; what it did holds', answer: 'Backfill' })
  cancel(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<BackfillAnswer> {
    return this.steer(id, 'cancelled', 'backfill.cancel', caller);
  }

  private async startOne(sql: Sql, plan: NewBackfill): Promise<Backfill> {
    const now = this.deps.clock.now();
    const row = await insertBackfill(sql, now, plan);
    if (!row) throw new ProblemError('backfill.active');
    // What is left of an earlier one that was cancelled must not be taken for the place to go on from.
    if (plan.direction === 'in') await forgetBackfillCursor(sql, plan.connectionId, plan.stream);
    const { actor, connectionId, stream, direction, selection } = plan;
    const details = { backfill: row.id, stream, direction, selection };
    await insertAudit(sql, now, { actor, action: 'backfill.start', object: `connection:${connectionId}`, details });
    return row;
  }

  private async steer(
    id: string,
    state: 'paused' | 'running' | 'cancelled',
    action: string,
    { actor }: Principal,
  ): Promise<BackfillAnswer> {
    const { database, clock } = this.deps;
    const { id: backfillId, connectionId } = await this.find(id);
    const row = await database.transaction(async (sql) => {
      const steered = await steerBackfill(sql, clock.now(), backfillId, state);
      if (!steered) throw new ProblemError('backfill.state');
      const details = { backfill: backfillId };
      await insertAudit(sql, clock.now(), { actor, action, object: `connection:${connectionId}`, details });
      return steered;
    });
    return this.answer(row);
  }

  private answer(row: Backfill): Promise<BackfillAnswer> {
    return backfillAnswer(this.deps.database, row, this.deps.clock.now());
  }

  private async find(id: string): Promise<Backfill> {
    const number = Number(id);
    const [row] = number > LARGEST_ID ? [] : await listBackfills(this.deps.database, { id: number }, { limit: 1 });
    if (!row) throw notFound();
    return row;
  }
}
