import { Delete, Get, Header, Inject, Post, Put } from '@nestjs/common';
import { ApiHeader, ApiProduces } from '@nestjs/swagger';
import { mappingDiffQuery, streamMappingVersionsQuery } from '@isthmus/api-contract';
import type {
  EditDraft,
  MappingCheck,
  MappingDiff,
  MappingDiffQuery,
  MappingDraftAnswer,
  StreamMapping,
  StreamMappingDetail,
  StreamMappingVersion,
  StreamMappingVersionsQuery,
} from '@isthmus/api-contract';
import {
  beginMappingDraft,
  editMappingDraft,
  insertAudit,
  listDraftedStreams,
  listMappingVersions,
  readMappingDraft,
  takeMappingDraft,
} from '@isthmus/ledger';
import type { MappingDraft } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe } from '../http/describe.js';
import { Exchange, iso } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { ifMatch } from '../http/if-match.js';
import { badCursor, page, readCursor, rowsFor } from '../http/paging.js';
import type { PageAnswer } from '../http/paging.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { compareTexts } from './compare-texts.js';
import type { NamedText } from './compare-texts.js';
import { draftAnswer, mappingDetail, mappingSummary } from './describe-mapping.js';
import { loadDraft, readInUse, requirePlace } from './mapping-place.js';
import type { MappingPlace } from './mapping-place.js';

/** Mappings of a connection's streams: what is in use, drafts, versions and their differences. */
@ApiController('connections/:connection/mappings')
export class StreamMappingsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Get()
  @Describe({ summary: "Mappings of the connection's streams", answer: 'StreamMappingList' })
  async list(@PathId('connection') connectionId: string): Promise<{ items: readonly StreamMapping[] }> {
    const streams = this.deps.mappings.streams(connectionId);
    if (!streams) throw notFound();
    const drafted = await listDraftedStreams(this.deps.database, connectionId);
    const items: StreamMapping[] = [];
    for (const stream of streams) {
      const place = { connectionId, stream };
      const inUse = await readInUse(this.deps.database, this.deps, place);
      items.push(mappingSummary(this.deps, place, inUse, drafted.includes(stream)));
    }
    return { items };
  }

  @Get(':stream')
  @Describe({ summary: 'What is in use, the draft, publications and runs', answer: 'StreamMappingDetail' })
  async read(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @Exchange() { reply }: HttpExchange,
  ): Promise<StreamMappingDetail> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const detail = await mappingDetail(this.deps, place);
    if (detail.draft) reply.header('etag', `"${detail.draft.revision}"`);
    return detail;
  }

  @Get(':stream/export')
  @ApiProduces('application/yaml')
  @Header('content-type', 'application/yaml; charset=utf-8')
  @Describe({ summary: 'The document in use, as a file in Git would hold it' })
  async export(@PathId('connection') connectionId: string, @PathId('stream') stream: string): Promise<string> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const { document } = await readInUse(this.deps.database, this.deps, place);
    if (document === undefined) throw notFound();
    return document;
  }

  @Get(':stream/versions')
  @Describe({ summary: "Stored versions of the stream's mapping, newest first", answer: 'StreamMappingVersionPage' })
  async versions(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @ValidQuery(streamMappingVersionsQuery) query: StreamMappingVersionsQuery,
    @Exchange() exchange: HttpExchange,
  ): Promise<PageAnswer<StreamMappingVersion>> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const after = readCursor(query, 1)?.[0];
    if (after !== undefined && (typeof after !== 'number' || after > 2_147_483_647)) throw badCursor();
    const limit = rowsFor(query);
    const found = await Promise.all(
      this.namesOf(place).map((mapping) => listMappingVersions(this.deps.database, { mapping }, { limit, after })),
    );
    const rows = found.flat().sort((a, b) => b.id - a.id);
    return page(exchange, query, rows.slice(0, limit), {
      key: ({ id }) => [id],
      item: ({ id, mapping, hash, origin, createdAt }) => ({ id, mapping, hash, origin, createdAt: iso(createdAt) }),
    });
  }

  @Get(':stream/versions/:version/diff')
  @Describe({ summary: 'What a version (number, draft, in-use, beneath) says otherwise', answer: 'MappingDiff' })
  async diff(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @PathId('version') version: string,
    @ValidQuery(mappingDiffQuery) { against = 'in-use' }: MappingDiffQuery,
  ): Promise<MappingDiff> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    return compareTexts(await this.textOf(place, against), await this.textOf(place, version));
  }

  @Put(':stream/draft')
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'ETag of the draft that was read; needed where there is one.',
  })
  @Describe({ summary: 'Begin or edit the draft; nothing uses it until it is published', answer: 'MappingDraft' })
  async edit(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @ValidBody('EditDraft') { document }: EditDraft,
    @Caller() { actor }: Principal,
    @Exchange() exchange: HttpExchange,
  ): Promise<MappingDraftAnswer> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const { database, clock } = this.deps;
    const revision = ifMatch(exchange);
    const draft = await database.transaction(async (sql) => {
      const known = await readMappingDraft(sql, connectionId, stream);
      const edit = { ...place, document, actor };
      if (!known) {
        if (typeof revision === 'number') throw new ProblemError('mapping.published-meanwhile');
        const { version } = await readInUse(sql, this.deps, place);
        const begun = await beginMappingDraft(sql, clock.now(), { ...edit, baseVersion: version });
        if (!begun) throw new ProblemError('precondition.failed');
        return begun;
      }
      if (revision === undefined) throw new ProblemError('precondition.required');
      const expected = revision === '*' ? known.revision : revision;
      const edited = await editMappingDraft(sql, clock.now(), { ...edit, revision: expected });
      if (!edited) throw new ProblemError('precondition.failed');
      return edited;
    });
    await this.note(actor, 'mapping.draft', place, draft);
    exchange.reply.header('etag', `"${draft.revision}"`);
    return draftAnswer(draft);
  }

  @Delete(':stream/draft')
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the draft that was read.' })
  @Describe({ summary: 'Drop the draft', status: 204 })
  async drop(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @Caller() { actor }: Principal,
    @Exchange() exchange: HttpExchange,
  ): Promise<void> {
    const place = { connectionId, stream };
    const revision = ifMatch(exchange);
    if (revision === undefined) throw new ProblemError('precondition.required');
    const known = await this.draftOf(place);
    const expected = revision === '*' ? known.revision : revision;
    const dropped = await takeMappingDraft(this.deps.database, connectionId, stream, expected);
    if (!dropped) throw new ProblemError('precondition.failed');
    await this.note(actor, 'mapping.draft-drop', place, dropped);
  }

  @Post(':stream/draft/check')
  @Describe({ summary: 'What the checker says of the draft', answer: 'MappingCheck' })
  async check(@PathId('connection') connectionId: string, @PathId('stream') stream: string): Promise<MappingCheck> {
    const place = { connectionId, stream };
    const { document } = await this.draftOf(place);
    const { compiled, findings } = loadDraft(this.deps, place, document);
    return { ok: compiled !== undefined, findings };
  }

  private async draftOf(place: MappingPlace): Promise<MappingDraft> {
    requirePlace(this.deps, place);
    const draft = await readMappingDraft(this.deps.database, place.connectionId, place.stream);
    if (!draft) throw new ProblemError('mapping.no-draft');
    return draft;
  }

  /** Names under which versions of the stream's mapping are stored: its own, and the shipped one's. */
  private namesOf({ connectionId, stream }: MappingPlace): readonly string[] {
    const beneath = this.deps.mappings.beneath(connectionId, stream);
    return [...new Set([`${connectionId}/${stream}`, ...(beneath ? [beneath.id] : [])])];
  }

  private async textOf(place: MappingPlace, name: string): Promise<NamedText> {
    if (name === 'draft') return { name, text: (await this.draftOf(place)).document };
    if (name === 'in-use' || name === 'beneath') {
      const { document, beneath } = await readInUse(this.deps.database, this.deps, place);
      return { name, text: (name === 'in-use' ? document : beneath?.document) ?? '' };
    }
    const id = /^\d{1,9}$/.test(name) ? Number(name) : 0;
    const [row] = await listMappingVersions(this.deps.database, { id }, { limit: 1 });
    if (!row || !this.namesOf(place).includes(row.mapping)) throw notFound();
    return { name: `version ${id}`, text: row.document ?? '' };
  }

  private note(actor: string, action: string, place: MappingPlace, { revision }: MappingDraft): Promise<void> {
    const { database, clock } = this.deps;
    const object = `mapping:${place.connectionId}/${place.stream}`;
    return insertAudit(database, clock.now(), { actor, action, object, details: { revision } });
  }
}
