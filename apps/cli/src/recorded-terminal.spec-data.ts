import { join } from 'node:path';
import type { Terminal } from './terminal.js';

/** A terminal for tests: keeps what was written. */
export interface RecordedTerminal extends Terminal {
  readonly written: () => string;
  readonly said: () => string;
}

/** A terminal without a person, in the folder of the repository, that knows nothing but the given environment. */
export function recordedTerminal(given: Partial<Terminal> = {}): RecordedTerminal {
  let out = '';
  let err = '';
  return {
    environment: {},
    folder: join(__dirname, '../../..'),
    isInteractive: false,
    hasColours: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    ...given,
    written: () => out,
    said: () => err,
  };
}
