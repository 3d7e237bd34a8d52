/** The clock of one far side: the real one, moved by what tests and demos asked for. */
export class Clock {
  private shiftMs = 0;

  constructor(private readonly base: () => number = Date.now) {}

  /** Epoch milliseconds. */
  now(): number {
    return this.base() + this.shiftMs;
  }

  /** Moves the clock; a negative figure moves it back. */
  advance(ms: number): void {
    this.shiftMs += ms;
  }
}
