import type { MappingDiff } from '@isthmus/api-contract';
import { textOf, word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { placeOf } from './stream-mapping.js';

/** `isthmus mapping diff` */
export const diffMapping: CliCommand = {
  usage: 'diff <connection> <stream> [version]',
  text: {
    en: 'what a version (a number, draft, in-use, beneath; default draft) says otherwise; exit 2 when it differs',
    zh: '比较版本（版本号、draft、in-use、beneath；默认 draft）；有差异时退出码为 2',
  },
  options: [
    {
      flags: '--against <version>',
      text: { en: 'what to compare with (default in-use)', zh: '比较对象（默认 in-use）' },
    },
  ],
  async run(cli, call) {
    const { at } = placeOf(call);
    const version = word(call, 2) || 'draft';
    const query = { against: textOf(call, 'against') };
    const answer = await cli.hub().get<MappingDiff>(`${at}${path`/versions/${version}/diff`}`, query);
    cli.printLines(answer, () =>
      answer.diff
        .split('\n')
        .map((line) => paint(cli.colours, safeText(line)))
        .join('\n'),
    );
    return answer.diff === '' ? EXIT.ok : EXIT.differences;
  },
};

function paint(colours: { red(text: string): string; green(text: string): string }, line: string): string {
  if (line.startsWith('+')) return colours.green(line);
  return line.startsWith('-') ? colours.red(line) : line;
}
