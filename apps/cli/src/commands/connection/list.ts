import { connectionStates } from '@isthmus/api-contract';
import type { ConnectionAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment, reasonText } from '../../output/words.js';

/** `isthmus connection list` */
export const listConnections: CliCommand = {
  usage: 'list',
  text: { en: 'connections and their state', zh: '列出连接及其状态' },
  options: [
    { flags: '--state <state>', text: { en: 'only in this state', zh: '按状态筛选' }, choices: connectionStates },
    { flags: '--connector <id>', text: { en: 'only of this connector', zh: '按连接器筛选' } },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = { state: textOf(call, 'state'), connector: textOf(call, 'connector') };
    const page = await cli.hub().list<ConnectionAnswer>('/connections', query, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'CONNECTOR', zh: '连接器' }, text: (row) => row.connector },
          { head: { en: 'TITLE', zh: '名称' }, text: (row) => row.title },
          {
            head: { en: 'STATE', zh: '状态' },
            text: (row) => row.state,
            paint: (text, row) => (row.state === 'active' ? cli.colours.green : cli.colours.yellow)(text),
          },
          { head: { en: 'LAST SUCCESS', zh: '上次成功' }, text: (row) => moment(row.lastSuccessAt) },
          { head: { en: 'LAST WEBHOOK', zh: '上次回调' }, text: (row) => moment(row.lastWebhookAt) },
          {
            head: { en: 'WHY', zh: '原因' },
            text: (row) => (row.state === 'active' ? '' : reasonText(row.stateReason, cli.language)),
          },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
