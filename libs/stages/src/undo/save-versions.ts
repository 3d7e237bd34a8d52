import { bodyDifferences } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { changeIdentityKeys, insertBeforeImages, LANE, markTargetReplicas, updateRecords } from '@isthmus/ledger';
import type { Sql, StoredRecord } from '@isthmus/ledger';
import { keyMoves, personVersion } from '../merge/person-version.js';
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
  return personVersion(before, { body, status }, pointers, by);
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
  const moves = versions.map(({ before, next }) => keyMoves(flow, before, next.body));
  const gained = moves.flatMap((move) => move.gained);
  await changeIdentityKeys(sql, flow.definition.name, { gained, lost: moves.flatMap((move) => move.lost) });
  const targets = versions.flatMap(({ next }) => targetsOf(flow, next, LANE.backfill));
  await markTargetReplicas(sql, now, targets);
  return new Set(targets.map(({ connectionId }) => connectionId));
}
