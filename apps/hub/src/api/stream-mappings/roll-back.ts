import type { MappingPublished } from '@isthmus/api-contract';
import {
  cancelMappingRuns,
  insertAudit,
  insertMappingRun,
  lockMapping,
  readPublicationInUse,
  rollBackPublication,
} from '@isthmus/ledger';
import type { MappingPublication, Sql } from '@isthmus/ledger';
import { emptyReport, firstPhase } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { ProblemError } from '../http/problem-error.js';
import { readInUse, requireFlow } from './mapping-place.js';
import type { MappingInUse, MappingPlace } from './mapping-place.js';
import { publicationAnswer } from './publication-answer.js';

/** Who takes which publication out of use. */
export interface RollbackOrder {
  readonly place: MappingPlace;
  readonly publication: number;
  readonly undo: boolean;
  readonly actor: string;
}

/**
 * Takes the publication in use out of use, in the caller's transaction; the one before it (or the configured or shipped mapping) is in use
 * again. A re-sync of it ends where it stands. With `undo` a run is stored that takes back what it changed.
 */
export async function rollBack(sql: Sql, deps: ApiDependencies, order: RollbackOrder): Promise<MappingPublished> {
  const { place, actor, undo } = order;
  const { connectionId, stream } = place;
  await lockMapping(sql, connectionId, stream);
  const inUse = await readPublicationInUse(sql, connectionId, stream);
  if (inUse?.id !== order.publication) throw new ProblemError('mapping.not-in-use');
  const now = deps.clock.now();
  const cancelled = await cancelMappingRuns(sql, now, connectionId, stream);
  const publication = await rollBackPublication(sql, now, inUse.id, actor);
  if (!publication) throw new ProblemError('mapping.not-in-use');
  const next = await readInUse(sql, deps, place);
  if (!next.compiled || next.version === null) throw new ProblemError('mapping.nothing-beneath');
  if (undo) requireFlow(deps, place);
  const run = undo ? await startUndo(sql, deps, publication, next, actor) : null;
  await insertAudit(sql, now, {
    actor,
    action: 'mapping.rollback',
    object: `mapping:${connectionId}/${stream}`,
    details: { publication: publication.id, version: next.version, undo, run, cancelled },
  });
  return { publication: publicationAnswer(publication), version: next.version, run };
}

async function startUndo(
  sql: Sql,
  deps: ApiDependencies,
  publication: MappingPublication,
  next: MappingInUse,
  actor: string,
): Promise<number> {
  const run = await insertMappingRun(sql, deps.clock.now(), {
    kind: 'undo',
    connectionId: publication.connectionId,
    stream: publication.stream,
    publicationId: publication.id,
    fromVersion: publication.version,
    toVersion: next.version,
    document: null,
    documentHash: next.compiled?.hash ?? '',
    phase: firstPhase('undo'),
    report: { ...emptyReport() },
    actor,
  });
  if (!run) throw new ProblemError('mapping.run-active', { retryAfterMs: 5_000 });
  return run.id;
}
