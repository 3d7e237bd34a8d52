import { hubConnectionId } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { RecordVersionAnswer } from '@isthmus/api-contract';
import { bodyDifferences } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { conflictsOfChanges, listMappingVersions, listRecordVersions } from '@isthmus/ledger';
import type { ListedConflict, RecordVersion, Sql, WholeRecord } from '@isthmus/ledger';
import { iso } from '../http/exchange.js';

/**
 * Versions of a record below a number, newest first, each with what it changed against the version before it. Gives at most `limit`,
 * worked out from before-images: nothing is replayed.
 */
export async function readHistory(
  sql: Sql,
  record: WholeRecord,
  below: number | undefined,
  limit: number,
): Promise<RecordVersionAnswer[]> {
  const wanted = limit + 1;
  const stored = await listRecordVersions(sql, record.id, Math.min(below ?? record.version, record.version), wanted);
  const images = below === undefined || below > record.version ? [currentImage(record), ...stored] : stored;
  const shown = images.slice(0, limit);
  const mappings = await mappingNames(sql, shown);
  const changeIds = shown.flatMap(({ changeId }) => (changeId === null ? [] : [changeId]));
  const conflicts = await conflictsOfChanges(sql, record.id, changeIds);
  return shown.map((image, index) => ({
    ...versionAnswer(record.entity, image, images[index + 1], mappings),
    conflicts: conflicts.filter(({ changeId }) => changeId === image.changeId).map(conflictOf),
  }));
}

/** What was decided about a field in the change that made the version; the value that lost is kept nowhere else. */
function conflictOf(conflict: ListedConflict): RecordVersionAnswer['conflicts'][number] {
  const { id, pointer, state, policy, why, recordValue, incomingValue } = conflict;
  return { id, pointer, state, policy, why, recordValue, incomingValue };
}

function currentImage(record: WholeRecord): RecordVersion {
  const { version, status, body, provenance, changeId, connectionId, mappingVersion, updatedAt } = record;
  return { version, status, body, provenance, changeId, connectionId, mappingVersion, at: updatedAt };
}

async function mappingNames(sql: Sql, images: readonly RecordVersion[]): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(images.flatMap((image) => (image.mappingVersion === null ? [] : [image.mappingVersion])))];
  const rows = ids.length === 0 ? [] : await listMappingVersions(sql, { ids }, { limit: ids.length });
  return new Map(rows.map((row) => [row.id, row.mapping]));
}

function versionAnswer(
  entity: string,
  image: RecordVersion,
  before: RecordVersion | undefined,
  mappings: ReadonlyMap<number, string>,
): Omit<RecordVersionAnswer, 'conflicts'> {
  const status =
    before && before.status !== image.status
      ? [{ pointer: '/recordStatus', before: before.status, after: image.status }]
      : [];
  return {
    version: image.version,
    recordStatus: image.status,
    at: iso(image.at),
    connectionId: image.connectionId,
    changeId: image.changeId,
    actor: versionActor(image),
    mappingVersion: image.mappingVersion,
    mapping: image.mappingVersion === null ? null : (mappings.get(image.mappingVersion) ?? null),
    // The oldest image that is kept may not be the first version: then there is nothing to compare it with.
    differences:
      before || image.version === 1
        ? [...status, ...bodyDifferences(entity, (before?.body ?? {}) as JsonObject, image.body as JsonObject)]
        : [],
  };
}

/** Who made a version: a connection, or the person whose edit it was. */
export function versionActor(image: Pick<RecordVersion, 'connectionId' | 'provenance' | 'at'>): string {
  if (image.connectionId !== hubConnectionId) return `connection:${image.connectionId ?? 'unknown'}`;
  const at = image.at.toISOString();
  const { sources = [] } = image.provenance as unknown as Partial<CompactProvenance>;
  return sources.find((source) => source.connectionId === hubConnectionId && source.at === at)?.changeId ?? 'hub';
}
