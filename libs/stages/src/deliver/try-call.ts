import type { ConnectorContext, Failure } from '@isthmus/connector-kit';
import { FailureError } from '@isthmus/connector-kit';
import type { StageContext } from '../topology/stage-context.js';
import type { LiveConnection, StreamBinding } from '../topology/topology.js';
import type { Attempts } from './attempts.js';
import type { PreparedWrite } from './prepare-replicas.js';

/** Writes of one stream that go out in one call. */
export interface Chunk {
  readonly binding: StreamBinding;
  readonly writes: readonly PreparedWrite[];
  readonly kind: 'create' | 'update' | 'probe' | 'remove';
}

/** Runs one call of the connector, notes the try, and turns a thrown failure into a failure of every item. */
export async function tried<Result extends { ok?: boolean } | object>(
  context: StageContext,
  connection: LiveConnection,
  chunk: Chunk,
  attempts: Attempts,
  call: (connector: ConnectorContext) => Promise<readonly Result[]> | readonly Result[],
): Promise<readonly (Result | { ok: false; failure: Failure })[]> {
  const started = context.clock.now();
  const before = performance.now();
  const { context: connector, calls } = connection.recording();
  const told = await failuresAsValues(chunk.writes.length, () => call(connector));
  const { http } = connection.context;
  const result = told.map((item) =>
    'failure' in item ? { ...item, failure: http.redact(item.failure as Failure) } : item,
  );
  const failures = result.flatMap((item) => ('failure' in item ? [item.failure as Failure] : []));
  const auth = failures.find((failure) => failure.kind === 'auth');
  if (auth) await context.pauseConnection(connection.id, auth);
  attempts.add({
    at: started,
    stream: chunk.binding.name,
    operation: chunk.kind,
    recordIds: chunk.writes.map((write) => write.replica.recordId),
    outcome: outcomeName(failures, result.length),
    failure: failures[0],
    calls,
    durationMs: performance.now() - before,
    mappingVersion: chunk.binding.mappingVersion,
  });
  return result;
}

async function failuresAsValues<Result>(
  count: number,
  call: () => Promise<readonly Result[]> | readonly Result[],
): Promise<readonly (Result | { ok: false; failure: Failure })[]> {
  try {
    return await call();
  } catch (error) {
    const failure: Failure =
      error instanceof FailureError
        ? error.failure
        : {
            kind: 'unknown',
            code: 'delivery.defect',
            message: { en: `The connector failed: ${String(error)}`, zh: `连接器异常：${String(error)}` },
          };
    return Array.from({ length: count }, () => ({ ok: false as const, failure }));
  }
}

function outcomeName(failures: readonly Failure[], total: number): 'done' | 'partly' | 'failed' | 'unknown' {
  if (failures.length === 0) return 'done';
  if (failures.length < total) return 'partly';
  return failures.some((failure) => failure.kind === 'unknown') ? 'unknown' : 'failed';
}
