import { dirname, join } from 'node:path';
import { suggestRules } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';
import { findingLine } from './finding-line.js';
import { mappingInput } from './load-mapping-file.js';
import { mappingFileOf, rowsOfFile } from './mapping-files.js';

/** `isthmus mapping suggest`: each field as a comment with reasons, the best rule below it, others commented out. */
export function suggestRulesFor(cli: Cli, word: string, rowsFile: string | undefined): ExitCode {
  const { folder } = cli.terminal;
  const file = mappingFileOf(word, folder);
  const beside = file.samples && join(dirname(file.shown), file.samples.shown.split(/[\\/]/).at(-1) ?? '');
  const from = rowsFile ?? beside;
  const rows = from === undefined ? [] : rowsOfFile(from, folder);
  const { suggestions, findings } = suggestRules(mappingInput(file), { rows });
  if (!suggestions) {
    cli.printLines(findings, () => findings.map((finding) => `${findingLine(cli, finding)}\n`).join(''));
    return EXIT.usage;
  }
  cli.printLines(suggestions, () =>
    suggestions
      .flatMap(({ native, at, rules }) => [
        `# ${safeText(native)} (${at})`,
        ...rules.flatMap(({ score, reasons, yaml }, index) => [
          `#   ${score.toFixed(2)}: ${safeText(reasons.map(cli.say).join('; '))}`,
          `${index === 0 ? '' : '# '}${safeText(yaml)}`,
        ]),
      ])
      .map((line) => `${line}\n`)
      .join(''),
  );
  cli.hint({
    en: `${suggestions.length} fields; nothing was changed`,
    zh: `共 ${suggestions.length} 个字段；未做任何修改`,
  });
  return EXIT.ok;
}
