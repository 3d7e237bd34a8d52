import { Get, Inject, Post } from '@nestjs/common';
import { deleteBrakesQuery } from '@isthmus/api-contract';
import type { DeleteBrakeAnswer, DeleteBrakesQuery, RejectDeletes } from '@isthmus/api-contract';
import {
  decideBrake,
  insertAudit,
  LANE,
  listBrakes,
  loadRecords,
  loadReplicasByNativeId,
  lockMerge,
  markReplicasGone,
  recreateReplicas,
  settleBraked,
} from '@isthmus/ledger';
import type { HeldDelete, Sql, StoredBrake } from '@isthmus/ledger';
import { targetsOf } from '@isthmus/stages';
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

/** Mass deletions that were stopped: one decision for each. */
@ApiController('delete-brakes')
export class DeleteBrakesController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Mass deletions that were stopped, newest first', answer: 'DeleteBrakePage' })
  async list(
    @ValidQuery(deleteBrakesQuery) query: DeleteBrakesQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<DeleteBrakeAnswer>> {
    const filter = { state: query.state, connectionId: query.connection };
    const rows = await listBrakes(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.id], item: answer });
  }

  @Get(':id')
  @Describe({ summary: 'One stopped mass deletion', answer: 'DeleteBrake' })
  async read(@PathId('id', 'number') id: string): Promise<DeleteBrakeAnswer> {
    return answer(await this.find(id));
  }

  @Post(':id/release')
  @Idempotent()
  @Describe({ summary: "Let all held deletions happen, by the flow's delete policy", answer: 'DeleteBrake' })
  async release(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<DeleteBrakeAnswer> {
    const { entity } = await this.find(id);
    const now = this.deps.clock.now();
    await this.deps.database.transaction(async (sql) => {
      await this.decide(sql, id, 'released', caller);
      const reason = { decided: 'policy', by: caller.actor };
      const held = await settleBraked(sql, id, { state: 'pending', reason, now });
      await this.note(sql, caller, 'delete-brake.release', id, { held: held.length });
    });
    this.deps.queue?.hint({ kind: 'merge', key: entity });
    return this.read(id);
  }

  @Post(':id/reject')
  @Idempotent()
  @Describe({
    summary: 'Keep all records whose deletion is held; with recreate make them anew there',
    answer: 'DeleteBrake',
  })
  async reject(
    @PathId('id', 'number') id: string,
    @ValidBody('RejectDeletes', { optional: true }) { recreate = false }: RejectDeletes,
    @Caller() caller: Principal,
  ): Promise<DeleteBrakeAnswer> {
    const { entity, connectionId } = await this.find(id);
    const now = this.deps.clock.now();
    await this.deps.database.transaction(async (sql) => {
      await lockMerge(sql, entity);
      await this.decide(sql, id, 'rejected', caller);
      const message = {
        en: `One of very many deletions; ${caller.name} decided to keep the records.`,
        zh: `大量删除之一；${caller.name} 决定保留记录。`,
      };
      const reason = { code: 'change.kept', message, by: caller.actor };
      const held = await settleBraked(sql, id, { state: 'ignored', reason, now });
      await markReplicasGone(sql, now, held);
      const again = recreate ? await this.recreate(sql, entity, held, now) : 0;
      await this.note(sql, caller, 'delete-brake.reject', id, { held: held.length, recreated: again });
    });
    if (recreate) this.deps.queue?.hint({ kind: 'deliver', key: connectionId });
    return this.read(id);
  }

  private async decide(sql: Sql, id: string, state: 'released' | 'rejected', caller: Principal): Promise<void> {
    const decided = await decideBrake(sql, id, { state, at: this.deps.clock.now(), by: caller.actor });
    if (!decided) throw new ProblemError('delete-brake.already-decided');
  }

  private async recreate(sql: Sql, entity: string, held: readonly HeldDelete[], now: Date): Promise<number> {
    const flow = this.deps.topology.current().flows.get(entity);
    const replicas = await loadReplicasByNativeId(sql, held);
    const records = await loadRecords(sql, [...new Set(replicas.map((replica) => replica.recordId))]);
    const wanted = new Set(replicas.map((replica) => `${replica.recordId}|${replica.connectionId}`));
    const copies = records
      .filter((record) => record.status === 'active' || record.status === 'archived')
      .flatMap((record) => (flow ? targetsOf(flow, record, LANE.live) : []))
      .filter((target) => target.creates && wanted.has(`${target.recordId}|${target.connectionId}`));
    return (await recreateReplicas(sql, now, copies)).length;
  }

  private async find(id: string): Promise<StoredBrake> {
    const [row] = await listBrakes(this.deps.database, { id }, { limit: 1 });
    if (!row) throw notFound();
    return row;
  }

  private note(sql: Sql, caller: Principal, action: string, id: string, details: object): Promise<void> {
    const object = `delete-brake:${id}`;
    return insertAudit(sql, this.deps.clock.now(), { actor: caller.actor, action, object, details });
  }
}

function answer(row: StoredBrake): DeleteBrakeAnswer {
  return { ...row, since: iso(row.since), decidedAt: isoOrNull(row.decidedAt) };
}
