import type { DeleteBrakeAnswer } from '@isthmus/api-contract';
import { confirm, DRY_RUN, isOn, word, wouldDo, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';

/** `isthmus delete-brake release` */
export const releaseDeletes: CliCommand = {
  usage: 'release <id>',
  text: { en: 'let all held deletions happen', zh: '放行全部暂停的删除' },
  options: [DRY_RUN, YES],
  async run(cli, call) {
    const id = word(call, 0);
    const brake = await cli.hub().get<DeleteBrakeAnswer>(path`/delete-brakes/${id}`);
    const what = {
      en: `delete ${brake.held} ${brake.entity} that ${brake.connectionId} deleted`,
      zh: `删除 ${brake.connectionId} 已删除的 ${brake.held} 条 ${brake.entity}`,
    };
    if (isOn(call, 'dryRun')) return wouldDo(cli, what, { release: id, held: brake.held });
    await confirm(cli, call, { en: `Really ${what.en}?`, zh: `确定${what.zh}？` });
    const answer = await cli.hub().post<DeleteBrakeAnswer>(path`/delete-brakes/${id}/release`);
    cli.print(answer, () => `${answer.id}: ${answer.state}\n`);
    return EXIT.ok;
  },
};

/** `isthmus delete-brake reject` */
export const rejectDeletes: CliCommand = {
  usage: 'reject <id>',
  text: { en: 'keep all records whose deletion is held', zh: '拒绝全部暂停的删除，保留记录' },
  options: [
    {
      flags: '--recreate',
      text: { en: 'make the deleted objects anew in their system', zh: '在该系统中重新建立已删除的对象' },
    },
    DRY_RUN,
  ],
  async run(cli, call) {
    const [id, recreate] = [word(call, 0), isOn(call, 'recreate')];
    if (isOn(call, 'dryRun'))
      return wouldDo(cli, { en: `reject the deletions of ${id}`, zh: `拒绝第 ${id} 批删除` }, { reject: id, recreate });
    const answer = await cli.hub().post<DeleteBrakeAnswer>(path`/delete-brakes/${id}/reject`, { recreate });
    cli.print(answer, () => `${answer.id}: ${answer.state}\n`);
    return EXIT.ok;
  },
};
