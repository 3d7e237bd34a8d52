import { Get, Inject, Post } from '@nestjs/common';
import { changeQuery, changesQuery } from '@isthmus/api-contract';
import type { ChangeAnswer, ChangeDetail, ChangeQuery, ChangesQuery, DecideChange } from '@isthmus/api-contract';
import { insertAudit, listChanges, readChange, releaseChanges } from '@isthmus/ledger';
import type { ListedChange, ReleasedChange, Sql } from '@isthmus/ledger';
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
import { decideIdentity } from '../identity/decide-identity.js';
import { changeAnswer } from './change-answer.js';
import { concernsDeletion, decideDeleted } from './decide-deleted.js';
import { maskRaw, readRaw } from './mask-raw.js';

type StoredChange = ListedChange & { readonly raw: string | null };

/** What connections told the hub, kept raw. */
@ApiController('changes')
export class ChangesController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Changes, newest first', answer: 'ChangePage' })
  async list(
    @ValidQuery(changesQuery) query: ChangesQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<ChangeAnswer>> {
    const filter = {
      state: query.state,
      connectionId: query.connection,
      stream: query.stream,
      nativeId: query.nativeId,
    };
    const rows = await listChanges(this.deps.database, filter, {
      limit: rowsFor(query),
      after: readNumberCursor(query),
    });
    return page(exchange, query, rows, { key: (row) => [row.id], item: changeAnswer });
  }

  @Get(':id')
  @Describe({ summary: 'One change with its row; texts are masked unless asked for', answer: 'ChangeDetail' })
  async read(
    @PathId('id', 'number') id: string,
    @ValidQuery(changeQuery) query: ChangeQuery,
    @Caller() caller: Principal,
  ): Promise<ChangeDetail> {
    const row = await this.find(id);
    const raw = readRaw(row.raw);
    if (!query.unmask) return { ...changeAnswer(row), raw: maskRaw(raw, row.nativeId), masked: true };
    const { database, clock } = this.deps;
    await insertAudit(database, clock.now(), { actor: caller.actor, action: 'change.unmask', object: `change:${id}` });
    return { ...changeAnswer(row), raw, masked: false };
  }

  @Post(':id/replay')
  @Idempotent()
  @Describe({ summary: 'Try a change again after its cause is gone', answer: 'Change' })
  async replay(@PathId('id', 'number') id: string, @Caller() caller: Principal): Promise<ChangeAnswer> {
    await this.find(id);
    const { clock } = this.deps;
    const released = await this.deps.database.transaction(async (sql) => {
      const [change] = await releaseChanges(sql, clock.now(), [id]);
      if (!change) throw new ProblemError('change.already-settled');
      await this.note(sql, caller, 'change.replay', id, { state: change.state });
      return change;
    });
    this.hint(released);
    return changeAnswer(await this.find(id));
  }

  @Post(':id/decide')
  @Idempotent()
  @Describe({
    summary:
      'Decide a change in review: whose it is, what a deletion means, or what becomes of something deleted that speaks again',
    answer: 'Change',
  })
  async decide(
    @PathId('id', 'number') id: string,
    @ValidBody('DecideChange') decision: DecideChange,
    @Caller() caller: Principal,
  ): Promise<ChangeAnswer> {
    const row = await this.find(id);
    if (row.state !== 'review') throw new ProblemError('change.already-settled');
    if (concernsDeletion(row)) await this.decideDeleted(row, decision, caller);
    else if (decision.link !== undefined || decision.create) await this.identify(row, decision, caller);
    else throw new ProblemError('change.cannot-decide');
    return changeAnswer(await this.find(id));
  }

  private async identify(row: StoredChange, decision: DecideChange, caller: Principal): Promise<void> {
    const link = decision.link?.toLowerCase();
    const chosen = link === undefined ? ({ create: true } as const) : { link };
    const decided = await this.deps.database.transaction((sql) => decideIdentity(sql, this.deps, row, chosen, caller));
    this.hint(decided);
  }

  private async decideDeleted(row: StoredChange, decision: DecideChange, caller: Principal): Promise<void> {
    const work = await this.deps.database.transaction(async (sql) => {
      const due = await decideDeleted(sql, this.deps, row, decision, caller);
      await this.note(sql, caller, 'change.decide', row.id, decision);
      return due;
    });
    for (const item of work) this.deps.queue?.hint(item);
  }

  private async find(id: string): Promise<StoredChange> {
    const row = await readChange(this.deps.database, id);
    if (!row) throw notFound();
    return row;
  }

  private note(sql: Sql, caller: Principal, action: string, id: string, details: object): Promise<void> {
    return insertAudit(sql, this.deps.clock.now(), { actor: caller.actor, action, object: `change:${id}`, details });
  }

  private hint(change: ReleasedChange): void {
    if (change.state === 'fetch') this.deps.queue?.hint({ kind: 'fetch', key: change.connectionId });
    if (change.state === 'pending') this.deps.queue?.hint({ kind: 'merge', key: change.entity });
  }
}
