import type { ConnectionAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, textOf, word, wouldDo } from '../../command.js';
import type { CliCommand, CliOption } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** Narrows pausing, draining and resuming to one entity of the connection. */
export const ONE_ENTITY: CliOption = {
  flags: '--entity <name>',
  text: { en: 'only this entity of it', zh: '仅限该连接的此实体' },
};

/** `isthmus connection drain` */
export const drainConnection: CliCommand = {
  usage: 'drain <id>',
  text: { en: 'read nothing new, finish what is open, then pause', zh: '不再读取新数据，处理完未完成的工作后暂停' },
  options: [ONE_ENTITY, { flags: '--reason <text>', text: { en: 'why, for the others', zh: '原因' } }, DRY_RUN],
  async run(cli, call) {
    const id = word(call, 0);
    const body = { reason: textOf(call, 'reason'), entity: textOf(call, 'entity') };
    if (isOn(call, 'dryRun')) return wouldDo(cli, { en: `drain ${id}`, zh: `排空 ${id}` }, { drain: id, ...body });
    const answer = await cli.hub().post<ConnectionAnswer>(path`/connections/${id}/drain`, body);
    cli.print(answer, () => `${safeText(answer.id)}: ${answer.state}\n`);
    return EXIT.ok;
  },
};
