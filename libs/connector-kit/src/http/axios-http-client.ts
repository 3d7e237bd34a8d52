import { setMaxListeners } from 'node:events';
import type { ConnectorContext, Settings } from '../contract.js';
import { FailureError } from '../failure.js';
import type { Failure } from '../failure.js';
import type { HttpAnswer, HttpCall, HttpClient } from '../http-contract.js';
import { createCircuitBreaker } from '../limits/circuit-breaker.js';
import type { CircuitBreaker } from '../limits/circuit-breaker.js';
import { createRateBucket } from '../limits/in-process-rate-bucket.js';
import type { RateBucket } from '../limits/rate-bucket.js';
import { makeFailure } from '../make-failure.js';
import { Attempt } from './attempt.js';
import type { AttemptAnswer } from './attempt.js';
import { createAttemptSender } from './axios-instance.js';
import type { AttemptSender } from './axios-instance.js';
import { observe } from './call-observation.js';
import type { CallObservation } from './call-observation.js';
import { parseBaseUrl } from './call-path.js';
import type { BaseUrl } from './call-path.js';
import type { HttpClientOptions, ManagedHttpClient } from './client-options.js';
import { judgeAnswer } from './judge-answer.js';
import { prepareCall } from './prepare-call.js';
import type { PreparedCall } from './prepare-call.js';
import { readBody } from './read-answer.js';
import { createRedactor } from './redactor.js';
import type { Redactor } from './redactor.js';
import { Renewal } from './renewal.js';
import { Semaphore } from './semaphore.js';
import { createTransport } from './transport.js';
import type { Transport } from './transport.js';
import { TransportError } from './transport-error.js';
import { transportFailure } from './transport-failure.js';
import { watchTokens } from './watch-tokens.js';

/** Outcome of one try. */
interface Tried {
  readonly answer?: HttpAnswer;
  readonly failure?: Failure;
  readonly cause?: unknown;
  /** The connection broke under the request: worth one repetition when that is harmless. */
  readonly broken?: boolean;
  /** The credentials that this try was sent with are expired. */
  readonly expired?: boolean;
  readonly generation: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_CONCURRENCY = 8;
const DEFAULT_MAX_ANSWER_BYTES = 33_554_432;
const PENALTY_WITHOUT_RETRY_AFTER_MS = 1_000;

type Observer = (observation: CallObservation) => void;

interface ObservedCall extends PreparedCall {
  readonly observer: Observer | undefined;
}

/** See `createHttpClient`. */
export class AxiosHttpClient<S extends Settings> implements ManagedHttpClient<S> {
  readonly context: ConnectorContext<S>;
  readonly #options: HttpClientOptions<S>;
  readonly #base: BaseUrl;
  readonly #transport: Transport;
  readonly #sender: AttemptSender;
  readonly #places: Semaphore;
  readonly #bucket: RateBucket;
  readonly #breaker: CircuitBreaker;
  readonly #redactor: Redactor;
  readonly #renewal: Renewal;
  readonly #timeoutMs: number;

  constructor(options: HttpClientOptions<S>) {
    const { clock, signal, tokens } = options.context;
    const concurrency = options.limits.concurrency ?? DEFAULT_CONCURRENCY;
    const maxAnswerBytes = options.limits.maxAnswerBytes ?? DEFAULT_MAX_ANSWER_BYTES;
    this.#options = options;
    // Every call under way listens to it, over all connections: eleven of them are no leak.
    setMaxListeners(0, signal);
    this.#base = parseBaseUrl(options.baseUrl);
    this.#timeoutMs = options.limits.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#redactor = createRedactor(options.secrets ?? []);
    this.context = { ...options.context, tokens: watchTokens(tokens, this.#redactor), http: this };
    this.#bucket = options.bucket ?? createRateBucket({ ...options.limits, clock });
    this.#breaker = options.breaker ?? createCircuitBreaker({ clock });
    this.#renewal = new Renewal(async () => options.auth?.renew?.(this.context));
    this.#places = new Semaphore(concurrency);
    this.#transport = createTransport(
      { connections: concurrency, maxAnswerBytes },
      options.outboundAllow ?? [],
      options.transport ?? {},
    );
    this.#sender = createAttemptSender(
      this.#transport,
      { maxAnswerBytes, signal, monotonicMs: () => clock.monotonicMs() },
      {
        authorise: async (attempt) => options.auth?.authorise(this.context, attempt),
        trace: () => options.trace?.(),
      },
    );
  }

  call(call: HttpCall): Promise<HttpAnswer> {
    return this.#call(call, undefined);
  }

  observed(onCall: Observer): HttpClient {
    return { call: (call) => this.#call(call, onCall), redact: (failure) => this.redact(failure) };
  }

  async #call(call: HttpCall, observer: Observer | undefined): Promise<HttpAnswer> {
    const prepared = { ...prepareCall(call, this.#base), observer };
    let tried = await this.#tryTwiceOnBrokenSocket(prepared);
    if (tried.expired && this.#options.auth?.renew) {
      await this.#renewal.after(tried.generation);
      tried = await this.#tryTwiceOnBrokenSocket(prepared);
    }
    if (tried.answer) return tried.answer;
    throw new FailureError(this.redact(tried.failure ?? EXPIRED), { cause: tried.cause });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** A socket that the far side had closed while it was idle is no error: an idempotent call goes out once more on a new one. */
  async #tryTwiceOnBrokenSocket(call: ObservedCall): Promise<Tried> {
    const deadlineAtMs = this.#options.context.clock.monotonicMs() + this.#timeoutMs;
    const first = await this.#try(call, this.#timeoutMs, false);
    if (!first.broken || !call.idempotent) return first;
    const leftMs = deadlineAtMs - this.#options.context.clock.monotonicMs();
    return leftMs > 0 ? this.#try(call, leftMs, true) : first;
  }

  /**
   * A call takes its place before it asks breaker and bucket: one that stood in line must not go out on a permission from before the far
   * side said "too many" (FAULTS F15). Token calls are part of a call that has a place already.
   */
  async #try(call: ObservedCall, deadlineMs: number, fresh: boolean): Promise<Tried> {
    if (!call.authorised) return this.#tryInPlace(call, deadlineMs, fresh);
    const turn = this.#places.enter();
    if (turn) await turn;
    try {
      return await this.#tryInPlace(call, deadlineMs, fresh);
    } finally {
      this.#places.leave();
    }
  }

  async #tryInPlace(call: ObservedCall, deadlineMs: number, fresh: boolean): Promise<Tried> {
    await this.#admit(call);
    const attempt = new Attempt(
      call.method,
      call.origin,
      call.path,
      { ...call.headers },
      call.body,
      call.authorised,
      deadlineMs,
      fresh,
    );
    attempt.generation = this.#renewal.generation;
    try {
      return await this.#judge(call, attempt, await this.#sender.send(attempt));
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return this.#lost(call, attempt, error);
    }
  }

  async #admit(call: ObservedCall): Promise<void> {
    // A token call inside an admitted call is part of that call: it does not ask the breaker again.
    const refused = call.authorised ? this.#breaker.admit() : undefined;
    if (refused) throw new FailureError(refused);
    const { signal } = this.#options.context;
    try {
      await this.#bucket.take(call.cost, signal);
    } catch (error) {
      if (error instanceof FailureError || !signal.aborted) throw error;
      throw new FailureError(transportFailure(new TransportError('aborted', false), call.idempotent), { cause: error });
    }
  }

  async #judge(call: ObservedCall, attempt: Attempt, answer: AttemptAnswer): Promise<Tried> {
    const read = readBody(answer.status, answer.headers, answer.bytes);
    const expired =
      call.authorised && (this.#options.auth?.expired?.({ status: answer.status, body: read.body }) ?? false);
    const failure = judgeAnswer(call, answer, read, this.#options.sortAnswer, this.#options.context.clock.now());
    if (failure?.kind === 'rate-limited') this.#bucket.penalise(failure.retryAfterMs ?? PENALTY_WITHOUT_RETRY_AFTER_MS);
    // 500 may be about one record only; 502 to 504 say that the system behind is not there.
    this.#breaker.settle(answer.status > 501 ? 'failed' : answer.status >= 500 ? 'unsaid' : 'answered');
    this.#observe(call, attempt, answer, read.text, failure);
    const { generation } = attempt;
    if (expired) return { generation, expired, ...(failure ? { failure } : {}) };
    if (failure) return { generation, failure };
    return { generation, answer: { status: answer.status, headers: answer.headers, body: read.body } };
  }

  #lost(call: ObservedCall, attempt: Attempt, error: TransportError): Tried {
    const failure = transportFailure(error, call.idempotent);
    this.#breaker.settle(SAYS_NOTHING.has(error.fault) ? 'unsaid' : 'failed');
    this.#observe(call, attempt, undefined, '', failure);
    return { generation: attempt.generation, failure, cause: error, broken: error.fault === 'broken' };
  }

  #observe(
    call: ObservedCall,
    attempt: Attempt,
    answer: AttemptAnswer | undefined,
    answerBody: string,
    failure: Failure | undefined,
  ): void {
    const { onCall, context } = this.#options;
    if (!onCall && !call.observer) return;
    const durationMs = attempt.sentAtMs === 0 ? 0 : context.clock.monotonicMs() - attempt.sentAtMs;
    const { connectionId } = context;
    const observation = observe(
      { connectionId, template: call.template, attempt, answer, answerBody, failure, durationMs },
      this.#redactor,
    );
    onCall?.(observation);
    call.observer?.(observation);
  }

  redact(failure: Failure): Failure {
    const text = (value: string): string => this.#redactor.text(value);
    const { details, field } = failure;
    return {
      ...failure,
      message: { en: text(failure.message.en), zh: text(failure.message.zh) },
      ...(field === undefined ? {} : { field: text(field) }),
      ...(details
        ? {
            details: Object.fromEntries(
              Object.entries(details).map(([name, value]) => [name, typeof value === 'string' ? text(value) : value]),
            ),
          }
        : {}),
    };
  }
}

const SAYS_NOTHING: ReadonlySet<string> = new Set(['aborted', 'refused', 'too-large', 'encoding']);

const EXPIRED = makeFailure(
  'auth',
  'http.auth',
  'The credentials of this connection are expired.',
  '该连接的凭据已过期。',
);
