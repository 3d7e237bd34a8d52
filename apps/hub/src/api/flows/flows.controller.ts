import { Get, Inject, Post } from '@nestjs/common';
import { flowsQuery } from '@isthmus/api-contract';
import type { FlowAnswer, FlowsQuery, PauseFlow } from '@isthmus/api-contract';
import { insertAudit, listFlows, setFlowState } from '@isthmus/ledger';
import type { FlowState, ListedFlow } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso, isoOrNull } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readTextCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';

const ACTIONS = { active: 'flow.resume', paused: 'flow.pause', draining: 'flow.drain' } as const;

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
  pause(
    @PathId('id') id: string,
    @ValidBody('PauseFlow', { optional: true }) { reason = '' }: PauseFlow,
    @Caller() caller: Principal,
  ): Promise<FlowAnswer> {
    const message = {
      en: `Paused by ${caller.name}.${reason && ` ${reason}`}`,
      zh: `由 ${caller.name} 暂停。${reason}`,
    };
    return this.setState(id, 'paused', caller, { code: 'flow.paused', message, actor: caller.actor });
  }

  @Post(':id/drain')
  @Describe({ summary: 'Read nothing new, merge and deliver what is open, then pause', answer: 'Flow' })
  drain(
    @PathId('id') id: string,
    @ValidBody('PauseFlow', { optional: true }) { reason = '' }: PauseFlow,
    @Caller() caller: Principal,
  ): Promise<FlowAnswer> {
    const message = {
      en: `Drained by ${caller.name}.${reason && ` ${reason}`}`,
      zh: `由 ${caller.name} 排空。${reason}`,
    };
    return this.setState(id, 'draining', caller, { code: 'flow.draining', message, actor: caller.actor });
  }

  @Post(':id/resume')
  @Describe({ summary: 'Go on', answer: 'Flow' })
  resume(@PathId('id') id: string, @Caller() caller: Principal): Promise<FlowAnswer> {
    return this.setState(id, 'active', caller);
  }

  private async setState(id: string, state: FlowState, caller: Principal, reason?: object): Promise<FlowAnswer> {
    const { entity, members } = await this.read(id);
    const { database, clock, queue } = this.deps;
    await database.transaction(async (sql) => {
      if (!(await setFlowState(sql, id, state, clock.now(), reason))) return;
      await insertAudit(sql, clock.now(), {
        actor: caller.actor,
        action: ACTIONS[state],
        object: `flow:${id}`,
      });
    });
    await this.deps.configurationChanged();
    if (state === 'active') {
      queue?.hint({ kind: 'merge', key: entity });
      for (const { connection } of members) queue?.hint({ kind: 'deliver', key: String(connection) });
    }
    return this.read(id);
  }
}

function answer(row: ListedFlow): FlowAnswer {
  const { id, entity, members, policy, state, stateReason, confirmed, version } = row;
  const awaitsConfirmationSince = isoOrNull(row.awaitsSince);
  const moments = { createdAt: iso(row.createdAt), updatedAt: iso(row.updatedAt), stateSince: iso(row.stateSince) };
  return { id, entity, members, policy, state, stateReason, awaitsConfirmationSince, confirmed, version, ...moments };
}
