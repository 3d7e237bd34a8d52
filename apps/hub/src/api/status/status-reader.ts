import { Inject, Injectable } from '@nestjs/common';
import type { Status } from '@isthmus/api-contract';
import { API_DEPENDENCIES } from '../dependencies.js';
import type { ApiDependencies } from '../dependencies.js';
import { readStatus } from './read-status.js';

/** However many look, the ledger is asked at most about once a second, and less often where asking takes long. */
const FRESH_MS = 900;
const PAUSE_FACTOR = 20;

/** The status, read once for all who look at the same time. */
@Injectable()
export class StatusReader {
  private running: Promise<Status> | undefined;
  private freshUntilMs = 0;

  constructor(@Inject(API_DEPENDENCIES) private readonly deps: ApiDependencies) {}

  /** The newest status, or one that is at most a moment old. `now` = made after this call. */
  read(options: { readonly now?: boolean } = {}): Promise<Status> {
    if (this.running && !options.now && performance.now() < this.freshUntilMs) return this.running;
    const startedMs = performance.now();
    this.freshUntilMs = Number.POSITIVE_INFINITY;
    const reading = readStatus(this.deps);
    this.running = reading;
    reading.then(
      () =>
        (this.freshUntilMs = performance.now() + Math.max(FRESH_MS, (performance.now() - startedMs) * PAUSE_FACTOR)),
      () => (this.running = undefined),
    );
    return reading;
  }
}
