import type { MergeReportAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { confirm, DRY_RUN, isOn, textOf, word, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { orDash, valueText } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

/** `isthmus record merge` */
export const mergeRecord: CliCommand = {
  usage: 'merge <survivor> <other>',
  text: { en: 'make two records one; the preview comes first', zh: '合并两条记录（先显示预览）' },
  options: [
    {
      flags: '--take <pointers>',
      text: {
        en: 'fields of the other one to take, comma-separated: /displayName,/note',
        zh: '采用另一条记录的字段，逗号分隔：/displayName,/note',
      },
    },
    { flags: '--remove-doubles', text: { en: 'delete second copies in one system', zh: '删除同一系统中的第二份数据' } },
    YES,
    DRY_RUN,
  ],
  async run(cli, call) {
    const survivor = await findRecordId(cli, word(call, 0));
    const other = await findRecordId(cli, word(call, 1));
    const taken = (textOf(call, 'take') ?? '').split(',').filter((pointer) => pointer !== '');
    const order = {
      other,
      fields: Object.fromEntries(taken.map((pointer) => [pointer, 'other'])),
      ...(isOn(call, 'removeDoubles') && { doubles: 'remove' }),
    };
    const address = path`/records/${survivor}/merge`;
    const preview = await cli.hub().post<MergeReportAnswer>(address, { ...order, dryRun: true });
    if (isOn(call, 'dryRun')) {
      cli.print(preview, () => mergeText(cli, preview));
      return EXIT.ok;
    }
    if (!isOn(call, 'yes')) cli.terminal.err(mergeText(cli, preview));
    await confirm(cli, call, { en: 'Merge them?', zh: '确定合并？' });
    const answer = await cli.hub().post<MergeReportAnswer>(address, order);
    cli.print(answer, () => mergeText(cli, answer));
    return EXIT.ok;
  },
};

function mergeText(cli: Cli, report: MergeReportAnswer): string {
  const { say } = cli;
  const fields = cli.table(
    [
      { head: { en: 'FIELD', zh: '字段' }, text: (row: MergeReportAnswer['fields'][number]) => row.pointer },
      { head: { en: 'SURVIVOR', zh: '保留方' }, text: (row) => valueText(row.survivor) },
      { head: { en: 'OTHER', zh: '另一方' }, text: (row) => valueText(row.other) },
      { head: { en: 'TAKES', zh: '采用' }, text: (row) => row.takes },
    ],
    report.fields,
  );
  const replicas = cli.table(
    [
      {
        head: { en: 'COPY IN', zh: '副本' },
        text: (row: MergeReportAnswer['replicas'][number]) => `${row.connectionId}/${row.stream}`,
      },
      { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => orDash(row.nativeId) },
      { head: { en: 'OF', zh: '属于' }, text: (row) => row.of },
      { head: { en: 'THEN', zh: '之后' }, text: (row) => row.what },
    ],
    report.replicas,
  );
  const against = report.contradictions.join(', ');
  const warning =
    against === ''
      ? ''
      : `${cli.colours.yellow(say({ en: `They differ in ${against}: look twice.`, zh: `${against} 不一致，请仔细核对。` }))}\n`;
  const count = report.references.count;
  const references = say({ en: `${count} record(s) refer to the other one.`, zh: `${count} 条记录引用了另一方。` });
  return [fields, replicas, `${safeText(references)}\n${warning}`].join('\n');
}
