/** Counts calls in a rolling window of time. */
export class RollingWindow {
  private times: number[] = [];
  private head = 0;

  constructor(private readonly windowMs: number) {}

  /** Calls inside the window. */
  count(now: number): number {
    while (this.head < this.times.length && (this.times[this.head] ?? 0) <= now - this.windowMs) this.head += 1;
    if (this.head > 1_000 && this.head * 2 > this.times.length) {
      this.times = this.times.slice(this.head);
      this.head = 0;
    }
    return this.times.length - this.head;
  }

  /** Counts one more call when the limit allows it. */
  take(now: number, limit: number): boolean {
    if (this.count(now) >= limit) return false;
    this.times.push(now);
    return true;
  }

  clear(): void {
    this.times = [];
    this.head = 0;
  }
}
