import { setTimeout as sleep } from 'node:timers/promises';
import { Get, Inject, Post } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { mappingRunQuery } from '@isthmus/api-contract';
import type {
  MappingPublished,
  MappingRunAnswer,
  MappingRunQuery,
  PublishMapping,
  RollbackMapping,
} from '@isthmus/api-contract';
import {
  cancelMappingRun,
  insertAudit,
  insertMappingRun,
  lockMapping,
  readMappingDraft,
  mappingRuns,
  readPublicationInUse,
} from '@isthmus/ledger';
import type { MappingRun } from '@isthmus/ledger';
import { emptyReport, firstPhase } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { ifMatch } from '../http/if-match.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound, ProblemError } from '../http/problem-error.js';
import { PathId, ValidBody, ValidQuery } from '../http/valid.js';
import { readInUse, requireFlow, requirePlace, requireUsable } from './mapping-place.js';
import type { MappingPlace } from './mapping-place.js';
import { publicationAnswer } from './publication-answer.js';
import { publishDraft, startRun } from './publish-draft.js';
import { rollBack } from './roll-back.js';
import { runAnswer } from './run-answer.js';

/** A preview that takes longer is answered with its address, and goes on. */
const PREVIEW_PATIENCE_MS = 2_000;
const LOOK_MS = 25;

/** Previews, publications, rollbacks and the runs that they make due. */
@ApiController('connections/:connection/mappings/:stream')
export class MappingRunsController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Post('draft/preview')
  @Idempotent()
  @Describe({
    summary: 'Count over all that is stored what publishing the draft would change and write; changes nothing',
    answer: 'MappingRun',
  })
  async preview(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @Caller() { actor }: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<MappingRunAnswer> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const run = await this.startPreview(place, actor);
    const ended = await this.stepWhile(run.id);
    const address = `/api/v1/connections/${encodeURIComponent(connectionId)}/mappings/${encodeURIComponent(stream)}/runs/${run.id}`;
    if (!ended) reply.status(202).header('location', address);
    return runAnswer(this.deps.database, await this.find(place, String(run.id)));
  }

  @Get('runs/:run')
  @Describe({ summary: 'One preview, re-sync or undo, with what it found or did', answer: 'MappingRun' })
  async read(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @PathId('run', 'number') id: string,
    @ValidQuery(mappingRunQuery) { unmask = false }: MappingRunQuery,
    @Caller() { actor }: Principal,
  ): Promise<MappingRunAnswer> {
    const { database, clock } = this.deps;
    const run = await this.find({ connectionId, stream }, id);
    if (unmask)
      await insertAudit(database, clock.now(), { actor, action: 'mapping.unmask', object: `mapping-run:${id}` });
    return runAnswer(database, run, unmask);
  }

  @Post('runs/:run/cancel')
  @Describe({ summary: 'End a run where it stands; what it did holds', answer: 'MappingRun' })
  async cancel(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @PathId('run', 'number') id: string,
    @Caller() { actor }: Principal,
  ): Promise<MappingRunAnswer> {
    const { database, clock } = this.deps;
    const place = { connectionId, stream };
    const run = await this.find(place, id);
    if (!(await cancelMappingRun(database, clock.now(), run.id))) throw new ProblemError('mapping.run-ended');
    const object = `mapping:${connectionId}/${stream}`;
    await insertAudit(database, clock.now(), { actor, action: 'mapping.cancel', object, details: { run: run.id } });
    return runAnswer(database, await this.find(place, id));
  }

  @Post('draft/publish')
  @Idempotent()
  @ApiHeader({ name: 'If-Match', required: true, description: 'ETag of the draft that was read.' })
  @Describe({ summary: 'Put the draft to use, for what comes or also for what is stored', answer: 'MappingPublished' })
  async publish(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @ValidBody('PublishMapping') body: PublishMapping,
    @Caller() { actor }: Principal,
    @Exchange() exchange: HttpExchange,
  ): Promise<MappingPublished> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const revision = ifMatch(exchange);
    if (revision === undefined) throw new ProblemError('precondition.required');
    const order = { ...body, place, revision, actor };
    const published = await this.deps.database.transaction((sql) => publishDraft(sql, this.deps, order));
    await this.deps.configurationChanged();
    return published;
  }

  @Post('rollback')
  @Idempotent()
  @Describe({
    summary: 'Take the publication in use out of use; with undo, take back what it changed',
    answer: 'MappingPublished',
  })
  async rollback(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @ValidBody('RollbackMapping') { publication, undo = false }: RollbackMapping,
    @Caller() { actor }: Principal,
  ): Promise<MappingPublished> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    const order = { place, publication, undo, actor };
    const done = await this.deps.database.transaction((sql) => rollBack(sql, this.deps, order));
    await this.deps.configurationChanged();
    return done;
  }

  @Post('resync')
  @Idempotent()
  @Describe({
    summary: 'Bring what is stored to the publication in use: after new-only, or once more after problems were cured',
    answer: 'MappingPublished',
  })
  async resync(
    @PathId('connection') connectionId: string,
    @PathId('stream') stream: string,
    @Caller() { actor }: Principal,
  ): Promise<MappingPublished> {
    const place = { connectionId, stream };
    requirePlace(this.deps, place);
    requireFlow(this.deps, place);
    const { database, clock } = this.deps;
    return database.transaction(async (sql) => {
      await lockMapping(sql, connectionId, stream);
      const publication = await readPublicationInUse(sql, connectionId, stream);
      if (!publication) throw new ProblemError('mapping.not-in-use');
      const { compiled } = requireUsable(this.deps, place, publication.effective);
      const run = await startRun(sql, this.deps, { ...publication, mode: 'resync', actor }, compiled.hash);
      const object = `mapping:${connectionId}/${stream}`;
      const details = { publication: publication.id, run };
      await insertAudit(sql, clock.now(), { actor, action: 'mapping.resync', object, details });
      return { publication: publicationAnswer(publication), version: publication.version, run };
    });
  }

  private async startPreview(place: MappingPlace, actor: string): Promise<MappingRun> {
    const { database, clock } = this.deps;
    const draft = await readMappingDraft(database, place.connectionId, place.stream);
    if (!draft) throw new ProblemError('mapping.no-draft');
    const { compiled, effective } = requireUsable(this.deps, place, draft.document);
    requireFlow(this.deps, place);
    const inUse = await readInUse(database, this.deps, place);
    if (inUse.compiled && inUse.compiled.entity !== compiled.entity) throw new ProblemError('mapping.other-entity');
    const run = await insertMappingRun(database, clock.now(), {
      kind: 'preview',
      ...place,
      publicationId: null,
      fromVersion: inUse.version,
      toVersion: null,
      document: effective,
      documentHash: compiled.hash,
      phase: firstPhase('preview'),
      report: { ...emptyReport() },
      actor,
    });
    return run as MappingRun;
  }

  /** Works on a run here until it ends or takes long; the workers go on with what is left. */
  private async stepWhile(runId: number): Promise<boolean> {
    const started = performance.now();
    while (performance.now() - started < PREVIEW_PATIENCE_MS) {
      const step = await this.deps.mappings.step(runId);
      if (step === 'ended') return true;
      await sleep(step === 'waits' ? LOOK_MS : 0);
    }
    return false;
  }

  private async find({ connectionId, stream }: MappingPlace, id: string): Promise<MappingRun> {
    const number = Number(id);
    const run = number > 2_147_483_647 ? undefined : await mappingRuns.read(this.deps.database, number);
    if (run?.connectionId !== connectionId || run.stream !== stream) throw notFound();
    return run;
  }
}
