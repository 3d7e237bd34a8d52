import type { Wording } from '@isthmus/api-contract';
import type { Cli } from './cli.js';
import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';
import type { ExitCode } from './exit-code.js';

/** One option of a command: `--state <state>`, or `--all` for a switch. */
export interface CliOption {
  readonly flags: string;
  readonly text: Wording;
  readonly choices?: readonly string[];
}

/** The words of a call after the command's name, as they were given. */
export interface Call {
  readonly words: readonly string[];
  readonly options: { readonly [name: string]: string | boolean | undefined };
}

/** One command. `usage` begins with its name: `show <id>`, `check [paths...]`. */
export interface CliCommand {
  readonly usage: string;
  readonly text: Wording;
  readonly options?: readonly CliOption[];
  run(cli: Cli, call: Call): Promise<ExitCode>;
}

/** A noun with its verbs: `connection list`. */
export interface CommandGroup {
  readonly name: string;
  readonly text: Wording;
  readonly commands: readonly CliCommand[];
}

/** Options of every list. */
export const LIST_OPTIONS: readonly CliOption[] = [
  { flags: '--limit <count>', text: { en: 'most rows to show (default 50)', zh: '最多显示的行数（默认 50）' } },
  { flags: '--all', text: { en: 'show all rows', zh: '显示全部' } },
];

/** Option of every command that changes something. */
export const DRY_RUN: CliOption = {
  flags: '--dry-run',
  text: { en: 'only say what would be done', zh: '只说明将要执行的操作' },
};

/** Option of commands that change many things at once. */
export const YES: CliOption = { flags: '--yes', text: { en: 'do not ask', zh: '不再询问' } };

/** A word that the command's usage requires. */
export function word({ words }: Call, index: number): string {
  return words[index] ?? '';
}

/** The value of an option, if it was given. */
export function textOf({ options }: Call, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function isOn({ options }: Call, name: string): boolean {
  return options[name] === true;
}

/** How many rows a list may show; undefined = all. */
export function limitOf(call: Call): number | undefined {
  if (isOn(call, 'all')) return undefined;
  const text = textOf(call, 'limit') ?? '50';
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new CliError(EXIT.usage, {
    en: `--limit takes a whole number from 1, not "${text}".`,
    zh: `--limit 需要从 1 开始的整数，而不是“${text}”。`,
  });
}

/** Says on the side that a list was cut. */
export function hintMore(cli: Cli, page: { readonly next: string | null }): void {
  if (page.next !== null)
    cli.hint({ en: 'There are more: --limit <count> or --all.', zh: '还有更多：--limit <数量> 或 --all。' });
}

/** Asks before something that touches many records. Without a person to ask, `--yes` must be given. */
export async function confirm(cli: Cli, call: Call, question: Wording): Promise<void> {
  if (isOn(call, 'yes')) return;
  if (!cli.terminal.ask)
    throw new CliError(EXIT.usage, {
      en: `${question.en} Nobody can be asked here: add --yes.`,
      zh: `${question.zh} 此处无法询问：请加上 --yes。`,
    });
  if (!(await cli.terminal.ask(cli.say(question))))
    throw new CliError(EXIT.failure, { en: 'Nothing was done.', zh: '未执行任何操作。' });
}

/** Tells what a change would do instead of doing it. */
export function wouldDo(cli: Cli, what: Wording, request: object): ExitCode {
  cli.print({ dryRun: true, ...request }, () => `${cli.say({ en: 'Would: ', zh: '将会：' })}${cli.say(what)}\n`);
  return EXIT.ok;
}
