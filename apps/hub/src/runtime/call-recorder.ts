import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallObservation } from '@isthmus/connector-kit';
import type { CallRecorder } from '@isthmus/stages';

/** Most calls of one try that the attempt log keeps. */
const MOST_CALLS = 20;

/** Collects the calls that a connector makes during one try, each already redacted by the kit. */
export class CallJournal implements CallRecorder {
  private readonly current = new AsyncLocalStorage<object[]>();

  /** The observer to hand to every HTTP client. */
  readonly observe = (call: CallObservation): void => {
    const calls = this.current.getStore();
    if (!calls || calls.length >= MOST_CALLS) return;
    calls.push({
      method: call.method,
      path: call.path,
      status: call.status ?? null,
      durationMs: Math.round(call.durationMs),
      request: call.requestText(),
      answer: call.answerText(),
      ...(call.failure && { failure: call.failure }),
    });
  };

  async record<Result>(work: () => Promise<Result>): Promise<{ result: Result; calls: readonly object[] }> {
    const calls: object[] = [];
    const result = await this.current.run(calls, work);
    return { result, calls };
  }
}
