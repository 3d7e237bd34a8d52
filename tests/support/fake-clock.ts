import type { Clock, Timer } from '@isthmus/platform';

interface SetTimer {
  readonly atMs: number;
  readonly action: () => void;
}

/** A clock that stands still until a test moves it. Timers fire in the order of their time, at their time. */
export class FakeClock implements Clock {
  private readonly startMs: number;
  private elapsedMs = 0;
  private timers: SetTimer[] = [];

  constructor(start: string | Date = '2026-01-01T00:00:00Z') {
    this.startMs = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.startMs + this.elapsedMs);
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  setTimer(delayMs: number, action: () => void): Timer {
    const timer = { atMs: this.elapsedMs + Math.max(0, delayMs), action };
    this.timers.push(timer);
    return { cancel: () => this.remove(timer) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done, failed) => {
      if (signal?.aborted) return failed(signal.reason as Error);
      const timer = this.setTimer(delayMs, done);
      signal?.addEventListener('abort', () => {
        timer.cancel();
        failed(signal.reason as Error);
      });
    });
  }

  /** How many timers and sleeps wait. */
  get waiting(): number {
    return this.timers.length;
  }

  /** Moves on and fires what falls due, letting promises settle after each so that they may set further timers. */
  async advance(byMs: number): Promise<void> {
    const targetMs = this.elapsedMs + byMs;
    await settle();
    for (let next = this.nextUntil(targetMs); next; next = this.nextUntil(targetMs)) {
      this.elapsedMs = Math.max(this.elapsedMs, next.atMs);
      this.remove(next);
      next.action();
      await settle();
    }
    this.elapsedMs = targetMs;
  }

  private nextUntil(targetMs: number): SetTimer | undefined {
    return this.timers.filter((timer) => timer.atMs <= targetMs).sort((a, b) => a.atMs - b.atMs)[0];
  }

  private remove(timer: SetTimer): void {
    this.timers = this.timers.filter((other) => other !== timer);
  }
}

/** Lets every promise that can settle now settle. */
function settle(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
