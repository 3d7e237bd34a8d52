import { hubConnectionId, withProvenance } from '@isthmus/canonical';
import type { CompactProvenance } from '@isthmus/canonical';
import { bodyDifferences, keyText } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { changeIdentityKeys, insertBeforeImages, LANE, markTargetReplicas, updateRecords } from '@isthmus/ledger';
import type { RecordKey, Sql, StoredRecord } from '@isthmus/ledger';
import { identityKeys } from '../merge/identity-keys.js';
import { targetsOf } from '../merge/plan-targets.js';
import type { EntityFlow } from '../topology/topology.js';

/** The next version of a record, as a person in the hub makes it. */
export function nextVersion(
  before: StoredRecord,
  next: { readonly body: JsonObject; readonly status?: StoredRecord['status'] },
  by: { readonly actor: string; readonly now: Date },
): StoredRecord {
  const { body, status = before.status } = next;
  const fields = bodyDifferences(before.entity, before.body as JsonObject, body).map(({ pointer }) => pointer);
  const pointers = status === before.status ? fields : [...fields, '/recordStatus'];
  const source = { connectionId: hubConnectionId, changeId: by.actor, at: by.now.toISOString() };
  const provenance = withProvenance(before.provenance as unknown as CompactProvenance, pointers, source);
  return {
    ...before,
    version: before.version + 1,
    status,
    body,
    provenance: provenance as unknown as Record<string, unknown>,
    changeId: null,
    connectionId: hubConnectionId,
    mappingVersion: null,
    updatedAt: by.now,
  };
}

/** Stores next versions with their before-images and keys, and owes them to every writing connection. Returns the connections to hint. */
export async function saveVersions(
  sql: Sql,
  flow: EntityFlow,
  versions: readonly { readonly before: StoredRecord; readonly next: StoredRecord }[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (versions.length === 0) return new Set();
  await insertBeforeImages(
    sql,
    versions.map(({ before }) => before),
  );
  await updateRecords(
    sql,
    versions.map(({ next }) => next),
  );
  const moves = versions.map(({ before, next }) => keyMoves(flow, before, next));
  const gained = moves.flatMap((move) => move.gained);
  await changeIdentityKeys(sql, flow.definition.name, { gained, lost: moves.flatMap((move) => move.lost) });
  const targets = versions.flatMap(({ next }) => targetsOf(flow, next, LANE.backfill));
  await markTargetReplicas(sql, now, targets);
  return new Set(targets.map(({ connectionId }) => connectionId));
}

function keyMoves(
  flow: EntityFlow,
  before: StoredRecord,
  after: StoredRecord,
): { gained: RecordKey[]; lost: RecordKey[] } {
  const keys = ({ body }: StoredRecord): Set<string> => new Set(identityKeys(flow, body as JsonObject).map(keyText));
  const [old, now] = [keys(before), keys(after)];
  const rows = (texts: readonly string[]): RecordKey[] => texts.map((key) => ({ key, recordId: after.id }));
  return {
    gained: rows([...now].filter((key) => !old.has(key))),
    lost: rows([...old].filter((key) => !now.has(key))),
  };
}
