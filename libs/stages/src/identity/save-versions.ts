import { entityDefinition, isEntityName } from '@isthmus/canonical';
import { changeIdentityKeys, insertBeforeImages, LANE, markTargetReplicas, updateRecords } from '@isthmus/ledger';
import type { Sql, StoredRecord } from '@isthmus/ledger';
import { keyMoves, personVersion } from '../merge/person-version.js';
import { targetsOf } from '../merge/plan-targets.js';
import type { IdentityParts } from './merge-order.js';

/** A record before and after. */
export interface VersionStep {
  readonly before: StoredRecord;
  readonly after: StoredRecord;
}

/** The next version of a record by a person's hand. The pointer `/recordStatus` names the person; fields keep who said them. */
export function nextVersion(
  before: StoredRecord,
  now: Date,
  actor: string,
  next: Pick<StoredRecord, 'version' | 'body'> & Partial<Pick<StoredRecord, 'status' | 'provenance'>>,
): StoredRecord {
  return personVersion(before, next, ['/recordStatus'], { actor, now });
}

/**
 * Stores new versions with their before-images and plans what the writing connections are owed. Keys are only lost with `dropKeys`: a merged
 * record stays findable by what it was known by.
 *
 * @returns connections that have work
 */
export async function saveVersions(
  sql: Sql,
  { topology, now }: IdentityParts,
  steps: readonly VersionStep[],
  dropKeys: boolean,
): Promise<Set<string>> {
  await insertBeforeImages(
    sql,
    steps.map((step) => step.before),
  );
  await updateRecords(
    sql,
    steps.map((step) => step.after),
  );
  const deliverTo = new Set<string>();
  for (const entity of new Set(steps.map((step) => step.after.entity))) {
    if (!isEntityName(entity)) continue;
    const own = steps.filter((step) => step.after.entity === entity);
    const flow = topology.flows.get(entity);
    const rules = flow ?? { definition: entityDefinition(entity), match: {} };
    const changes = own.map(({ before, after }) => keyMoves(rules, before, after.body));
    await changeIdentityKeys(sql, entity, {
      gained: changes.flatMap((change) => change.gained),
      lost: dropKeys ? changes.flatMap((change) => change.lost) : [],
    });
    const living = own.map((step) => step.after).filter(({ status }) => status === 'active' || status === 'archived');
    const targets = flow ? living.flatMap((record) => targetsOf(flow, record, LANE.live)) : [];
    await markTargetReplicas(sql, now, targets);
    for (const { connectionId } of targets) deliverTo.add(connectionId);
  }
  return deliverTo;
}
