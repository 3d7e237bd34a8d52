/**
 * Renews credentials once for all callers that find them expired (FAULTS F24). Every try remembers the generation of the
 * credentials it was sent with; a refusal of an older generation needs no renewal, only a repetition.
 */
export class Renewal {
  #generation = 0;
  #running: Promise<void> | undefined;

  constructor(private readonly renew: () => Promise<void>) {}

  /** How often credentials have been renewed. */
  get generation(): number {
    return this.#generation;
  }

  /** Resolves once credentials younger than `generation` are there. Rejects with what the renewal threw. */
  async after(generation: number): Promise<void> {
    if (generation < this.#generation) return;
    this.#running ??= this.#run();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await this.renew();
      this.#generation += 1;
    } finally {
      this.#running = undefined;
    }
  }
}
