import type { StreamMapping, StreamMappingDetail } from '@isthmus/api-contract';
import { listMappingPublications, listMappingRuns, readMappingDraft } from '@isthmus/ledger';
import type { MappingDraft, MappingRun } from '@isthmus/ledger';
import type { ApiDependencies } from '../dependencies.js';
import { iso, isoOrNull } from '../http/exchange.js';
import { readInUse } from './mapping-place.js';
import type { MappingInUse, MappingPlace } from './mapping-place.js';
import { publicationAnswer } from './publication-answer.js';

const MOST = 20;

/** A stream's mapping in a list. */
export function mappingSummary(
  deps: ApiDependencies,
  place: MappingPlace,
  inUse: MappingInUse,
  hasDraft: boolean,
): StreamMapping {
  const { published, beneath, compiled, version } = inUse;
  return {
    connectionId: place.connectionId,
    stream: place.stream,
    entity: compiled?.entity ?? null,
    origin: published ? 'console' : (beneath?.origin ?? null),
    version,
    publication: published?.id ?? null,
    changedBeneath:
      published !== undefined && deps.mappings.beneathHash(place.connectionId, place.stream) !== published.beneathHash,
    hasDraft,
  };
}

/** A stream's mapping with everything about it. */
export async function mappingDetail(deps: ApiDependencies, place: MappingPlace): Promise<StreamMappingDetail> {
  const { database } = deps;
  const { connectionId, stream } = place;
  const inUse = await readInUse(database, deps, place);
  const draft = await readMappingDraft(database, connectionId, stream);
  const publications = await listMappingPublications(database, connectionId, stream, { limit: MOST });
  const runs = await listMappingRuns(database, connectionId, stream, MOST);
  return {
    ...mappingSummary(deps, place, inUse, draft !== undefined),
    document: inUse.document ?? null,
    draft: draft ? draftAnswer(draft) : null,
    publications: publications.map(publicationAnswer),
    runs: runs.map(runSummary),
  };
}

/** A draft as the API shows it. */
export function draftAnswer(draft: MappingDraft): NonNullable<StreamMappingDetail['draft']> {
  const { document, revision, baseVersion, actor } = draft;
  return { document, revision, baseVersion, actor, createdAt: iso(draft.createdAt), updatedAt: iso(draft.updatedAt) };
}

function runSummary(run: MappingRun): StreamMappingDetail['runs'][number] {
  const { id, kind, state, publicationId: publication, done } = run;
  const times = { startedAt: iso(run.startedAt), finishedAt: isoOrNull(run.finishedAt) };
  return { id, kind, state, publication, done, total: Math.max(run.total, done), ...times };
}
