import { Inject, Post } from '@nestjs/common';
import type { RecordAnswer } from '@isthmus/api-contract';
import { erasureOfRecord, listReplicasOfRecord, readRecord } from '@isthmus/ledger';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { ApiController, Describe, Idempotent } from '../http/describe.js';
import { Caller } from '../http/principal.js';
import type { Principal } from '../http/principal.js';
import { notFound } from '../http/problem-error.js';
import { PathId } from '../http/valid.js';
import { recordAnswer } from './record-answer.js';
import { undeleteRecord } from './undelete-record.js';

/** Takes deleted records up again. */
@ApiController('records')
export class UndeleteController {
  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  @Post(':id/undelete')
  @Idempotent()
  @Describe({ summary: 'Take a deleted or archived record up again; deleted copies are made anew', answer: 'Record' })
  async undelete(@PathId('id', 'uuid') id: string, @Caller() caller: Principal): Promise<RecordAnswer> {
    const { database, queue, clock } = this.deps;
    const deliverTo = await database.transaction((sql) => undeleteRecord(sql, this.deps, id, caller.actor));
    for (const key of deliverTo) queue?.hint({ kind: 'deliver', key });
    const record = await readRecord(database, id);
    if (!record) throw notFound();
    const replicas = await listReplicasOfRecord(database, id);
    return recordAnswer(record, replicas, clock.now(), await erasureOfRecord(database, id));
  }
}
