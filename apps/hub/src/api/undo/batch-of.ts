import type { UndoBatchInput } from '@isthmus/api-contract';
import { readReconcileWindow } from '@isthmus/ledger';
import type { Sql, UndoBatch } from '@isthmus/ledger';
import { notFound, ProblemError } from '../http/problem-error.js';

/**
 * The batch that a caller means. Edits and undos are told apart from changes; a reconcile run stands for what was received from its stream
 * while it ran.
 */
export async function batchOf(sql: Sql, input: UndoBatchInput): Promise<UndoBatch> {
  const { reconcileRun, ...batch } = input;
  const ofChanges = [batch.connection, batch.stream, batch.origin, batch.mappingVersion, reconcileRun];
  const kinds = [batch.undo, batch.actor, ofChanges.find((value) => value !== undefined)];
  // A time alone would be everything that anybody told in it.
  if (kinds.filter((value) => value !== undefined).length !== 1) throw new ProblemError('undo.batch-unclear');
  if (batch.stream !== undefined && batch.connection === undefined) throw new ProblemError('undo.batch-unclear');
  if (batch.undo !== undefined && (batch.from !== undefined || batch.to !== undefined))
    throw new ProblemError('undo.batch-unclear');
  if (batch.connection !== undefined && batch.mappingVersion === undefined && batch.from === undefined)
    throw new ProblemError('undo.batch-unclear');
  if (reconcileRun === undefined) return batch;
  const window = await readReconcileWindow(sql, String(reconcileRun));
  if (!window?.connection || !window.stream) throw notFound();
  const { connection, stream, from, to } = window;
  return { connection, stream, origin: 'reconcile', from: from.toISOString(), ...(to && { to: to.toISOString() }) };
}
