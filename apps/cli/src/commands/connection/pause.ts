import type { ConnectionAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, textOf, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { ONE_ENTITY } from './drain.js';

/** `isthmus connection pause` */
export const pauseConnection: CliCommand = {
  usage: 'pause <id>',
  text: { en: 'stop all work on it; what is owed stays owed', zh: '暂停该连接；未完成的工作会保留' },
  options: [ONE_ENTITY, { flags: '--reason <text>', text: { en: 'why, for the others', zh: '暂停原因' } }, DRY_RUN],
  async run(cli, call) {
    const id = word(call, 0);
    const body = { reason: textOf(call, 'reason'), entity: textOf(call, 'entity') };
    if (isOn(call, 'dryRun')) return wouldDo(cli, { en: `pause ${id}`, zh: `暂停 ${id}` }, { pause: id, ...body });
    const answer = await cli.hub().post<ConnectionAnswer>(path`/connections/${id}/pause`, body);
    cli.print(answer, () => `${safeText(answer.id)}: ${answer.state}\n`);
    return EXIT.ok;
  },
};
