import type { DecideConflict } from '@isthmus/api-contract';
import type { Json } from '@isthmus/json';
import { decideConflict, freeReplicaOfConflict, insertAudit } from '@isthmus/ledger';
import type { ListedConflict, Sql } from '@isthmus/ledger';
import type { ApiDependencies } from '../dependencies.js';
import { ProblemError } from '../http/problem-error.js';
import { applyEdit } from '../records/apply-edit.js';
import { setAtPointer } from '../records/set-at-pointer.js';

/**
 * Settles a conflict by a person's decision, in the caller's transaction: a new version where the record changes, and the source's copy goes
 * on. Returns the connections to hint.
 *
 * @throws ProblemError `conflict.already-decided`, or what is wrong with the record that would come of it
 */
export async function settleConflict(
  sql: Sql,
  deps: ApiDependencies,
  conflict: ListedConflict,
  decision: DecideConflict,
  actor: string,
): Promise<ReadonlySet<string>> {
  const now = deps.clock.now();
  const { recordId, connectionId, pointer } = conflict;
  const value = decision.value as Json | undefined;
  const state = (decision.take ?? 'value') as 'record' | 'incoming' | 'value';
  let deliverTo: readonly string[] = [];
  if (state !== 'record') {
    const taken = state === 'incoming' ? (conflict.incomingValue as Json | null) : (value ?? null);
    const action = state === 'incoming' ? 'record.take-incoming' : 'record.decide-value';
    ({ deliverTo } = await applyEdit(sql, deps, {
      recordId,
      actor,
      expectedVersion: undefined,
      action,
      change: (body, entity) => setAtPointer(entity, body, pointer, taken ?? undefined),
    }));
  }
  const decided = { state, at: now, by: actor, ...(state === 'value' && { value: value ?? null }) };
  if (!(await decideConflict(sql, conflict.id, decided))) throw new ProblemError('conflict.already-decided');
  await freeReplicaOfConflict(sql, recordId, connectionId, now);
  await insertAudit(sql, now, {
    actor,
    action: 'conflict.decide',
    object: `record:${recordId}`,
    details: { conflict: conflict.id, pointer, take: state },
  });
  return new Set([...deliverTo, connectionId]);
}
