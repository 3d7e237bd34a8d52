import type { MappingPublished, PublishMapping } from '@isthmus/api-contract';
import {
  insertAudit,
  insertMappingPublication,
  insertMappingRun,
  lockMapping,
  readMappingDraft,
  mappingRuns,
  storeMappingVersion,
  takeMappingDraft,
} from '@isthmus/ledger';
import type { MappingDraft, MappingPublication, Sql } from '@isthmus/ledger';
import { emptyReport, firstPhase } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { ProblemError } from '../http/problem-error.js';
import { isInFlow, readInUse, requireFlow, requireUsable } from './mapping-place.js';
import type { MappingInUse, MappingPlace } from './mapping-place.js';
import { publicationAnswer } from './publication-answer.js';

/** Who publishes what. */
export interface PublishOrder extends PublishMapping {
  readonly place: MappingPlace;
  /** Revision of the draft that the caller saw; `*` = whatever it is. */
  readonly revision: number | '*';
  readonly actor: string;
}

/**
 * Puts a draft to use, in the caller's transaction: of two that publish at once one succeeds. What it makes due is stored as a run in the
 * same transaction, so that neither can be without the other.
 */
export async function publishDraft(sql: Sql, deps: ApiDependencies, order: PublishOrder): Promise<MappingPublished> {
  const { place, mode, actor, note = null } = order;
  const { connectionId, stream } = place;
  await lockMapping(sql, connectionId, stream);
  const draft = await takeDraft(sql, order);
  const { compiled, effective } = requireUsable(deps, place, draft.document);
  const inUse = await readInUse(sql, deps, place);
  refuseUnfit(inUse, compiled, draft, order);
  await refuseUnseen(sql, inUse, compiled.hash, order);
  if (mode === 'resync') requireFlow(deps, place);
  const now = deps.clock.now();
  const mapping = `${connectionId}/${stream}`;
  const version = await storeMappingVersion(sql, {
    mapping,
    hash: compiled.hash,
    document: effective,
    origin: 'console',
  });
  const publication = await insertMappingPublication(sql, now, {
    connectionId,
    stream,
    version,
    document: draft.document,
    previousVersion: inUse.version,
    beneathHash: deps.mappings.beneathHash(connectionId, stream),
    mode,
    note,
    actor,
  });
  const run = isInFlow(deps, place) ? await startRun(sql, deps, publication, compiled.hash) : null;
  await insertAudit(sql, now, {
    actor,
    action: 'mapping.publish',
    object: `mapping:${mapping}`,
    details: { publication: publication.id, version, previous: inUse.version, mode, run, force: order.force === true },
  });
  return { publication: publicationAnswer(publication), version, run };
}

async function takeDraft(sql: Sql, { place, revision }: PublishOrder): Promise<MappingDraft> {
  const { connectionId, stream } = place;
  const known = await readMappingDraft(sql, connectionId, stream);
  // Two who publish one draft: the second finds none.
  if (!known) throw new ProblemError(revision === '*' ? 'mapping.no-draft' : 'mapping.published-meanwhile');
  const draft = await takeMappingDraft(sql, connectionId, stream, revision === '*' ? known.revision : revision);
  if (!draft) throw new ProblemError('precondition.failed');
  return draft;
}

function refuseUnfit(
  inUse: MappingInUse,
  compiled: { readonly hash: string; readonly entity: string },
  draft: MappingDraft,
  { force }: PublishOrder,
): void {
  if (inUse.compiled && inUse.compiled.entity !== compiled.entity) throw new ProblemError('mapping.other-entity');
  if (inUse.compiled?.hash === compiled.hash) throw new ProblemError('mapping.unchanged');
  if (draft.baseVersion !== inUse.version && force !== true) throw new ProblemError('mapping.published-meanwhile');
}

/** What is published must have been looked at: the preview is of this text, over what is in use now. */
async function refuseUnseen(
  sql: Sql,
  inUse: MappingInUse,
  hash: string,
  { place, preview, force }: PublishOrder,
): Promise<void> {
  if (force === true) return;
  if (preview === undefined) throw new ProblemError('mapping.preview-required');
  const run = await mappingRuns.read(sql, preview);
  const isHere = run?.kind === 'preview' && run.connectionId === place.connectionId && run.stream === place.stream;
  if (!isHere || run.state !== 'done') throw new ProblemError('mapping.preview-required');
  if (run.documentHash !== hash || run.fromVersion !== inUse.version) throw new ProblemError('mapping.preview-stale');
}

/** Starts what a publication makes due; a new-only one tries those changes again that the mapping before refused. */
export async function startRun(
  sql: Sql,
  deps: ApiDependencies,
  publication: MappingPublication,
  documentHash: string,
): Promise<number> {
  const kind = publication.mode === 'resync' ? 'resync' : 'release';
  const run = await insertMappingRun(sql, deps.clock.now(), {
    kind,
    connectionId: publication.connectionId,
    stream: publication.stream,
    publicationId: publication.id,
    fromVersion: publication.previousVersion,
    toVersion: publication.version,
    document: null,
    documentHash,
    phase: firstPhase(kind),
    report: { ...emptyReport() },
    actor: publication.actor,
  });
  if (!run) throw new ProblemError('mapping.run-active', { retryAfterMs: 5_000 });
  return run.id;
}
