import { Get, Inject, Post } from '@nestjs/common';
import { flowsQuery } from '@isthmus/api-contract';
import type { FlowAnswer, FlowsQuery } from '@isthmus/api-contract';
import { insertAudit, listFlows, setFlowState } from '@isthmus/ledger';
import type { ListedFlow } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readTextCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound } from '../http/problem-error.js';
import { PathId, ValidQuery } from '../http/valid.js';

/** Which connections take part for an entity. */
@ApiController('flows')
export class FlowsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Flows', answer: 'FlowPage' })
  async list(
    @ValidQuery(flowsQuery) query: FlowsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<FlowAnswer>> {
    const { state, entity } = query;
    const rows = await listFlows(
      this.deps.database,
      { state, entity },
      { limit: rowsFor(query), after: readTextCursor(query) },
    );
    return page(exchange, query, rows, { key: (row) => [row.id], item: answer });
  }

  @Get(':id')
  @Describe({ summary: 'One flow with its members and policies', answer: 'Flow' })
  async read(@PathId('id') id: string): Promise<FlowAnswer> {
    const [row] = await listFlows(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return answer(row);
  }

  @Post(':id/pause')
  @Describe({ summary: 'Stop merging and delivering this entity; changes are still taken in', answer: 'Flow' })
  pause(@PathId('id') id: string, @Caller() caller: Principal): Promise<FlowAnswer> {
    return this.setState(id, 'paused', caller);
  }

  @Post(':id/resume')
  @Describe({ summary: 'Go on', answer: 'Flow' })
  resume(@PathId('id') id: string, @Caller() caller: Principal): Promise<FlowAnswer> {
    return this.setState(id, 'active', caller);
  }

  private async setState(id: string, state: 'active' | 'paused', caller: Principal): Promise<FlowAnswer> {
    const { entity } = await this.read(id);
    const { database, clock, queue } = this.deps;
    await database.transaction(async (sql) => {
      if (!(await setFlowState(sql, id, state, clock.now()))) return;
      await insertAudit(sql, clock.now(), {
        actor: caller.actor,
        action: state === 'paused' ? 'flow.pause' : 'flow.resume',
        object: `flow:${id}`,
      });
    });
    await this.deps.configurationChanged();
    if (state === 'active') queue?.hint({ kind: 'merge', key: entity });
    return this.read(id);
  }
}

function answer(row: ListedFlow): FlowAnswer {
  const { id, entity, members, policy, state, version } = row;
  return { id, entity, members, policy, state, version, createdAt: iso(row.createdAt), updatedAt: iso(row.updatedAt) };
}
