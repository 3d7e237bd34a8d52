import type { ReplicaOutcome, WrittenChange } from '@isthmus/ledger';

/** An outcome, and what the far side answered beyond what was written, if that differs from the record. */
export interface Delivered {
  readonly outcome: ReplicaOutcome;
  readonly answer?: WrittenChange;
  /** The outcome where the source has renewed the base since the write began. */
  readonly renewed?: (base: string, baseHash: string | null) => ReplicaOutcome;
}

/** Writes outcomes to the ledger. */
export type Settle = (delivered: readonly Delivered[]) => Promise<void>;

// What a crash in this time leaves unsettled is repeated by key or looked up; the last outcomes of a batch wait for nothing.
const GATHER_MS = 100;
const ENOUGH = 100;

/** Gathers outcomes so that many small writes settle in few statements, while the writes go on. */
export class Results {
  again = false;
  private waiting: Delivered[] = [];
  private ended = false;
  private wake: () => void = () => undefined;
  private settling: Promise<void> | undefined;
  private error: Error | undefined;

  constructor(private readonly settle: Settle) {}

  add(delivered: readonly Delivered[]): void {
    this.waiting.push(...delivered);
    this.again ||= delivered.some(({ outcome }) => outcome.state === 'pending' && outcome.written);
    if (this.waiting.length >= ENOUGH) this.wake();
    this.settling ??= this.drain();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0 && this.error === undefined) {
      await this.gather();
      try {
        await this.settle(this.waiting.splice(0));
      } catch (error) {
        this.error = error instanceof Error ? error : new Error(String(error));
      }
    }
    this.settling = undefined;
  }

  /** Waits a moment for more outcomes, unless there are enough or none will come. */
  private async gather(): Promise<void> {
    if (this.ended || this.waiting.length >= ENOUGH) return;
    await new Promise<void>((go) => {
      const timer = setTimeout(go, GATHER_MS);
      this.wake = () => {
        clearTimeout(timer);
        go();
      };
    });
  }

  async flush(): Promise<void> {
    this.ended = true;
    this.wake();
    await this.settling;
    if (this.error !== undefined) throw this.error;
  }
}
