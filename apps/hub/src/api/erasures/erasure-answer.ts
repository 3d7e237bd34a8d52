import type { ErasureAnswer } from '@isthmus/api-contract';
import { heldCopies } from '@isthmus/ledger';
import type { ErasureRun, Sql } from '@isthmus/ledger';
import type { ErasurePlan, ErasureRefusal } from '@isthmus/stages';
import { iso, isoOrNull } from '../http/exchange.js';
import { notFound, ProblemError } from '../http/problem-error.js';

/** What an erasure would do, as the API shows it. */
export function plannedErasure(plan: ErasurePlan, reason: string, actor: string): ErasureAnswer {
  const { recordId, entity, counts, documents, held, creating } = plan;
  return {
    id: null,
    dryRun: true,
    recordId,
    recordIds: [...plan.recordIds],
    entity,
    state: 'planned',
    phase: null,
    counts: { ...counts },
    documents: documents.map((row) => ({ ...row, fields: { ...row.fields } })),
    held: held.map((copy) => ({ ...copy, toldAt: null })),
    creating: [...creating],
    reason,
    actor,
    failure: null,
    startedAt: null,
    finishedAt: null,
    liftedAt: null,
    liftedBy: null,
  };
}

/** How far an erasure has come, and which systems still hold the person. */
export async function erasureAnswer(sql: Sql, run: ErasureRun): Promise<ErasureAnswer> {
  const held = (await heldCopies(sql, run.id)).filter(({ isHeld }) => isHeld);
  const { id, recordId, entity, state, phase, counts, reason, actor, failure, liftedBy } = run;
  return {
    id,
    dryRun: false,
    recordId,
    recordIds: [],
    entity,
    state,
    phase: state === 'done' ? null : phase,
    counts: { ...counts },
    documents: [],
    held: held.map(({ connectionId, stream, toldAt }) => ({
      connectionId,
      stream,
      nativeId: null,
      toldAt: isoOrNull(toldAt),
    })),
    creating: [],
    reason,
    actor,
    failure,
    startedAt: iso(run.startedAt),
    finishedAt: isoOrNull(run.finishedAt),
    liftedAt: isoOrNull(run.liftedAt),
    liftedBy,
  };
}

/** A refusal of the stages as the API answers it. */
export function erasureRefusal({ code, connections = [] }: ErasureRefusal): ProblemError {
  if (code === 'record.not-found') return notFound();
  const errors = connections.map((id) => ({ pointer: `/connections/${id}`, code, message: 'creates the person now' }));
  return new ProblemError(code, { ...(errors.length > 0 && { errors, retryAfterMs: 2_000 }) });
}
