import type { ChangeAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** `isthmus change replay` */
export const replayChange: CliCommand = {
  usage: 'replay <id>',
  text: { en: 'try a change again after its cause is gone', zh: '原因消除后重新处理一条变更' },
  options: [DRY_RUN],
  async run(cli, call) {
    const id = word(call, 0);
    if (isOn(call, 'dryRun')) {
      const change = await cli.hub().get<ChangeAnswer>(path`/changes/${id}`);
      const { state } = change;
      return wouldDo(
        cli,
        { en: `replay change ${id} (${state})`, zh: `重新处理变更 ${id}（${state}）` },
        { replay: id, state },
      );
    }
    const answer = await cli.hub().post<ChangeAnswer>(path`/changes/${id}/replay`);
    cli.print(answer, () => `${safeText(answer.id)}: ${answer.state}\n`);
    return EXIT.ok;
  },
};
