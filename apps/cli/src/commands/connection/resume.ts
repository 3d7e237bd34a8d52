import type { ConnectionAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, textOf, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { ONE_ENTITY } from './drain.js';

/** `isthmus connection resume` */
export const resumeConnection: CliCommand = {
  usage: 'resume <id>',
  text: { en: 'go on; what waited for a retry is tried at once', zh: '恢复连接；等待重试的工作立即执行' },
  options: [ONE_ENTITY, DRY_RUN],
  async run(cli, call) {
    const id = word(call, 0);
    const entity = textOf(call, 'entity');
    if (isOn(call, 'dryRun')) return wouldDo(cli, { en: `resume ${id}`, zh: `恢复 ${id}` }, { resume: id });
    const answer = await cli
      .hub()
      .post<ConnectionAnswer>(path`/connections/${id}/resume`, entity === undefined ? undefined : { entity });
    cli.print(answer, () => `${safeText(answer.id)}: ${answer.state}\n`);
    return EXIT.ok;
  },
};
