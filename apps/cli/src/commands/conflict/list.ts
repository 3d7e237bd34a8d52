import { conflictStates } from '@isthmus/api-contract';
import type { ConflictAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment, valueText } from '../../output/words.js';
import { CONFLICT_FILTER, conflictFilter } from './decision.js';

/** `isthmus conflict list` */
export const listConflicts: CliCommand = {
  usage: 'list',
  text: { en: 'open conflicts, newest first', zh: '列出未决冲突（新的在前）' },
  options: [
    {
      flags: '--state <state>',
      text: { en: 'in this state (default open)', zh: '按状态筛选（默认 open）' },
      choices: conflictStates,
    },
    ...CONFLICT_FILTER,
    { flags: '--policy <policy>', text: { en: 'only that this policy decided', zh: '按策略筛选' } },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = {
      state: textOf(call, 'state') ?? 'open',
      ...conflictFilter(call),
      policy: textOf(call, 'policy'),
    };
    const page = await cli.hub().list<ConflictAnswer>('/conflicts', query, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'RECORD', zh: '记录' }, text: (row) => `${row.entity} ${row.label}` },
          { head: { en: 'FIELD', zh: '字段' }, text: (row) => row.pointer },
          { head: { en: 'RECORD HAS', zh: '记录值' }, text: (row) => valueText(row.recordValue) },
          { head: { en: 'INCOMING', zh: '来值' }, text: (row) => valueText(row.incomingValue) },
          { head: { en: 'FROM', zh: '来源' }, text: (row) => row.connectionId },
          { head: { en: 'AT', zh: '时间' }, text: (row) => moment(row.at) },
          { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
          { head: { en: 'WHY', zh: '依据' }, text: (row) => [row.policy, row.why].filter(Boolean).join(': ') },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
