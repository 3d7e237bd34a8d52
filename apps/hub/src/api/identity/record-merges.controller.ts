import { Get, Inject, Post } from '@nestjs/common';
import { duplicatesQuery } from '@isthmus/api-contract';
import type {
  DuplicateGroup,
  DuplicatesQuery,
  MergeRecord,
  MergeReportAnswer,
  RecordMergeAnswer,
  UnmergeReportAnswer,
} from '@isthmus/api-contract';
import { listMergesOfRecord } from '@isthmus/ledger';
import { mergeRecords, previewMerge, unmergeRecords } from '@isthmus/stages';
import type { IdentityParts, MergeOrder } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { page, readTextCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { mergeAnswer, recordMergeAnswer, unmergeAnswer } from './merge-answer.js';
import { readDuplicates } from './read-duplicates.js';
import { refusal, whenFree } from './refusal.js';

const MOST_MERGES = 200;

/** Records that are one thing: found, made one, and taken apart again. */
@ApiController('records')
export class RecordMergesController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get('duplicates')
  @Describe({ summary: 'Records that a strong key says are one', answer: 'DuplicatePage' })
  async duplicates(
    @ValidQuery(duplicatesQuery) query: DuplicatesQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<DuplicateGroup>> {
    const rows = await readDuplicates(this.deps, query.entity, readTextCursor(query) ?? '', rowsFor(query));
    return page(exchange, query, rows, { key: (row) => [row.position], item: ({ group }) => group });
  }

  @Post(':id/merge')
  @Idempotent()
  @Describe({ summary: 'Make another record part of this one, or preview that with `dryRun`', answer: 'MergeReport' })
  async merge(
    @PathId('id', 'uuid') id: string,
    @ValidBody('MergeRecord') body: MergeRecord,
    @Caller() caller: Principal,
  ): Promise<MergeReportAnswer> {
    const order = mergeOrder(id, body, caller);
    if (body.dryRun) {
      const preview = await previewMerge(this.parts(), order);
      if ('refused' in preview) throw refusal(preview.refused);
      return mergeAnswer(preview);
    }
    const done = await whenFree(() => mergeRecords(this.parts(), order));
    for (const key of done.deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
    for (const key of done.mergeAlso) this.deps.queue?.hint({ kind: 'merge', key });
    return mergeAnswer(done.report);
  }

  @Post(':id/unmerge')
  @Idempotent()
  @Describe({ summary: 'Take a merged record out of the one that it was merged into', answer: 'UnmergeReport' })
  async unmerge(@PathId('id', 'uuid') id: string, @Caller() caller: Principal): Promise<UnmergeReportAnswer> {
    const order = { otherId: id, actor: caller.actor };
    const done = await whenFree(() => unmergeRecords(this.parts(), order));
    for (const key of done.deliverTo) this.deps.queue?.hint({ kind: 'deliver', key });
    return unmergeAnswer(done.report);
  }

  @Get(':id/merges')
  @Describe({ summary: 'Merges that the record took part in, newest first', answer: 'RecordMergeList' })
  async merges(@PathId('id', 'uuid') id: string): Promise<{ items: RecordMergeAnswer[] }> {
    const rows = await listMergesOfRecord(this.deps.database, id, MOST_MERGES);
    return { items: rows.map(recordMergeAnswer) };
  }

  private parts(): IdentityParts {
    const { database, topology, clock } = this.deps;
    return { database, topology: topology.current(), now: clock.now() };
  }
}

function mergeOrder(survivorId: string, body: MergeRecord, caller: Principal): MergeOrder {
  const { fields = {}, keep = {}, doubles, survivorVersion, otherVersion } = body;
  return {
    survivorId,
    otherId: body.other.toLowerCase(),
    fields,
    keep,
    actor: caller.actor,
    ...(doubles && { doubles }),
    ...(survivorVersion !== undefined && { survivorVersion }),
    ...(otherVersion !== undefined && { otherVersion }),
  };
}
