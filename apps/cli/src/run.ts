import { CommanderError } from 'commander';
import { buildProgram } from './build-program.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { ExitCode } from './exit-code.js';
import { chosenLanguage, inLanguage } from './language.js';
import type { Language } from './language.js';
import { safeText } from './output/safe-text.js';
import type { Terminal } from './terminal.js';

/** Runs one call (`argv` without node and script) and gives its exit code. Never throws and never ends the process. */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const language = chosenLanguage(argv, terminal.environment);
  let code: ExitCode = EXIT.ok;
  try {
    const program = buildProgram(terminal, language, (ended) => (code = ended));
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(error, terminal, language);
  }
}

function report(error: unknown, terminal: Terminal, language: Language): ExitCode {
  // The parser has said its say already. Help that was asked for ends well; help in place of a missing command does not.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (!(error instanceof CliError)) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(
      `${inLanguage(language, { en: 'This is a defect of isthmus', zh: '这是 isthmus 的缺陷' })}: ${what}\n`,
    );
    return EXIT.failure;
  }
  terminal.err(`${safeText(inLanguage(language, error.wording))}\n`);
  for (const hint of error.hints) terminal.err(`${safeText(inLanguage(language, hint))}\n`);
  return error.exitCode;
}
