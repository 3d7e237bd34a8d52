import { createInterface } from 'node:readline/promises';

/** Where a call reads from and writes to; tests hand in their own. */
export interface Terminal {
  readonly environment: { readonly [name: string]: string | undefined };
  /** The present folder, absolute. */
  readonly folder: string;
  /** Whether a person looks at standard output. */
  readonly isInteractive: boolean;
  readonly hasColours: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Asks a yes-or-no question; absent where nobody is there to answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    environment: env,
    folder: process.cwd(),
    isInteractive: stdout.isTTY,
    hasColours: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ...(stdin.isTTY && stderr.isTTY && { ask }),
  };
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes|是)$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
