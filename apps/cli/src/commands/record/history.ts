import type { FieldDifference, RecordVersionAnswer } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { moment, orDash, valueText } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

interface Line {
  readonly version: RecordVersionAnswer;
  readonly difference: FieldDifference | undefined;
  readonly isFirst: boolean;
}

/** `isthmus record history` */
export const recordHistory: CliCommand = {
  usage: 'history <id>',
  text: { en: 'versions, newest first: who changed what', zh: '历史版本（新的在前）：谁改了什么' },
  options: LIST_OPTIONS,
  async run(cli, call) {
    const id = await findRecordId(cli, word(call, 0));
    const page = await cli.hub().list<RecordVersionAnswer>(path`/records/${id}/history`, {}, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          {
            head: { en: 'VERSION', zh: '版本' },
            text: ({ version, isFirst }: Line) => (isFirst ? String(version.version) : ''),
          },
          { head: { en: 'AT', zh: '时间' }, text: ({ version, isFirst }) => (isFirst ? moment(version.at) : '') },
          { head: { en: 'BY', zh: '来源' }, text: ({ version, isFirst }) => (isFirst ? version.actor : '') },
          { head: { en: 'FIELD', zh: '字段' }, text: ({ difference }) => orDash(difference?.pointer) },
          { head: { en: 'BEFORE', zh: '更改前' }, text: ({ difference }) => valueText(difference?.before) },
          { head: { en: 'AFTER', zh: '更改后' }, text: ({ difference }) => valueText(difference?.after) },
        ],
        page.items.flatMap(linesOf),
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};

function linesOf(version: RecordVersionAnswer): readonly Line[] {
  const differences = version.differences.length === 0 ? [undefined] : version.differences;
  return differences.map((difference, index) => ({ version, difference, isFirst: index === 0 }));
}
