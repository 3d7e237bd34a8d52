import { changeStates } from '@isthmus/api-contract';
import type { ChangeAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment, orDash, reasonText, short } from '../../output/words.js';

/** `isthmus change list` */
export const listChanges: CliCommand = {
  usage: 'list',
  text: { en: 'changes, newest first', zh: '列出变更（新的在前）' },
  options: [
    { flags: '--state <state>', text: { en: 'only in this state', zh: '按状态筛选' }, choices: changeStates },
    { flags: '--connection <id>', text: { en: 'only of this connection', zh: '按连接筛选' } },
    { flags: '--stream <name>', text: { en: 'only of this stream', zh: '按数据流筛选' } },
    { flags: '--native-id <id>', text: { en: 'only of this native object', zh: '按原系统编号筛选' } },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = {
      state: textOf(call, 'state'),
      connection: textOf(call, 'connection'),
      stream: textOf(call, 'stream'),
      nativeId: textOf(call, 'nativeId'),
    };
    const page = await cli.hub().list<ChangeAnswer>('/changes', query, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'RECEIVED', zh: '收到于' }, text: (row) => moment(row.receivedAt) },
          { head: { en: 'FROM', zh: '来源' }, text: (row) => `${row.connectionId}/${row.stream}` },
          { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => row.nativeId },
          { head: { en: 'KIND', zh: '类型' }, text: (row) => row.kind },
          { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
          { head: { en: 'RECORD', zh: '记录' }, text: (row) => orDash(row.recordId) },
          {
            head: { en: 'WHY', zh: '原因' },
            text: (row) => (row.reason ? short(reasonText(row.reason, cli.language)) : ''),
          },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
