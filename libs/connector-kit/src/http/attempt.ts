import type { OutgoingCall } from '../contract.js';
import type { RawAnswer } from './exchange.js';

/** One try of a call on its way through axios: interceptors change it, the adapter sends it. */
export class Attempt implements OutgoingCall {
  /** How often credentials had been renewed when this try was authorised. */
  generation = 0;
  /** Set by the adapter when the request goes out. */
  sentAtMs = 0;

  constructor(
    readonly method: string,
    readonly origin: string,
    /** Path and query as they are sent; the auth hook may append to it. */
    public path: string,
    readonly headers: { [name: string]: string },
    readonly body: string | Buffer | undefined,
    /** False = no auth hook. */
    readonly authorised: boolean,
    readonly deadlineMs: number,
    /** True = on a socket of its own. */
    readonly fresh: boolean,
  ) {}
}

/** A whole answer, unpacked. */
export interface AttemptAnswer {
  readonly status: number;
  readonly headers: RawAnswer['headers'];
  readonly bytes: Buffer;
  /** Bytes on the wire, before unpacking. */
  readonly wireBytes: number;
}
