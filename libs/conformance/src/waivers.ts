/** A known gap of a connector: the check fails, and here is why that is accepted. */
export interface Waiver {
  readonly connector: string;
  /** Absent = every stream. */
  readonly stream?: string;
  /** Id of the check. */
  readonly check: string;
  readonly reason: string;
}

/** All known gaps, in one list. A waiver whose check passes fails the suite: it has to go. */
export const waivers: readonly Waiver[] = [];
