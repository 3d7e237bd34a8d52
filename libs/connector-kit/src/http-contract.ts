import type { Failure } from './failure.js';
import type { Json } from './json.js';

/** One outgoing call. Give either `json` or `body`. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL, starting with `/`, with its query already encoded. */
  readonly path: string;
  /** Query parameters; appended in the given order, encoded once (`encodeURIComponent`). */
  readonly query?: { readonly [name: string]: string | number | boolean | undefined };
  readonly headers?: { readonly [name: string]: string };
  readonly json?: Json;
  readonly body?: string | Buffer;
  /**
   * True = repeating this call has no second effect, so the kit may repeat it after a broken connection.
   * @default true for GET, false otherwise
   */
  readonly idempotent?: boolean;
  /** False = no auth hook (token end points). @default true */
  readonly auth?: boolean;
  /** Counts as this many calls in the rate bucket. @default 1 */
  readonly cost?: number;
  /**
   * The path with placeholders instead of ids (`/orders/{id}`): the name of this call in metrics, and how a 404 is read
   * (an item that is gone, or an end point that does not exist).
   */
  readonly template?: string;
  /**
   * Another origin than the base URL's (`https://login.example.com`), for token end points and downloads. Guarded and limited
   * alike; the auth hook never sees such a call, so that no credential goes to another host.
   */
  readonly origin?: string;
}

/** A 2xx answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The body parsed losslessly when it is JSON, else its text. Empty body = null. */
  readonly body: Json;
}

/**
 * The only way out of the hub: auth, rate bucket, breaker, deadlines, size limit, redaction, outbound guard.
 * Resolves for success only; anything else throws FailureError with the sorted failure
 * (`unknown` when a non-idempotent call got no answer, `transient` when it surely had no effect).
 */
export interface HttpClient {
  call(call: HttpCall): Promise<HttpAnswer>;
  /** The same failure without the connection's secrets: for what a connector reads out of a successful answer. */
  redact(failure: Failure): Failure;
}
