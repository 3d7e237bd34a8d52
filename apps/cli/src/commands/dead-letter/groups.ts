import type { DeadLetterGroup } from '@isthmus/api-contract';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment, orDash, short } from '../../output/words.js';
import { CAUSE_OPTIONS, causeOf } from './filter.js';

/** `isthmus dead-letter groups` */
export const groupDeadLetters: CliCommand = {
  usage: 'groups',
  text: { en: 'causes with their counts: fix once, release all', zh: '按原因分组：修正一次，全部放行' },
  options: CAUSE_OPTIONS,
  async run(cli, call) {
    const query = { ...causeOf(call), groupBy: 'cause' };
    const answer = await cli.hub().get<{ items: readonly DeadLetterGroup[]; total: number }>('/dead-letters', query);
    cli.print(answer, () =>
      cli.table(
        [
          { head: { en: 'CODE', zh: '代码' }, text: (row) => row.code },
          { head: { en: 'WHERE', zh: '位置' }, text: (row) => `${row.connectionId} ${row.entity}` },
          { head: { en: 'FIELD', zh: '字段' }, text: (row) => orDash(row.path) },
          { head: { en: 'COUNT', zh: '数量' }, text: (row) => String(row.count) },
          { head: { en: 'FIRST', zh: '首次' }, text: (row) => moment(row.firstAt) },
          { head: { en: 'LAST', zh: '最近' }, text: (row) => moment(row.lastAt) },
          { head: { en: 'WHY', zh: '原因' }, text: (row) => (row.message ? short(cli.say(row.message)) : '') },
        ],
        answer.items,
      ),
    );
    if (answer.total > 0)
      cli.hint({
        en: `${answer.items.length} causes, ${answer.total} dead letters. After the fix: isthmus dead-letter replay --code <code>`,
        zh: `共 ${answer.items.length} 组 ${answer.total} 条。修正后执行：isthmus dead-letter replay --code <代码>`,
      });
    return EXIT.ok;
  },
};
