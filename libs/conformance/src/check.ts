/** One thing that every connector must do. Throws (an assertion) when it does not. */
export interface Check {
  /** Stable name, by which a waiver names it: `read.cursor-resume`. */
  readonly id: string;
  /** The behaviour as a sentence; the name of the test. */
  readonly title: string;
  readonly stream?: string;
  run(): Promise<void>;
}

/** A fixture that a check needs and that the spec did not hand in. */
export function needed<T>(fixture: T | undefined, name: string): T {
  if (fixture === undefined)
    throw new Error(`the fixtures have no ${name}: hand it in, or waive this check with a reason`);
  return fixture;
}
