import { Get, Inject, Patch, Post } from '@nestjs/common';
import { ApiConsumes, ApiHeader } from '@nestjs/swagger';
import { historyQuery, recordsQuery } from '@isthmus/api-contract';
import type {
  HistoryQuery,
  RecordAnswer,
  RecordsQuery,
  RecordSummary,
  RecordVersionAnswer,
  RestorationAnswer,
  RestoreRecord,
  TrailStep,
} from '@isthmus/api-contract';
import { entityNames } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { erasureOfRecord, findRecords, listReplicasOfRecord, readRecord } from '@isthmus/ledger';
import type { WholeRecord } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { badCursor, page, readCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { applyEdit } from './apply-edit.js';
import { mergePatch } from './merge-patch.js';
import { readHistory } from './read-history.js';
import { readTrail } from './read-trail.js';
import { readWaitsFor } from '../deliveries/waits-for.js';
import { recordAnswer, recordSummary } from './record-answer.js';
import { restoreRecord } from './restore-record.js';
import { searchTerms } from './search-terms.js';

/** The one true copy of each thing: find it, see where its values come from, correct it. */
@ApiController('records')
export class RecordsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: 'Find records, the last changed first', answer: 'RecordPage' })
  async list(
    @ValidQuery(recordsQuery) query: RecordsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<RecordSummary>> {
    const filter = {
      entities: query.entity === undefined ? entityNames : [query.entity],
      status: query.status,
      updatedSince: query.updatedSince === undefined ? undefined : new Date(query.updatedSince),
      search: query.q === undefined ? undefined : searchTerms(this.deps.topology.current(), query.q),
    };
    const rows = await findRecords(this.deps.database, filter, { limit: rowsFor(query), after: positionOf(query) });
    return page(exchange, query, rows, { key: (row) => [row.updatedAt.toISOString(), row.id], item: recordSummary });
  }

  @Get(':id')
  @Describe({
    summary: 'One record: body, who set which field, and its copies; the version is the ETag',
    answer: 'Record',
  })
  async read(@PathId('id', 'uuid') id: string, @Exchange() { reply }: HttpExchange): Promise<RecordAnswer> {
    const record = await this.find(id);
    const replicas = await listReplicasOfRecord(this.deps.database, id);
    reply.header('etag', `"${record.version}"`);
    if (record.mergedInto !== null) reply.header('link', `</api/v1/records/${record.mergedInto}>; rel="canonical"`);
    const { database, clock } = this.deps;
    const erasure = await erasureOfRecord(database, id);
    return recordAnswer(record, replicas, clock.now(), erasure, await readWaitsFor(database, replicas));
  }

  @Get(':id/history')
  @Describe({
    summary: 'Versions, newest first: who, when, by which change, and which fields',
    answer: 'RecordVersionPage',
  })
  async history(
    @PathId('id', 'uuid') id: string,
    @ValidQuery(historyQuery) query: HistoryQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<RecordVersionAnswer>> {
    const below = readCursor(query, 1)?.[0];
    if (below !== undefined && (typeof below !== 'number' || below < 1 || below > 2_147_483_647)) throw badCursor();
    const rows = await readHistory(this.deps.database, await this.find(id), below, rowsFor(query));
    return page(exchange, query, rows, { key: (row) => [row.version], item: (row) => row });
  }

  @Get(':id/trail')
  @Describe({ summary: 'The way of the record through the hub, in time order', answer: 'Trail' })
  async trail(
    @PathId('id', 'uuid') id: string,
  ): Promise<{ recordId: string; items: readonly TrailStep[]; truncated: boolean }> {
    return { recordId: id, ...(await readTrail(this.deps.database, await this.find(id))) };
  }

  @Patch(':id')
  @ApiConsumes('application/merge-patch+json', 'application/json')
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the version that was read.' })
  @Describe({ summary: 'Correct a record by JSON merge patch; every system follows', answer: 'Record' })
  async edit(
    @PathId('id', 'uuid') id: string,
    @ValidBody('EditRecord') patch: JsonObject,
    @Caller() caller: Principal,
    @Exchange() exchange: HttpExchange,
  ): Promise<RecordAnswer> {
    const expectedVersion = expectedVersionOf(exchange);
    const edit = {
      recordId: id,
      actor: caller.actor,
      expectedVersion,
      action: 'record.edit',
      change: (body: JsonObject) => mergePatch(body, patch),
    };
    const { deliverTo } = await this.deps.database.transaction((sql) => applyEdit(sql, this.deps, edit));
    for (const key of deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
    return this.read(id, exchange);
  }

  @Post(':id/restore')
  @ApiHeader({ name: 'If-Match', required: false, description: 'ETag of the version that was read; not with dryRun.' })
  @Describe({
    summary: 'Give a record, or some of its fields, the values of an earlier version back; every system follows',
    answer: 'Restoration',
  })
  async restore(
    @PathId('id', 'uuid') recordId: string,
    @ValidBody('RestoreRecord') body: RestoreRecord,
    @Caller() { actor }: Principal,
    @Exchange() exchange: HttpExchange,
  ): Promise<RestorationAnswer> {
    // What was shown is what is done: a restore wants the version that its preview was made of.
    const expectedVersion = body.dryRun === true ? undefined : expectedVersionOf(exchange);
    const order = { ...body, recordId, actor, expectedVersion };
    const { answer, deliverTo } = await this.deps.database.transaction((sql) => restoreRecord(sql, this.deps, order));
    for (const key of deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
    exchange.reply.header('etag', `"${answer.version}"`);
    return answer;
  }

  private async find(id: string): Promise<WholeRecord> {
    const record = await readRecord(this.deps.database, id);
    if (!record) throw notFound();
    return record;
  }
}

function positionOf(query: RecordsQuery): { updatedAt: string; id: string } | undefined {
  const key = readCursor(query, 2);
  if (!key) return undefined;
  const [updatedAt, id] = key.map(String) as [string, string];
  // Date.parse alone takes almost any text with a number in it for a date, and PostgreSQL does not.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(updatedAt) || Number.isNaN(Date.parse(updatedAt)))
    throw badCursor();
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw badCursor();
  return { updatedAt, id };
}

/** `*` = whatever the version is now; a weak tag never matches. */
function expectedVersionOf({ request }: HttpExchange): number | undefined {
  const match = request.headers['if-match'];
  if (match === undefined) throw new ProblemError('precondition.required');
  if (match.trim() === '*') return undefined;
  const version = /^"(\d{1,9})"$/.exec(match.trim())?.[1];
  if (version === undefined) throw new ProblemError('precondition.failed');
  return Number(version);
}
