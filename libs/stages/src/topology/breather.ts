const LONGEST_TURN_MS = 8;

/** Lets webhooks and answers through between the changes of a batch: a batch of hundreds would hold the event loop for a tenth of a second. */
export class Breather {
  private turnStartedAt = performance.now();

  /** Gives the event loop a turn when this one has taken long enough. */
  async pause(): Promise<void> {
    if (performance.now() - this.turnStartedAt < LONGEST_TURN_MS) return;
    await new Promise((turn) => setImmediate(turn));
    this.turnStartedAt = performance.now();
  }
}
