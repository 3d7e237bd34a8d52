import { entityDefinition, isEntityName } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { RecordAnswer, RecordSummary } from '@isthmus/api-contract';
import type { ErasureRun, ListedRecord, ListedReplica, WholeRecord } from '@isthmus/ledger';
import type { readWaitsFor } from '../deliveries/waits-for.js';
import { replicaAnswer } from '../deliveries/replica-answer.js';
import { iso, isoOrNull } from '../http/exchange.js';
import { recordLabel } from './record-label.js';

/** A record in a list: no personal data. */
export function recordSummary(row: ListedRecord): RecordSummary {
  const { settled = 0, pending = 0, blocked = 0, dead = 0, gone = 0 } = row.replicas;
  return {
    id: row.id,
    entity: row.entity,
    label: recordLabel(row.entity, row.body, row.id),
    version: row.version,
    recordStatus: row.status,
    replicas: { settled, pending, blocked, dead, gone },
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}

/** A whole record. */
export function recordAnswer(
  row: WholeRecord,
  replicas: readonly ListedReplica[],
  now: Date,
  erasure: ErasureRun | undefined,
  waitsFor?: Awaited<ReturnType<typeof readWaitsFor>>,
): RecordAnswer {
  return {
    id: row.id,
    entity: row.entity,
    schemaVersion: isEntityName(row.entity) ? entityDefinition(row.entity).major : 1,
    version: row.version,
    recordStatus: row.status,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    sourceUpdatedAt: isoOrNull(row.sourceUpdatedAt),
    deletedAt: isoOrNull(row.deletedAt),
    mergedIntoId: row.mergedInto,
    label: recordLabel(row.entity, row.body, row.id),
    erased: erasure ? erasedAnswer(erasure) : null,
    body: row.body,
    provenance: expanded(row.provenance as unknown as CompactProvenance),
    replicas: replicas.map((replica) => replicaAnswer(replica, now, waitsFor)),
  };
}

function erasedAnswer({ id, startedAt, reason, actor, state, liftedAt }: ErasureRun): RecordAnswer['erased'] {
  return { id, at: iso(startedAt), reason, actor, state, liftedAt: isoOrNull(liftedAt) };
}

/** Every pointer with its source written out. A field without an entry inherits from the nearest one above it. */
function expanded(provenance: CompactProvenance): RecordAnswer['provenance'] {
  return Object.fromEntries(
    Object.entries(provenance.fields).flatMap(([pointer, index]) => {
      const source = provenance.sources[index];
      if (!source) return [];
      const { connectionId, changeId, at, mappingVersion } = source;
      return [[pointer, { connectionId, changeId, at, mappingVersion: mappingVersion || null }]];
    }),
  );
}
