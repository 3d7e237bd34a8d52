import { Get, Inject, Post } from '@nestjs/common';
import { conflictsQuery } from '@isthmus/api-contract';
import type {
  ConflictAnswer,
  ConflictDetail,
  ConflictsDecided,
  ConflictsQuery,
  DecideConflict,
  DecideConflicts,
} from '@isthmus/api-contract';
import { listConflicts, readConflict, readRecordLabels } from '@isthmus/ledger';
import type { ConflictFilter, ListedConflict } from '@isthmus/ledger';
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
import { recordLabel } from '../records/record-label.js';
import { conflictWords } from './conflict-words.js';
import { readSides } from './read-sides.js';
import { settleConflict } from './settle-conflict.js';

/** Most conflicts that one call decides. */
const MOST_AT_ONCE = 500;

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
    const rows = await listConflicts(
      this.deps.database,
      { ...filterOf(query), state: query.state, policy: query.policy },
      { limit: rowsFor(query), after: readNumberCursor(query) },
    );
    const answers = await this.answers(rows);
    return page(exchange, query, answers, { key: (row) => [row.id], item: (row) => row });
  }

  @Get(':id')
  @Describe({ summary: 'One conflict, beside what both sides hold now', answer: 'ConflictDetail' })
  async read(@PathId('id', 'number') id: string): Promise<ConflictDetail> {
    const conflict = await readConflict(this.deps.database, id);
    if (!conflict) throw notFound();
    const now = await readSides(this.deps.database, this.deps.topology.current(), conflict);
    const { recordValue, incomingValue } = conflict;
    return {
      ...(await this.answer(conflict)),
      now: now ?? { recordVersion: 0, recordValue: recordValue ?? null, sourceValue: incomingValue ?? null },
    };
  }

  @Post(':id/decide')
  @Idempotent()
  @Describe({
    summary: "Keep the record's value, take the incoming one, or give another; every system follows",
    answer: 'Conflict',
  })
  async decide(
    @PathId('id', 'number') id: string,
    @ValidBody('DecideConflict') decision: DecideConflict,
    @Caller() caller: Principal,
  ): Promise<ConflictAnswer> {
    await this.settle(id, decision, caller);
    const decided = await readConflict(this.deps.database, id);
    if (!decided) throw notFound();
    return this.answer(decided);
  }

  @Post('decide')
  @Idempotent()
  @Describe({
    summary: 'One decision for many open conflicts: named ones, or all that fit',
    answer: 'ConflictsDecided',
  })
  async decideMany(
    @ValidBody('DecideConflicts') body: DecideConflicts,
    @Caller() caller: Principal,
  ): Promise<ConflictsDecided> {
    const ids = body.ids ?? (await this.openIds(filterOf(body.filter ?? {})));
    const chosen = ids.slice(0, MOST_AT_ONCE);
    const refused: { id: string; code: string }[] = [];
    for (const id of chosen) {
      try {
        await this.settle(id, { take: body.take }, caller);
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        refused.push({ id, code: error.code });
      }
    }
    return { decided: chosen.length - refused.length, refused, more: ids.length > chosen.length };
  }

  private async openIds(filter: ConflictFilter): Promise<string[]> {
    const rows = await listConflicts(this.deps.database, { ...filter, state: 'open' }, { limit: MOST_AT_ONCE + 1 });
    return rows.map((row) => row.id);
  }

  private async settle(id: string, decision: DecideConflict, { actor }: Principal): Promise<void> {
    const conflict = await readConflict(this.deps.database, id);
    if (!conflict) throw notFound();
    const deliverTo = await this.deps.database.transaction((sql) =>
      settleConflict(sql, this.deps, conflict, decision, actor),
    );
    for (const key of deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
  }

  private async answer(row: ListedConflict): Promise<ConflictAnswer> {
    const [answer] = await this.answers([row]);
    if (!answer) throw notFound();
    return answer;
  }

  private async answers(rows: readonly ListedConflict[]): Promise<ConflictAnswer[]> {
    const labels = await readRecordLabels(this.deps.database, [...new Set(rows.map((row) => row.recordId))]);
    const names = new Map(labels.map(({ id, entity, ...fields }) => [id, recordLabel(entity, fields, id)]));
    return rows.map((row) => ({
      ...row,
      label: names.get(row.recordId) ?? row.recordId,
      words: conflictWords(row),
      recordAt: isoOrNull(row.recordAt),
      incomingAt: isoOrNull(row.incomingAt),
      at: iso(row.at),
      decidedAt: isoOrNull(row.decidedAt),
    }));
  }
}

/** What a caller narrows conflicts by, as the ledger takes it. */
function filterOf({
  entity,
  connection,
  record,
  field,
}: Pick<ConflictsQuery, 'entity' | 'connection' | 'record' | 'field'>): ConflictFilter {
  const pointer = field && `/${field.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('.', '/')}`;
  return {
    entity,
    connectionId: connection,
    recordId: record,
    pointer,
  };
}
