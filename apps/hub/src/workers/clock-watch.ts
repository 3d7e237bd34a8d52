import type { Clock } from '@isthmus/platform';

/** Less is how clocks are kept right all the time. */
const JUMP_MS = 30_000;

/** Notices when the wall clock was set back, by the clock that never goes back. */
export class ClockWatch {
  private aheadMs: number;

  constructor(private readonly clock: Clock) {
    this.aheadMs = this.ahead();
  }

  private ahead(): number {
    return this.clock.now().getTime() - this.clock.monotonicMs();
  }

  /** By how many milliseconds the clock was set back since the last look; 0 = it was not, or by too little to matter. */
  setBackMs(): number {
    const aheadMs = this.ahead();
    const backMs = this.aheadMs - aheadMs;
    this.aheadMs = aheadMs;
    return backMs < JUMP_MS ? 0 : backMs;
  }
}
