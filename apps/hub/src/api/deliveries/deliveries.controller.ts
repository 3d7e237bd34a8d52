import { Get, Inject } from '@nestjs/common';
import { attemptsQuery, deliveriesQuery } from '@isthmus/api-contract';
import type { AttemptAnswer, AttemptsQuery, DeliveriesQuery, ReplicaAnswer } from '@isthmus/api-contract';
import { listAttempts, listReplicasBehind } from '@isthmus/ledger';
import type { ListedAttempt } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { badCursor, page, readCursor, readNumberCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { ValidQuery } from '../http/valid.js';
import { replicaAnswer } from './replica-answer.js';
import { readWaitsFor } from './waits-for.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Replicas that are behind. */
@ApiController('deliveries')
export class DeliveriesController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Replicas that are behind, and why', answer: 'ReplicaPage' })
  async list(
    @ValidQuery(deliveriesQuery) query: DeliveriesQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ReplicaAnswer>> {
    const key = readCursor(query, 2);
    if (key && !UUID.test(String(key[1]))) throw badCursor();
    const after = key && { connectionId: String(key[0]), recordId: String(key[1]) };
    const filter = { state: query.state, connectionId: query.connection };
    const rows = await listReplicasBehind(this.deps.database, filter, { limit: rowsFor(query), after });
    const now = this.deps.clock.now();
    const waitsFor = await readWaitsFor(this.deps.database, rows);
    return page(exchange, query, rows, {
      key: (row) => [row.connectionId, row.recordId],
      item: (row) => replicaAnswer(row, now, waitsFor),
    });
  }
}

/** Tries at bringing replicas up to date. */
@ApiController('attempts')
export class AttemptsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Tries, newest first, with redacted requests and answers', answer: 'AttemptPage' })
  async list(
    @ValidQuery(attemptsQuery) query: AttemptsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<AttemptAnswer>> {
    const filter = { recordId: query.record, connectionId: query.connection };
    const rows = await listAttempts(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.id], item: attemptAnswer });
  }
}

function attemptAnswer(row: ListedAttempt): AttemptAnswer {
  const { at, calls, ...rest } = row;
  return { ...rest, at: iso(at), calls: calls ?? [] };
}
