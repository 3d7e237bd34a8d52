import type { Failure, Wording } from './failure.js';
import type { FileStore } from './file-store.js';
import type { HttpClient } from './http-contract.js';
import type { Json, JsonObject, JsonSchema, Row } from './json.js';

/** Settings and secrets of one connection, merged and already valid against the connector's `settings` schema. */
export type Settings = JsonObject;

/** Wall clock and monotonic clock, handed in so that tests own the time. */
export interface KitClock {
  now(): Date;
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Short-lived credentials shared by all processes that speak for a connection.
 * `once` runs `refresh` in at most one process at a time and hands its result to every waiting caller.
 */
export interface TokenStore {
  /** The stored token while it is younger than its expiry (minus the margin that `once` was given), else undefined. */
  get(name: string): Promise<StoredToken | undefined>;
  /** Replaces the token unless somebody else replaced `stale` meanwhile; then theirs is returned. */
  refresh(name: string, stale: string | undefined, refresh: () => Promise<StoredToken>): Promise<StoredToken>;
}

/** A token with its expiry. `value` may be JSON text when a vendor needs several parts. */
export interface StoredToken {
  readonly value: string;
  /** RFC 3339 instant after which the token must not be used. */
  readonly expiresAt: string;
}

/** All that a connector may use. It keeps no state of its own. */
export interface ConnectorContext<S extends Settings = Settings> {
  readonly connectionId: string;
  readonly settings: S;
  readonly http: HttpClient;
  readonly tokens: TokenStore;
  readonly clock: KitClock;
  /** The hub's files folder; absent where the operator named none. Only connectors of files need it. */
  readonly files?: FileStore;
  /** Aborted when the hub shuts down or the lease is lost. */
  readonly signal: AbortSignal;
}

/** How far a stream has been read, in the connector's own form (small JSON). Stored by the ledger with the page's rows. */
export type Cursor = Json;

/** From where to read. `since` undefined and `full` true = everything there is. */
export interface ReadRequest {
  /** The cursor of the last stored page of this run or of the last run. */
  readonly cursor: Cursor | undefined;
  /** True = read everything, whatever the cursor of changes says (backfill, reconcile); `cursor` then resumes such a read. */
  readonly full: boolean;
  /**
   * With `full`: only rows changed at or after this instant (RFC 3339) are wanted. A connector that cannot filter may ignore it: the hub
   * leaves out what is older.
   */
  readonly changedSince?: string;
}

/** One page of rows with the cursor that resumes after it. */
export interface Page {
  readonly rows: readonly Row[];
  readonly cursor: Cursor;
}

/** What a fetch by id found. */
export type Fetched =
  | { readonly id: string; readonly row: Row }
  | { readonly id: string; readonly gone: true }
  | { readonly id: string; readonly failure: Failure };

/** One replica to bring up to date. */
export interface WriteItem {
  /**
   * Same text for every repetition of this write: use it where the far side recognises repeated calls.
   * Stable per record and connection for a create, per desired version for an update.
   */
  readonly idempotencyKey: string;
  /** Id of the canonical record: an external id where the far side has room for one. */
  readonly recordId: string;
  /** Native id; absent for a create. */
  readonly nativeId?: string;
  /** All mapped native fields in their desired state. */
  readonly native: Row;
  /** Only what differs from the base; equal to `native` for a create. Empty values are `null`. Lists are whole. */
  readonly changed: Row;
  /** The row as the far side was last known to hold it. */
  readonly base?: Row;
}

/** Outcome of one written item. */
export type WriteResult =
  | {
      readonly ok: true;
      readonly nativeId: string;
      /** The row as the far side stores it now, when the far side told us; else the hub assumes what it sent. */
      readonly stored?: Row;
      readonly nativeVersion?: string;
    }
  | { readonly ok: false; readonly failure: Failure };

/** Outcome of one probe: the native record that an earlier, unanswered create left behind, or nothing. */
export type ProbeResult =
  | { readonly found: { readonly nativeId: string; readonly stored?: Row } }
  | { readonly found: undefined }
  | { readonly failure: Failure };

/** How a stream is written. */
export interface StreamWrite<S extends Settings = Settings> {
  /** Most items that `write` takes at once (the far side's bulk limit; 1 where there is no bulk). */
  readonly batchSize: number;
  /** Most calls of `write` at the same time for this stream. @default 4 */
  readonly concurrency?: number;
  /**
   * How the repetition of a create is recognised (DESIGN law 6):
   * `idempotency-key` = the far side recognises the key; `upsert` = the write itself is keyed by a natural key;
   * `probe` = the hub calls `probe` before it repeats.
   */
  readonly repeat: 'idempotency-key' | 'upsert' | 'probe';
  /** Writes the items; one result per item, in the same order. May throw FailureError when the whole call failed. */
  write(context: ConnectorContext<S>, items: readonly WriteItem[]): Promise<readonly WriteResult[]>;
  /** Looks up what an earlier create may have left behind; required when `repeat` is `probe`. Same order as the items. */
  probe?(context: ConnectorContext<S>, items: readonly WriteItem[]): Promise<readonly ProbeResult[]>;
  /** Deletes or archives native records; same order as the ids. */
  remove?(context: ConnectorContext<S>, nativeIds: readonly string[]): Promise<readonly WriteResult[]>;
}

/** What a connector calls an entity natively, with all that can be done with it. */
export interface Stream<S extends Settings = Settings> {
  readonly title: Wording;
  /** Native JSON Schema of one row. */
  readonly schema: JsonSchema;
  /** Native id of a row; empty text = the row has none and is refused with its reason. */
  key(row: Row): string;
  /** Source time of the row's last change, RFC 3339 UTC with milliseconds, where the far side tells. */
  modifiedAt?(row: Row): string | undefined;
  /** Version or etag of the row, where the far side has one. */
  version?(row: Row): string | undefined;
  /** Seconds between two reads of changes. @default 60; absent `read` = never polled. */
  readonly pollSeconds?: number;
  /** Reads pages. Ends when there is no more at this moment. Every page's cursor resumes after that page. */
  read?(context: ConnectorContext<S>, request: ReadRequest): AsyncIterable<Page>;
  /**
   * False = a full read does not list everything that exists, such as a folder from which processed files are taken away: what it does not
   * list says nothing then. @default true
   */
  readonly listsAll?: boolean;
  /** Most ids that one `fetch` takes. @default 1 */
  readonly fetchBatchSize?: number;
  /** Fetches rows by id (thin webhooks, references, re-reads). One result per id. */
  fetch?(context: ConnectorContext<S>, ids: readonly string[]): Promise<readonly Fetched[]>;
  readonly write?: StreamWrite<S>;
}

/** An HTTP request as it came in: the body is the raw bytes, before any parsing. */
export interface RawRequest {
  readonly method: string;
  /** The full public URL as the sender called it. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body: Buffer;
}

/** One event of a webhook: a whole row, or only the id of something to fetch (thin). */
export interface WebhookEvent {
  readonly stream: string;
  readonly nativeId: string;
  readonly kind: 'upsert' | 'delete';
  /** The sender's id of this event; without one the hub dedupes by content. */
  readonly eventId?: string;
  /** The whole row; absent = thin, the hub fetches it. */
  readonly row?: Row;
  /** Source time of the event, RFC 3339 UTC. */
  readonly occurredAt?: string;
}

/** What the verifier says; `reason` is for the log and the status page, never for the sender. */
export type Verified = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly reason: string };

/** Webhook handling of a connector. */
export interface WebhookHandler<S extends Settings = Settings> {
  /** Checks signature, time window and origin over the raw bytes. Pure: no I/O. */
  verify(request: RawRequest, settings: S, now: Date): Verified;
  /** Turns a verified request into events. May throw FailureError of kind `contract` for a body that is not as documented. */
  parse(request: RawRequest, settings: S): readonly WebhookEvent[];
  /** What the sender wants to hear. @default 200 with an empty JSON object */
  readonly answer?: { readonly status: number; readonly contentType: string; readonly body: string };
}

/** One step of a connection test. */
export interface CheckStep {
  readonly step: string;
  readonly ok: boolean;
  readonly message: Wording;
}

/** Code that speaks one kind of system. Holds no business rules and no state. */
export interface Connector<S extends Settings = Settings> {
  /** Folder name, kebab-case. */
  readonly id: string;
  readonly title: string;
  /** Public documentation of the system. */
  readonly docs: string;
  /** JSON Schema of settings and secrets; a secret property carries `writeOnly: true`. Draws the console form. */
  readonly settings: JsonSchema;
  readonly limits: ConnectorLimits | ((settings: S) => ConnectorLimits);
  /** Origin (and path prefix) of every call. */
  baseUrl(settings: S): string;
  /** Puts credentials on a request; called for every try, so that a refreshed token is used. */
  readonly auth?: Auth<S>;
  /** Sorts a non-success answer; undefined = the kit's default by HTTP status. Also sees 2xx answers that carry an error. */
  sortAnswer?(answer: AnswerToSort, settings?: S): Failure | undefined;
  /** Fixed streams, or streams that the settings declare. */
  readonly streams: Streams<S> | ((settings: S) => Streams<S>);
  readonly webhook?: WebhookHandler<S>;
  /** Tries the credentials with cheap calls. */
  check?(context: ConnectorContext<S>): Promise<readonly CheckStep[]>;
}

/** An answer as `sortAnswer` sees it: any status, 2xx included. */
export interface AnswerToSort {
  readonly status: number;
  /** Header names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** Parsed JSON, else the text. */
  readonly body: Json | string;
  /** The call that was answered; always present when the kit calls. */
  readonly call?: {
    readonly method: string;
    /** Path below the base URL, without its query. */
    readonly path: string;
    /** Path template of the call, where it named one: `/orders/{id}`. */
    readonly template?: string;
    readonly idempotent: boolean;
  };
}

/** Streams by name. */
export type Streams<S extends Settings = Settings> = { readonly [name: string]: Stream<S> };

/** What the far side bears. */
export interface ConnectorLimits {
  /** Calls per second over all processes; absent = no known limit. */
  readonly requestsPerSecond?: number;
  /** Calls that may be taken at once after a pause. @default requestsPerSecond */
  readonly burst?: number;
  /** Calls at the same time per process. @default 8 */
  readonly concurrency?: number;
  /** Total deadline of one call in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
  /** Largest answer in bytes. @default 33554432 */
  readonly maxAnswerBytes?: number;
}

/** What an auth hook may change of a call before it is sent. */
export interface OutgoingCall {
  readonly method: string;
  /** Path (with the base URL's prefix) and query exactly as they will be sent; a hook may append an encoded query parameter. */
  path: string;
  readonly headers: { [name: string]: string };
  /** The body exactly as it will be sent, for vendors that sign it. */
  readonly body?: string | Buffer;
}

/** Credentials on calls, and what to do when the far side calls them expired. */
export interface Auth<S extends Settings = Settings> {
  /** Adds credentials to the call; may obtain or refresh a token through `context.tokens` and `context.http` (with `auth: false`). */
  authorise(context: ConnectorContext<S>, call: OutgoingCall): Promise<void>;
  /**
   * True = the answer says that the token is expired or revoked: the kit calls `renew` once (single flight) and repeats the call once.
   */
  expired?(answer: { readonly status: number; readonly body: Json | string }): boolean;
  renew?(context: ConnectorContext<S>): Promise<void>;
}

/** Declares a connector with the type of its settings. */
export function defineConnector<S extends Settings>(connector: Connector<S>): Connector<S> {
  return connector;
}
