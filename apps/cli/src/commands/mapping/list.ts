import type { StreamMapping } from '@isthmus/api-contract';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { orDash } from '../../output/words.js';

/** `isthmus mapping list` */
export const listMappings: CliCommand = {
  usage: 'list <connection>',
  text: { en: "mappings of a connection's streams in the hub", zh: '列出连接各数据流在中枢中的映射' },
  async run(cli, call) {
    const answer = await cli
      .hub()
      .get<{ items: readonly StreamMapping[] }>(path`/connections/${word(call, 0)}/mappings`);
    cli.print(answer, () =>
      cli.table(
        [
          { head: { en: 'STREAM', zh: '数据流' }, text: (row: StreamMapping) => row.stream },
          { head: { en: 'ENTITY', zh: '实体' }, text: (row) => orDash(row.entity) },
          { head: { en: 'FROM', zh: '来源' }, text: (row) => orDash(row.origin) },
          { head: { en: 'VERSION', zh: '版本' }, text: (row) => orDash(row.version) },
          { head: { en: 'PUBLICATION', zh: '发布' }, text: (row) => orDash(row.publication) },
          { head: { en: 'DRAFT', zh: '草稿' }, text: (row) => (row.hasDraft ? '*' : '') },
          {
            head: { en: 'NOTE', zh: '备注' },
            text: (row) => (row.changedBeneath ? cli.say({ en: 'changed beneath', zh: '下层已变化' }) : ''),
            paint: (text) => cli.colours.yellow(text),
          },
        ],
        answer.items,
      ),
    );
    return EXIT.ok;
  },
};
