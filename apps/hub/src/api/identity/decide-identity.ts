import { decideChange, hasCopyIn, insertAudit, loadRecords, supersedeOlderReviews } from '@isthmus/ledger';
import type { ReleasedChange, Sql } from '@isthmus/ledger';
import type { ApiDependencies } from '../dependencies.js';
import type { Principal } from '../http/principal.js';
import { ProblemError } from '../http/problem-error.js';

/** A native object in identity review. */
export interface ReviewedChange {
  readonly id: string;
  readonly entity: string;
  readonly connectionId: string;
}

/** Which record it is, or that it is a new one. */
export type IdentityDecision = { readonly link: string } | { readonly create: true };

/**
 * Stores a person's decision in the caller's transaction; the change is merged by it next. Earlier reviews of the same object end with it.
 *
 * @throws ProblemError when the decision does not fit or somebody decided before
 */
export async function decideIdentity(
  sql: Sql,
  { clock }: ApiDependencies,
  row: ReviewedChange,
  decision: IdentityDecision,
  caller: Principal,
): Promise<ReleasedChange> {
  const now = clock.now();
  if ('link' in decision) await refuseUnfit(sql, row, decision.link);
  const change = await decideChange(sql, row.id, { ...decision, by: caller.actor });
  if (!change) throw new ProblemError('change.already-settled');
  await supersedeOlderReviews(sql, row.id, now);
  const object = `change:${row.id}`;
  await insertAudit(sql, now, { actor: caller.actor, action: 'change.decide', object, details: { ...decision } });
  return change;
}

async function refuseUnfit(sql: Sql, row: ReviewedChange, recordId: string): Promise<void> {
  const [record] = await loadRecords(sql, [recordId]);
  const fits = record?.entity === row.entity && record.status !== 'deleted' && record.status !== 'merged';
  if (!fits) throw unfit('change.no-such-record', `there is no ${row.entity} with this id`);
  if (!(await hasCopyIn(sql, recordId, row.connectionId))) return;
  const cure = 'create a new record of this one, and merge the two if they are the same';
  throw unfit('change.already-linked', `the record has another copy in ${row.connectionId}; ${cure}`);
}

function unfit(code: string, message: string): ProblemError {
  return new ProblemError('request.invalid', { errors: [{ pointer: '/link', code, message }] });
}
