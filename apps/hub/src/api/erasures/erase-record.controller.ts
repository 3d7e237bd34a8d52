import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Post } from '@nestjs/common';
import type { EraseRecord, ErasureAnswer } from '@isthmus/api-contract';
import { erasureRuns } from '@isthmus/ledger';
import { eraseNow, planErasure, stepErasure } from '@isthmus/stages';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Exchange } from '../http/exchange.js';
import type { HttpExchange } from '../http/exchange.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound } from '../http/problem-error.js';
import { PathId, ValidBody } from '../http/valid.js';
import { erasureAnswer, erasureRefusal, plannedErasure } from './erasure-answer.js';

/** An erasure with many documents is answered with its address, and goes on. */
const PATIENCE_MS = 2_000;
const LOOK_MS = 25;

/** Erases the person of a record. */
@ApiController('records')
export class EraseRecordController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Post(':id/erase')
  @Idempotent()
  @Describe({
    summary:
      'Erase a person: records, history, changes, tries and dead letters; documents lose the personal fields. dryRun only says what would be erased',
    answer: 'Erasure',
  })
  async erase(
    @PathId('id', 'uuid') recordId: string,
    @ValidBody('EraseRecord') body: EraseRecord,
    @Caller() { actor }: Principal,
    @Exchange() { reply }: HttpExchange,
  ): Promise<ErasureAnswer> {
    const { database, clock, queue, topology } = this.deps;
    const { reason, force = false } = body;
    if (body.dryRun === true) {
      const plan = await planErasure(database, recordId);
      if ('refused' in plan) throw erasureRefusal(plan.refused);
      return plannedErasure(plan, reason, actor);
    }
    const order = { recordId, reason, actor, force };
    const started = await database.transaction((sql) => eraseNow(sql, topology.current(), order, clock.now()));
    if ('refused' in started) throw erasureRefusal(started.refused);
    queue?.hint({ kind: 'merge', key: started.entity });
    if (!(await this.stepWhile(started.id))) reply.status(202).header('location', `/api/v1/erasures/${started.id}`);
    const run = await erasureRuns.read(database, started.id);
    if (!run) throw notFound();
    return erasureAnswer(database, run);
  }

  /** Works on an erasure here until it ends or takes long; the workers go on with what is left. */
  private async stepWhile(id: number): Promise<boolean> {
    const begun = performance.now();
    while (performance.now() - begun < PATIENCE_MS) {
      const step = await stepErasure(this.deps, id);
      if (step === 'ended') return true;
      await sleep(step === 'waits' ? LOOK_MS : 0);
    }
    return false;
  }
}
