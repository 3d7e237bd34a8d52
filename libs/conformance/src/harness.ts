import type { RawRequest, Row, Settings, TransportOptions } from '@isthmus/connector-kit';

/** What a connector's spec hands to the suite. */
export interface ConformanceFixtures {
  /** Valid settings for the checks that need no far side. */
  readonly settings: Settings;
  /** A far side that speaks the connector's wire format: a small server in the spec, or the sandbox. */
  readonly farSide?: FarSideHarness;
  /** Required when the connector takes webhooks. */
  readonly webhook?: WebhookFixture;
}

/** How the suite gets far sides; every check starts its own and stops it. */
export interface FarSideHarness {
  start(): Promise<FarSideUnderTest>;
  /** Streams that the suite reads and writes. */
  readonly streams: { readonly [name: string]: StreamHarness };
}

/** What the suite needs to know of a stream. */
export interface StreamHarness {
  /** So many rows make at least three pages of a read. Absent = the stream is not read here. */
  readonly rowsForThreePages?: number;
  /** Native fields of the n-th row to create. Absent = the stream is not written here. */
  readonly newRow?: (n: number) => Row;
  /** Native fields that the far side refuses because of their content. */
  readonly poison?: () => Row;
}

/** One running far side. */
export interface FarSideUnderTest {
  /** Valid settings of a connection to it. */
  readonly settings: Settings;
  /** `host:port` entries for the outbound guard. */
  readonly outboundAllow: readonly string[];
  readonly transport?: TransportOptions;
  /** Puts rows there as if somebody had typed them; returns their native ids. */
  seed(stream: string, count: number): Promise<readonly string[]>;
  /** Changes a row there; its time of change moves on. Required for streams with changes. */
  readonly touch?: (stream: string, nativeId: string) => Promise<void>;
  /** How many rows of the stream exist there now. */
  count(stream: string): Promise<number>;
  readonly faults: Faults;
  stop(): Promise<void>;
}

/** Faults that the suite asks for; a fault that is absent makes its check fail, and so needs a waiver. */
export interface Faults {
  /** The next call is answered with "too many calls" and asks for this pause. */
  readonly rateLimitNext?: (retryAfterSeconds: number) => void;
  /** The next call is answered with a server error and has no effect. */
  readonly failNext?: () => void;
  /** The next write takes effect, but its answer never arrives. */
  readonly loseNextWriteAnswer?: () => void;
  /** Every access token given out so far is refused from now on. */
  readonly expireTokens?: () => void;
  /** How many access tokens were given out. */
  readonly tokensIssued?: () => number;
}

/** How a sender's webhooks look. */
export interface WebhookFixture {
  /** Settings with the webhook secrets. @default the fixtures' settings */
  readonly settings?: Settings;
  /** A body as the sender writes it. */
  readonly body: string | Buffer;
  /** A request with this body as the sender would sign it at this time. */
  sign(body: Buffer, now: Date): RawRequest;
  /** False = the sender signs no time, so that an old request cannot be told from a new one. @default true */
  readonly timestamped?: boolean;
}
