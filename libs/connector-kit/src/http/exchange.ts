import type { Dispatcher } from 'undici';
import { TransportError, toTransportError } from './transport-error.js';

/** An answer as it came from the socket, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  /** Header names in lower case; repeated headers joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  /** Still packed as `content-encoding` says. */
  readonly body: Buffer;
}

/** Bounds of one exchange. */
export interface ExchangeLimits {
  readonly deadlineMs: number;
  readonly maxAnswerBytes: number;
}

/**
 * Collects one answer from undici's dispatch. Holds the total deadline, so that a far side that drips one byte a second is cut
 * as well (FAULTS F20), and counts bytes while they arrive, so that a huge answer never fills the memory (S09).
 */
export class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #started = false;
  #settled = false;
  #status = 0;
  #headers: { [name: string]: string } = {};
  #bytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#fail(new TransportError('aborted', this.#started));

  constructor(
    private readonly limits: ExchangeLimits,
    private readonly signal: AbortSignal | undefined,
    private readonly resolve: (answer: RawAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.#timer = setTimeout(() => this.#fail(new TransportError('timeout', this.#started)), limits.deadlineMs);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) this.#onAbort();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while the socket was still connecting: nothing must be sent any more.
    if (this.#settled) controller.abort(new Error('given up'));
    else this.#started = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: { readonly [name: string]: string | string[] | undefined },
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = flatten(headers);
    if (Number(this.#headers['content-length'] ?? 0) > this.limits.maxAnswerBytes)
      this.#fail(new TransportError('too-large', true));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.limits.maxAnswerBytes) this.#fail(new TransportError('too-large', true));
    else if (!this.#settled) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(toTransportError(error, this.#started));
  }

  #fail(error: Error): void {
    if (!this.#settle()) return;
    this.reject(error);
    this.#controller?.abort(error);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.signal?.removeEventListener('abort', this.#onAbort);
    return true;
  }
}

function flatten(headers: { readonly [name: string]: string | string[] | undefined }): { [name: string]: string } {
  const flat: { [name: string]: string } = {};
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
