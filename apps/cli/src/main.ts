#!/usr/bin/env node
import { EXIT } from './exit-code.js';
import { runCli } from './run.js';
import { processTerminal } from './terminal.js';

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failure),
);
process.once('SIGINT', () => process.exit(EXIT.interrupted));
// Not process.exit: what was written must reach the pipe first.
process.exitCode = await runCli(process.argv.slice(2), processTerminal());
