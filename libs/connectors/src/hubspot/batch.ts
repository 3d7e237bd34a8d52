import { FailureError } from '@isthmus/connector-kit';
import type { ConnectorContext, Failure, Json, JsonObject, Row } from '@isthmus/connector-kit';
import { chunks, memberList, memberObject, objectAnswer, resultsOf } from './answers.js';
import { sortError } from './failures.js';
import { idOf, objectPath, propertiesIn, propertiesOf } from './objects.js';
import type { ObjectKind } from './objects.js';

/** HubSpot takes at most this many inputs in one batch call. */
export const BATCH_SIZE = 100;

/** One input of a batch write, with a key of ours that leads from the answer back to it. */
export interface BatchInput {
  readonly trace: string;
  readonly body: JsonObject;
  /** Recognises the input's row in `results` when HubSpot does not repeat the trace id. */
  matches(row: Row): boolean;
}

/** Outcome of one input. */
export type BatchOutcome = { readonly row: Row } | { readonly failure: Failure };

/**
 * Sends inputs to a batch end point, one outcome per input in the same order. A call that is refused as a whole is split by
 * halves until the poison input stands alone, so that it does not hold back the others. Safe only for end points whose
 * repetition has no second effect, or that take nothing when they refuse.
 */
export async function sendBatch(
  context: ConnectorContext,
  path: string,
  inputs: readonly BatchInput[],
): Promise<readonly BatchOutcome[]> {
  const parts = await Promise.all(chunks(inputs, BATCH_SIZE).map((part) => sendOrSplit(context, path, part)));
  return parts.flat();
}

async function sendOrSplit(
  context: ConnectorContext,
  path: string,
  inputs: readonly BatchInput[],
): Promise<readonly BatchOutcome[]> {
  try {
    const answer = await context.http.call({
      method: 'POST',
      path,
      // Updates and upserts have no second effect; a create that may have happened is looked up before it is repeated.
      idempotent: !path.endsWith('/batch/create'),
      json: { inputs: inputs.map((input): Json => ({ ...input.body, objectWriteTraceId: input.trace })) },
    });
    return outcomes(inputs, answer.body, path);
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    if (inputs.length === 1 || !isAboutTheData(error.failure)) return inputs.map(() => ({ failure: error.failure }));
    const middle = Math.ceil(inputs.length / 2);
    const first = await sendOrSplit(context, path, inputs.slice(0, middle));
    return [...first, ...(await sendOrSplit(context, path, inputs.slice(middle)))];
  }
}

function isAboutTheData(failure: Failure): boolean {
  return (
    failure.kind === 'invalid' ||
    failure.kind === 'gone' ||
    failure.kind === 'conflict' ||
    failure.kind === 'missing-reference'
  );
}

function outcomes(inputs: readonly BatchInput[], body: Json, path: string): readonly BatchOutcome[] {
  const rows = resultsOf(body, path);
  const errors = memberList(body, 'errors');
  const unassigned = errors.filter((error) => traceOf(error) === undefined);
  return inputs.map((input) => {
    const own = errors.find((error) => traceOf(error) === input.trace);
    if (own !== undefined) return { failure: sortError(own) };
    const row =
      rows.find((candidate) => candidate['objectWriteTraceId'] === input.trace) ??
      rows.find((candidate) => input.matches(candidate));
    if (row !== undefined) return { row };
    const error = unassigned.find((candidate) => namesInput(candidate, input)) ?? unassigned[0];
    return { failure: error === undefined ? noOutcome(path) : sortError(error) };
  });
}

function namesInput(error: JsonObject, input: BatchInput): boolean {
  const ids = memberObject(error, 'context')['ids'];
  return Array.isArray(ids) && ids.some((id) => id === input.body['id']);
}

function traceOf(error: JsonObject): string | undefined {
  const inContext = memberObject(error, 'context')['objectWriteTraceId'];
  const trace = Array.isArray(inContext) ? inContext[0] : (inContext ?? error['objectWriteTraceId'] ?? error['id']);
  return typeof trace === 'string' ? trace : undefined;
}

function noOutcome(path: string): Failure {
  return {
    kind: 'unknown',
    code: 'hubspot.no-outcome',
    message: {
      en: `HubSpot said nothing about this record in its answer to ${path}.`,
      zh: `HubSpot 在 ${path} 的应答中未说明此记录的结果。`,
    },
  };
}

/** Reads objects by id, or by a unique property; ids that HubSpot does not hold are absent from the result. */
export async function batchRead(
  context: ConnectorContext,
  kind: ObjectKind,
  ids: readonly string[],
  idProperty?: string,
): Promise<ReadonlyMap<string, Row>> {
  const found = new Map<string, Row>();
  for (const part of chunks([...new Set(ids)], BATCH_SIZE)) {
    const answer = await context.http.call({
      method: 'POST',
      path: objectPath(context.settings, kind, '/batch/read'),
      idempotent: true,
      json: {
        inputs: part.map((id) => ({ id })),
        properties: [...propertiesOf(kind, context.settings)],
        propertiesWithHistory: [],
        ...(idProperty === undefined ? {} : { idProperty }),
      },
    });
    for (const row of resultsOf(answer.body, 'batch read')) {
      const key = idProperty === undefined ? idOf(row) : propertiesIn(row)[idProperty];
      if (typeof key === 'string' && key !== '') found.set(key, row);
    }
  }
  return found;
}

/** Archives objects. HubSpot answers 204 and ignores ids that it does not hold. */
export async function batchArchive(context: ConnectorContext, kind: ObjectKind, ids: readonly string[]): Promise<void> {
  for (const part of chunks(ids, BATCH_SIZE)) {
    const answer = await context.http.call({
      method: 'POST',
      path: objectPath(context.settings, kind, '/batch/archive'),
      idempotent: true,
      json: { inputs: part.map((id) => ({ id })) },
    });
    if (answer.body !== null && answer.body !== '') objectAnswer(answer.body, 'batch archive');
  }
}

/** Property values as HubSpot wants them: text; empty text clears a property. */
export function toPropertyValues(values: Row, clear: boolean): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === null) {
      if (clear) result[name] = '';
    } else if (typeof value !== 'object') result[name] = String(value);
  }
  return result;
}
