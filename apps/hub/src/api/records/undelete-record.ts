import { entityDefinition, isEntityName } from '@isthmus/canonical';
import {
  erasureOfRecord,
  findRecordsByKeys,
  insertAudit,
  insertBeforeImages,
  LANE,
  loadRecords,
  lockMerge,
  markTargetReplicas,
  recreateReplicas,
  updateRecords,
} from '@isthmus/ledger';
import type { Sql, StoredRecord } from '@isthmus/ledger';
import { keyText } from '@isthmus/decide';
import type { JsonObject } from '@isthmus/json';
import { identityKeys, personVersion, targetsOf } from '@isthmus/stages';
import type { ApiDependencies } from '../dependencies.js';
import { notFound, ProblemError } from '../http/problem-error.js';

/**
 * Takes up a deleted or archived record again, in the caller's transaction: as a new version, so that its history stays whole. Copies that
 * were deleted are made anew in every system that is written and takes new records; the others are brought up to date.
 *
 * @returns the connections to hint
 * @throws ProblemError when it is not deleted, or something else with its strong identity keys lives by now
 */
export async function undeleteRecord(
  sql: Sql,
  deps: ApiDependencies,
  recordId: string,
  actor: string,
): Promise<readonly string[]> {
  const [known] = await loadRecords(sql, [recordId]);
  if (!known || !isEntityName(known.entity)) throw notFound();
  await lockMerge(sql, known.entity);
  const [before] = await loadRecords(sql, [recordId]);
  if (!before) throw notFound();
  if (await erasureOfRecord(sql, recordId)) throw new ProblemError('record.erased');
  if (before.status !== 'deleted' && before.status !== 'archived') throw new ProblemError('record.not-deleted');
  await refuseReplaced(sql, deps, before);
  const now = deps.clock.now();
  const next = personVersion(before, { status: 'active' }, ['/recordStatus'], { actor, now });
  await insertBeforeImages(sql, [before]);
  await updateRecords(sql, [next]);
  const flow = deps.topology.current().flows.get(next.entity);
  const targets = flow ? targetsOf(flow, next, LANE.live) : [];
  await markTargetReplicas(sql, now, targets);
  const again = await recreateReplicas(
    sql,
    now,
    targets.filter((target) => target.creates),
  );
  await insertAudit(sql, now, {
    actor,
    action: 'record.undelete',
    object: `record:${recordId}`,
    details: { version: next.version, was: before.status, recreated: again.map((copy) => copy.connectionId) },
  });
  return targets.map((target) => target.connectionId);
}

/** Two living records with one strong key would be doubles; the person decides which one it is to be. */
async function refuseReplaced(sql: Sql, deps: ApiDependencies, record: StoredRecord): Promise<void> {
  if (!isEntityName(record.entity)) return;
  const flow = deps.topology.current().flows.get(record.entity);
  const rules = flow ?? { definition: entityDefinition(record.entity), match: {} };
  const keys = identityKeys(rules, record.body as JsonObject).filter((key) => key.strength === 'strong');
  const hits = await findRecordsByKeys(sql, record.entity, keys.map(keyText));
  const others = await loadRecords(
    sql,
    [...new Set(hits.map((hit) => hit.recordId))].filter((id) => id !== record.id),
  );
  const living = others.filter((other) => other.status === 'active' || other.status === 'archived');
  if (living.length === 0) return;
  throw new ProblemError('record.replaced', {
    errors: living.map((other) => ({
      pointer: `/records/${other.id}`,
      code: 'record.replaced',
      message: 'lives with the same identity key',
    })),
  });
}
