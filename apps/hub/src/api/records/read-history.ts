import { hubConnectionId } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import type { RecordVersionAnswer } from '@isthmus/api-contract';
import type { JsonObject } from '@isthmus/json';
import { listMappingVersions, listRecordVersions } from '@isthmus/ledger';
import type { RecordVersion, Sql, WholeRecord } from '@isthmus/ledger';
import { iso } from '../http/exchange.js';
import { differences } from './differences.js';

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
  return shown.map((image, index) => versionAnswer(record.entity, image, images[index + 1], mappings));
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
): RecordVersionAnswer {
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
        ? [...status, ...differences(entity, (before?.body ?? {}) as JsonObject, image.body as JsonObject)]
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
