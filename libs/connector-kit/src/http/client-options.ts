import type { AnswerToSort, Auth, ConnectorContext, ConnectorLimits, Settings } from '../contract.js';
import type { Failure } from '../failure.js';
import type { HttpClient } from '../http-contract.js';
import type { CircuitBreaker } from '../limits/circuit-breaker.js';
import type { RateBucket } from '../limits/rate-bucket.js';
import type { CallObservation } from './call-observation.js';
import type { TransportOptions } from './transport.js';

/** What the HTTP client of one connection needs. */
export interface HttpClientOptions<S extends Settings = Settings> {
  /** Origin (and path prefix) of every call. */
  readonly baseUrl: string;
  readonly limits: ConnectorLimits;
  readonly auth?: Auth<S> | undefined;
  readonly sortAnswer?: ((answer: AnswerToSort) => Failure | undefined) | undefined;
  /** Everything of the connector's context but the client itself. */
  readonly context: Omit<ConnectorContext<S>, 'http'>;
  /** Secret values of the connection: replaced in everything that an observer or a failure shows. */
  readonly secrets?: readonly string[];
  /** `host:port` entries that an admin allowed although they are not public. @default none */
  readonly outboundAllow?: readonly string[];
  /** @default a bucket of this process with the connector's limits */
  readonly bucket?: RateBucket;
  /** @default a breaker that opens after 5 failures in a row and probes every 30 s */
  readonly breaker?: CircuitBreaker;
  /** Told of every try, repetitions included. Must not throw. */
  readonly onCall?: (observation: CallObservation) => void;
  /** Headers that carry the current trace (`traceparent`). */
  readonly trace?: () => { readonly [name: string]: string } | undefined;
  readonly transport?: TransportOptions;
}

/** The client of one connection, with the context that it completes. */
export interface ManagedHttpClient<S extends Settings = Settings> extends HttpClient {
  readonly context: ConnectorContext<S>;
  /** The same client, with one more observer for the calls that are made through it. */
  observed(onCall: (observation: CallObservation) => void): HttpClient;
  /** Closes its sockets; calls under way fail. */
  close(): Promise<void>;
}
