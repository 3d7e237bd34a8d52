/** What the process ends with; scripts may rely on these numbers. */
export const EXIT = {
  ok: 0,
  failure: 1,
  /** Changes or differences were found. */
  differences: 2,
  /** Some records failed or wait for a person. */
  partial: 3,
  /** The command line, or what it names, is wrong. */
  usage: 4,
  auth: 5,
  unreachable: 6,
  /** Somebody else changed or settled it meanwhile. */
  conflict: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
