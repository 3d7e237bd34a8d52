import type { Wording } from '@isthmus/api-contract';
import { Command, Option } from 'commander';
import { Cli } from './cli.js';
import type { CommonOptions } from './cli.js';
import type { Call, CliCommand, CommandGroup } from './command.js';
import { commands } from './commands/commands.js';
import type { ExitCode } from './exit-code.js';
import { inLanguage, LANGUAGES } from './language.js';
import type { Language } from './language.js';
import { shippedVersion } from './shipped-folder.js';
import type { Terminal } from './terminal.js';

const FOOT: Wording = {
  en: `
Environment:
  ISTHMUS_URL      address of the hub (default http://127.0.0.1:3000)
  ISTHMUS_API_KEY  API key; never given as an option
  NO_COLOR         no colours

Exit codes: 0 ok, 1 failure, 2 differences found, 3 some records wait for a person, 4 wrong usage or input,
5 key refused, 6 hub not reachable, 7 changed by somebody else meanwhile, 130 interrupted`,
  zh: `
环境变量：
  ISTHMUS_URL      中枢地址（默认 http://127.0.0.1:3000）
  ISTHMUS_API_KEY  API 密钥；不能作为选项给出
  NO_COLOR         不使用颜色

退出码：0 正常，1 失败，2 发现差异，3 部分记录需人工处理，4 用法或输入有误，
5 密钥被拒绝，6 无法连接中枢，7 已被他人更改，130 已中断`,
};

/** The parser with all commands. `ended` hears the exit code of the command that ran. */
export function buildProgram(terminal: Terminal, language: Language, ended: (code: ExitCode) => void): Command {
  const say = (wording: Wording): string => inLanguage(language, wording);
  const program = new Command('isthmus')
    .description(say({ en: 'Looks after an Isthmus hub.', zh: '管理 Isthmus 数据中枢。' }))
    .version(shippedVersion(), '-V, --version', say({ en: 'print the version', zh: '显示版本' }))
    .addHelpText('after', say(FOOT));
  addCommonOptions(program, say);
  const add = (parent: Command, command: CliCommand): void => {
    const own = parent.command(command.usage).description(say(command.text));
    for (const option of command.options ?? []) own.addOption(optionOf(option, say));
    own.configureHelp({ showGlobalOptions: true }).action(async (...given: unknown[]) => {
      // The parser takes options of the whole program also where they stand after the command.
      const cli = new Cli(terminal, language, program.opts<CommonOptions>());
      ended(await command.run(cli, callOf(own, given)));
    });
  };
  for (const entry of commands) {
    if (isGroup(entry)) {
      const group = program.command(entry.name).description(say(entry.text));
      for (const command of entry.commands) add(group, command);
    } else add(program, entry);
  }
  quieten(program, terminal, say);
  return program;
}

function isGroup(entry: CliCommand | CommandGroup): entry is CommandGroup {
  return 'commands' in entry;
}

function optionOf(
  { flags, text, choices }: { flags: string; text: Wording; choices?: readonly string[] },
  say: (wording: Wording) => string,
): Option {
  const option = new Option(flags, say(text));
  return choices ? option.choices(choices) : option;
}

function addCommonOptions(program: Command, say: (wording: Wording) => string): void {
  program
    .addOption(
      optionOf(
        {
          flags: '-o, --output <format>',
          text: { en: 'how to print (table on a terminal, else json)', zh: '输出格式（终端为 table，否则为 json）' },
          choices: ['table', 'json'],
        },
        say,
      ),
    )
    .option('--json', say({ en: 'the same as -o json', zh: '等同于 -o json' }))
    .addOption(optionOf({ flags: '--lang <language>', text: { en: 'language', zh: '语言' }, choices: LANGUAGES }, say))
    .option('--url <address>', say({ en: 'address of the hub', zh: '中枢地址' }))
    .option('--quiet', say({ en: 'data only, no hints', zh: '只输出数据，不显示提示' }))
    .option('--no-color', say({ en: 'no colours', zh: '不使用颜色' }));
}

/** Arguments as flat words: those of `[paths...]` come as a list. The last two that the parser hands over are its own. */
function callOf(command: Command, given: readonly unknown[]): Call {
  const words = given.slice(0, -2).flatMap((word) => (Array.isArray(word) ? (word as unknown[]) : [word]));
  return { words: words.filter((word) => typeof word === 'string'), options: command.opts() };
}

/** Nothing may write or exit past the terminal that was handed in. */
function quieten(command: Command, terminal: Terminal, say: (wording: Wording) => string): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .helpOption('-h, --help', say({ en: 'show help', zh: '显示帮助' }))
    .helpCommand(false)
    .showSuggestionAfterError(true);
  for (const child of command.commands) quieten(child, terminal, say);
}
