import type { ConflictAnswer } from '@isthmus/api-contract';
import { CliError } from '../../cli-error.js';
import { DRY_RUN, isOn, textOf, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** `isthmus conflict decide` */
export const decideConflict: CliCommand = {
  usage: 'decide <id>',
  text: {
    en: "keep the record's value or take the incoming one; every system follows",
    zh: '保留记录值或采用来值；各系统随之更新',
  },
  options: [
    {
      flags: '--take <side>',
      text: { en: 'whose value holds (required)', zh: '以哪一方的值为准（必填）' },
      choices: ['record', 'incoming'],
    },
    DRY_RUN,
  ],
  async run(cli, call) {
    const id = word(call, 0);
    const take = textOf(call, 'take');
    if (take === undefined)
      throw new CliError(EXIT.usage, {
        en: 'Say whose value holds: --take record or --take incoming.',
        zh: '请指定以哪一方为准：--take record 或 --take incoming。',
      });
    if (isOn(call, 'dryRun'))
      return wouldDo(
        cli,
        { en: `decide conflict ${id}: take ${take}`, zh: `裁决冲突 ${id}：采用 ${take}` },
        { decide: id, take },
      );
    const answer = await cli.hub().post<ConflictAnswer>(path`/conflicts/${id}/decide`, { take });
    cli.print(answer, () => `${safeText(`${answer.id} ${answer.pointer}: ${answer.state}`)}\n`);
    return EXIT.ok;
  },
};
