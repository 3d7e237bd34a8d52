import type { DeadLetterAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment, orDash, short } from '../../output/words.js';
import { CAUSE_OPTIONS, causeOf } from './filter.js';

/** `isthmus dead-letter list` */
export const listDeadLetters: CliCommand = {
  usage: 'list',
  text: { en: 'each dead letter, oldest first', zh: '逐条列出（旧的在前）' },
  options: [...CAUSE_OPTIONS, ...LIST_OPTIONS],
  async run(cli, call) {
    const page = await cli.hub().list<DeadLetterAnswer>('/dead-letters', causeOf(call), limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'STAGE', zh: '阶段' }, text: (row) => row.stage },
          { head: { en: 'CODE', zh: '代码' }, text: (row) => row.code },
          { head: { en: 'WHERE', zh: '位置' }, text: (row) => `${row.connectionId}/${row.stream}` },
          { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => orDash(row.nativeId) },
          { head: { en: 'SINCE', zh: '始于' }, text: (row) => moment(row.since) },
          { head: { en: 'WHY', zh: '原因' }, text: (row) => (row.message ? short(cli.say(row.message)) : '') },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
