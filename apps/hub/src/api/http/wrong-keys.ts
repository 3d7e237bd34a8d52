const WINDOW_MS = 60_000;
const MOST_WRONG = 20;
const MOST_ADDRESSES = 10_000;

interface Tally {
  count: number;
  untilMs: number;
}

/**
 * Counts wrong API keys per address. Beyond twenty in a minute, further wrong keys are told to wait; right keys always pass, so that nobody
 * behind the same proxy is locked out.
 */
export class WrongKeys {
  private readonly tallies = new Map<string, Tally>();

  /** Notes a wrong key; milliseconds to wait, or undefined while the address may still try. */
  note(address: string, nowMs: number): number | undefined {
    const known = this.tallies.get(address);
    const tally = known && known.untilMs > nowMs ? known : { count: 0, untilMs: nowMs + WINDOW_MS };
    tally.count += 1;
    if (!known && this.tallies.size >= MOST_ADDRESSES) this.tallies.clear();
    this.tallies.set(address, tally);
    return tally.count > MOST_WRONG ? tally.untilMs - nowMs : undefined;
  }
}
