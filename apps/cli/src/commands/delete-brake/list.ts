import type { DeleteBrakeAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment } from '../../output/words.js';

/** `isthmus delete-brake list` */
export const listDeleteBrakes: CliCommand = {
  usage: 'list',
  text: { en: 'stopped mass deletions, newest first', zh: '列出被拦截的大量删除（新的在前）' },
  options: [
    {
      flags: '--state <state>',
      text: { en: 'only in this state', zh: '按状态筛选' },
      choices: ['on', 'released', 'rejected'],
    },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = { state: textOf(call, 'state') };
    const page = await cli.hub().list<DeleteBrakeAnswer>('/delete-brakes', query, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'CONNECTION', zh: '连接' }, text: (row) => row.connectionId },
          { head: { en: 'ENTITY', zh: '实体' }, text: (row) => row.entity },
          { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
          { head: { en: 'HELD', zh: '暂停' }, text: (row) => String(row.held) },
          { head: { en: 'OF', zh: '总数' }, text: (row) => String(row.population) },
          { head: { en: 'SINCE', zh: '自' }, text: (row) => moment(row.since) },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
