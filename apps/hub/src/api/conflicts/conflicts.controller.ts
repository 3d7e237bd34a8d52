import { Get, Inject, Post } from '@nestjs/common';
import { conflictsQuery } from '@isthmus/api-contract';
import type { ConflictAnswer, ConflictsQuery, DecideConflict } from '@isthmus/api-contract';
import type { Json } from '@isthmus/json';
import {
  decideConflict,
  freeReplicaOfConflict,
  insertAudit,
  listConflicts,
  readConflict,
  readRecordLabels,
} from '@isthmus/ledger';
import type { ListedConflict, Sql } from '@isthmus/ledger';
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
import { applyEdit } from '../records/apply-edit.js';
import { recordLabel } from '../records/record-label.js';
import { setAtPointer } from '../records/set-at-pointer.js';

/** Fields that two sides changed, with both values. */
@ApiController('conflicts')
export class ConflictsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Conflicts, newest first', answer: 'ConflictPage' })
  async list(
    @ValidQuery(conflictsQuery) query: ConflictsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ConflictAnswer>> {
    const { state, entity, record } = query;
    const rows = await listConflicts(
      this.deps.database,
      { state, entity, recordId: record },
      { limit: rowsFor(query), after: readNumberCursor(query) },
    );
    const answers = await this.answers(rows);
    return page(exchange, query, answers, { key: (row) => [row.id], item: (row) => row });
  }

  @Post(':id/decide')
  @Idempotent()
  @Describe({ summary: "Keep the record's value, or take the incoming one; every system follows", answer: 'Conflict' })
  async decide(
    @PathId('id', 'number') id: string,
    @ValidBody('DecideConflict') { take }: DecideConflict,
    @Caller() caller: Principal,
  ): Promise<ConflictAnswer> {
    const conflict = await readConflict(this.deps.database, id);
    if (!conflict) throw notFound();
    const deliverTo = await this.deps.database.transaction((sql) => this.settle(sql, conflict, take, caller));
    for (const key of deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
    const decided = await readConflict(this.deps.database, id);
    const [answer] = await this.answers([decided ?? conflict]);
    if (!answer) throw notFound();
    return answer;
  }

  private async settle(
    sql: Sql,
    conflict: ListedConflict,
    take: 'record' | 'incoming',
    caller: Principal,
  ): Promise<ReadonlySet<string>> {
    const now = this.deps.clock.now();
    const { recordId, connectionId, pointer } = conflict;
    let deliverTo: readonly string[] = [];
    if (take === 'incoming') {
      const value = (conflict.incomingValue ?? undefined) as Json | undefined;
      const edit = { recordId, actor: caller.actor, expectedVersion: undefined, action: 'record.take-incoming' };
      ({ deliverTo } = await applyEdit(sql, this.deps, {
        ...edit,
        change: (body, entity) => setAtPointer(entity, body, pointer, value),
      }));
    }
    if (!(await decideConflict(sql, conflict.id, { take, at: now, by: caller.actor })))
      throw new ProblemError('conflict.already-decided');
    await freeReplicaOfConflict(sql, recordId, connectionId, now);
    await insertAudit(sql, now, {
      actor: caller.actor,
      action: 'conflict.decide',
      object: `record:${recordId}`,
      details: { conflict: conflict.id, pointer, take },
    });
    return new Set([...deliverTo, connectionId]);
  }

  private async answers(rows: readonly ListedConflict[]): Promise<ConflictAnswer[]> {
    const labels = await readRecordLabels(this.deps.database, [...new Set(rows.map((row) => row.recordId))]);
    const names = new Map(labels.map(({ id, entity, ...fields }) => [id, recordLabel(entity, fields, id)]));
    return rows.map((row) => ({
      ...row,
      label: names.get(row.recordId) ?? row.recordId,
      at: iso(row.at),
      decidedAt: isoOrNull(row.decidedAt),
    }));
  }
}
