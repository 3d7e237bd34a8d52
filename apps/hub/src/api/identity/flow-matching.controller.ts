import { Get, Inject, Post } from '@nestjs/common';
import type { ConfirmMatching, MatchingReport } from '@isthmus/api-contract';
import { confirmFlow, insertAudit, listFlows, releaseUnconfirmed } from '@isthmus/ledger';
import type { ListedFlow } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody } from '../http/valid.js';
import { readMatching } from './read-matching.js';

/** The first sync of systems that already hold data: look first, then let it write. */
@ApiController('flows')
export class FlowMatchingController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get(':id/matching')
  @Describe({
    summary: 'What matching the members has come to, and what would be written where',
    answer: 'MatchingReport',
  })
  async read(@PathId('id') id: string): Promise<MatchingReport> {
    return readMatching(this.deps, await this.find(id));
  }

  @Post(':id/matching/confirm')
  @Idempotent()
  @Describe({ summary: 'Let a flow write that waits for the confirmation of its first sync', answer: 'MatchingReport' })
  async confirm(
    @PathId('id') id: string,
    @ValidBody('ConfirmMatching', { optional: true }) { digest, incomplete }: ConfirmMatching,
    @Caller() caller: Principal,
  ): Promise<MatchingReport> {
    const flow = await this.find(id);
    if (flow.awaitsSince === null) throw new ProblemError('flow.not-awaiting');
    const report = await readMatching(this.deps, flow);
    if (!report.complete && incomplete !== true)
      throw new ProblemError('flow.matching-incomplete', { retryAfterMs: 2_000 });
    if (digest !== undefined && digest !== report.digest) throw new ProblemError('flow.matching-changed');
    await this.release(flow, report, caller);
    return { ...report, awaitsConfirmationSince: null };
  }

  private async release(flow: ListedFlow, report: MatchingReport, caller: Principal): Promise<void> {
    const { database, clock, queue } = this.deps;
    const now = clock.now();
    await database.transaction(async (sql) => {
      if (!(await confirmFlow(sql, flow.id, caller.actor, now))) throw new ProblemError('flow.not-awaiting');
      await insertAudit(sql, now, {
        actor: caller.actor,
        action: 'flow.confirm',
        object: `flow:${flow.id}`,
        details: { digest: report.digest, linked: report.linked.count, writes: report.writes.map(countsOf) },
      });
    });
    // First this process learns of it, or it would hold back again what is released here. Housekeeping releases what another one held.
    await this.deps.configurationChanged();
    const deliverTo = await releaseUnconfirmed(database, flow.entity, now);
    for (const key of deliverTo) queue?.hint({ kind: 'deliver', key });
  }

  private async find(id: string): Promise<ListedFlow> {
    const [row] = await listFlows(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return row;
  }
}

function countsOf({ problems: _problems, ...counts }: MatchingReport['writes'][number]): object {
  return counts;
}
