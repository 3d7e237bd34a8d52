import type { DigestEncoding, HmacAlgorithm, JsonObject, Settings, Wording } from '@isthmus/connector-kit';

/** How a time is written: RFC 3339, epoch seconds or milliseconds, or local text (`2026-03-01 20:00:00`) in `utcOffset`. */
export type TimeFormat = 'rfc3339' | 'seconds' | 'milliseconds' | 'local';

/** What is signed, part by part. `url` = the public address of the hub (webhooks only). */
export type SignedPart = 'method' | 'url' | 'path' | 'timestamp' | 'body';

/** How a signature is made and where it stands. */
export interface Signature {
  readonly header: string;
  /** @default sha256 */
  readonly algorithm?: HmacAlgorithm;
  /** @default hex */
  readonly encoding?: DigestEncoding;
  /** Text before the digest: `sha256=`. */
  readonly prefix?: string;
  /** Header with the time of signing; for webhooks it switches the time window on. */
  readonly timestampHeader?: string;
  /** @default seconds */
  readonly timestampUnit?: 'seconds' | 'milliseconds' | 'rfc3339';
  /** @default only the body; with a timestamp header: timestamp, body */
  readonly signs?: readonly SignedPart[];
  /** Text between the parts. @default empty */
  readonly joinedBy?: string;
}

/** Credentials; the secrets themselves are settings of their own, so that they are sealed. */
export interface RestAuth {
  readonly kind: 'none' | 'bearer' | 'basic' | 'header' | 'query' | 'oauth2' | 'hmac';
  /** `header`: name of the header. */
  readonly header?: string;
  /** `header`: text before the token. */
  readonly prefix?: string;
  /** `query`: name of the parameter. */
  readonly parameter?: string;
  /** `basic`: user name. */
  readonly user?: string;
  /** `oauth2`: path below the base URL, or a whole URL. */
  readonly tokenUrl?: string;
  readonly clientId?: string;
  readonly scope?: string;
  readonly credentialsIn?: 'body' | 'header';
  /** `hmac`: how each call is signed with `signingSecret`. */
  readonly signature?: Signature;
}

/** How pages follow one another. */
export type RestPaging =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'cursor';
      readonly param: string;
      readonly nextAt: string;
      readonly sizeParam?: string;
      readonly size?: number;
    }
  | {
      readonly kind: 'page' | 'offset';
      readonly param: string;
      readonly size: number;
      readonly sizeParam?: string;
      /** Number of the first page. @default 1 */
      readonly startAt?: number;
      /** Path of the number of all rows. */
      readonly totalAt?: string;
      /** Path of a true/false "there is more". */
      readonly moreAt?: string;
      /** Rows keep their place (sorted by something that never changes), so one pass sees all. @default false */
      readonly stable?: boolean;
    }
  | {
      /** Each page asks for what comes after the last row: by its time (`since.param`), and by its id where the far side can. */
      readonly kind: 'keyset';
      readonly size: number;
      readonly sizeParam?: string;
      /** Parameter for the last row's id: rows of the same moment follow by ascending id. */
      readonly idParam?: string;
    }
  | {
      readonly kind: 'link';
      /** Path of the next page's address in the body. @default the Link header, rel="next" */
      readonly nextAt?: string;
      readonly sizeParam?: string;
      readonly size?: number;
    };

export interface RestRead {
  readonly path: string;
  /** Path of the list in the answer. @default the answer itself */
  readonly rowsAt?: string;
  /** Fixed query parameters. */
  readonly query?: { readonly [name: string]: string | number | boolean };
  /** @default none */
  readonly paging?: RestPaging;
  /** Filter for rows changed at or after a time; without it every read is a full one. */
  readonly since?: { readonly param: string; readonly format?: TimeFormat; readonly overlapSeconds?: number };
  /** @default 60 */
  readonly pollSeconds?: number;
}

/** A write of one row. */
export interface RestWriteCall {
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  /** Member that wraps the row in the body: `order` makes `{"order": {…}}`. */
  readonly bodyAt?: string;
  /** Path of the native id in the answer. */
  readonly idAt?: string;
  /** Path of the stored row in the answer. */
  readonly storedAt?: string;
  /** Update only. @default changed for PATCH, all otherwise */
  readonly sends?: 'changed' | 'all';
  /** Update only: sends the version that the row was last known to have as `If-Match`. */
  readonly ifMatch?: boolean;
}

/** Creates of many rows by one call. */
export interface RestBulk {
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  /** Member that holds the rows in the body. @default the body is the list */
  readonly itemsAt?: string;
  /** Path of the list of results, in the order of the rows. @default the answer itself */
  readonly resultsAt?: string;
  /** In each result. Absent = a result with an id is a success. */
  readonly okAt?: string;
  /** @default true */
  readonly okValue?: string | number | boolean;
  readonly idAt: string;
  readonly storedAt?: string;
  readonly errorAt?: string;
  readonly fieldAt?: string;
  readonly size: number;
  /** True = one bad row makes the far side refuse them all: the bulk is then halved until the bad row stands alone. */
  readonly allOrNothing?: boolean;
}

/** How a repeated create is recognised: exactly one of these. */
export interface RestIdempotency {
  /** Header that carries the idempotency key. */
  readonly header?: string;
  /** Field of the row that carries the idempotency key, on which the far side recognises a repetition. */
  readonly field?: string;
  /** The create itself is keyed by the record id (`PUT /orders/{recordId}`). */
  readonly upsert?: boolean;
  /** An earlier create is looked up before it is repeated. */
  readonly lookup?: {
    /** `/orders?externalId={recordId}` */
    readonly path: string;
    readonly rowsAt?: string;
    /** Field into which a create writes the record id. Absent = the mapping fills it. */
    readonly field?: string;
  };
}

export interface RestWrite {
  readonly create?: RestWriteCall & { readonly idAt: string };
  readonly update?: RestWriteCall;
  readonly remove?: { readonly method?: 'DELETE' | 'POST'; readonly path: string };
  readonly bulk?: RestBulk;
  readonly idempotency: RestIdempotency;
  /** @default 4 */
  readonly concurrency?: number;
}

export interface RestStream {
  readonly title: Wording;
  /** Native JSON Schema of one row; may be open. */
  readonly schema: JsonObject;
  /** Path of the native id in a row. */
  readonly key: string;
  readonly modifiedAt?: string;
  /** @default rfc3339 */
  readonly modifiedFormat?: TimeFormat;
  readonly version?: string;
  readonly read?: RestRead;
  readonly fetch?: { readonly path: string; readonly rowAt?: string };
  readonly write?: RestWrite;
}

export interface RestWebhook {
  /** Header with the event's id. */
  readonly eventIdHeader?: string;
  /** Path of the event's id in each event. */
  readonly eventIdAt?: string;
  /** Signature with `webhookSecret`. */
  readonly hmac?: Signature;
  /** Header that must hold `webhookSecret` itself, for senders that do not sign. */
  readonly secretHeader?: string;
  /** Path of the list of events in the body. @default the body: a list or one event */
  readonly rowsAt?: string;
  /** Stream of all events. */
  readonly stream?: string;
  /** Path of the stream's name in an event; `streams` translates the sender's names. */
  readonly streamAt?: string;
  readonly streams?: { readonly [theirs: string]: string };
  /** Path of the row in an event. @default the event is the row */
  readonly rowAt?: string;
  /** Path of the native id in an event. @default the stream's key in the row */
  readonly idAt?: string;
  /** True = events carry ids only. @default false */
  readonly thin?: boolean;
  readonly occurredAt?: string;
  readonly occurredFormat?: TimeFormat;
  /** Events in which this path holds one of these values are deletions. */
  readonly deleteWhen?: { readonly at: string; readonly equals: readonly (string | number | boolean)[] };
}

/** What answers mean, beyond their HTTP status. */
export interface RestAnswers {
  /** Status codes after which the same call may be made again later: surely nothing happened. */
  readonly retry?: readonly number[];
  /** Status codes that say "exists already" to a create. */
  readonly duplicate?: readonly number[];
  /** Path of a code in the body that tells success even when the status is 200 … */
  readonly okAt?: string;
  /** … which must then hold one of these values. */
  readonly okValues?: readonly (string | number | boolean)[];
  /** Values of that code after which the call may be made again later. */
  readonly retryValues?: readonly (string | number | boolean)[];
  /** Paths of the words and of the field in an error body. */
  readonly messageAt?: string;
  readonly fieldAt?: string;
}

/** The manifest of one JSON API. */
export interface RestSettings {
  readonly baseUrl: string;
  readonly auth?: RestAuth;
  /** Secret of `bearer`, `header` and `query`. */
  readonly token?: string;
  /** Secret of `basic`. */
  readonly password?: string;
  /** Secret of `oauth2`. */
  readonly clientSecret?: string;
  /** Secret of `hmac`. */
  readonly signingSecret?: string;
  readonly webhookSecret?: string;
  /** Accepted beside `webhookSecret` while it is rotated. */
  readonly previousWebhookSecret?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly limits?: {
    readonly requestsPerSecond?: number;
    readonly burst?: number;
    readonly concurrency?: number;
    readonly timeoutMs?: number;
    readonly maxAnswerBytes?: number;
  };
  /** Offset of local times: `+08:00`. @default Z */
  readonly utcOffset?: string;
  readonly answers?: RestAnswers;
  /** Path for the connection test. @default the first stream that can be read */
  readonly checkPath?: string;
  readonly streams: { readonly [name: string]: RestStream };
  readonly webhook?: RestWebhook;
}

/** The settings in their own type. The hub has checked them against the connector's schema before any connector sees them. */
export function restSettings(settings: Settings): RestSettings {
  return settings as unknown as RestSettings;
}
