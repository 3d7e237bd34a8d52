import type { CallObservation, ConnectorContext, ManagedHttpClient } from '@isthmus/connector-kit';

/** Most calls of one try that the attempt log keeps. */
const MOST_CALLS = 20;

/** A context whose calls are noted, each already redacted by the kit. */
export function recordCalls(client: ManagedHttpClient): { context: ConnectorContext; calls: readonly object[] } {
  const calls: object[] = [];
  const note = (call: CallObservation): void => {
    if (calls.length < MOST_CALLS) calls.push(noted(call));
  };
  return { context: { ...client.context, http: client.observed(note) }, calls };
}

function noted(call: CallObservation): object {
  return {
    method: call.method,
    path: call.path,
    status: call.status ?? null,
    durationMs: Math.round(call.durationMs),
    request: call.requestText(),
    answer: call.answerText(),
    ...(call.failure && { failure: call.failure }),
  };
}
