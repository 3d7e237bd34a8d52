import type { RestorationAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, textOf, word, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { orDash, valueText } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

/** `isthmus record restore` */
export const restoreRecord: CliCommand = {
  usage: 'restore <id>',
  text: { en: 'give a record the values of an earlier version back', zh: '将记录恢复到较早版本的值' },
  options: [
    {
      flags: '--to <version>',
      text: { en: 'the version (isthmus record history)', zh: '版本号（见 isthmus record history）' },
    },
    { flags: '--fields <pointers>', text: { en: 'only these fields, with commas', zh: '只恢复这些字段（逗号分隔）' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const id = await findRecordId(cli, word(call, 0));
    const version = Number(textOf(call, 'to'));
    if (!Number.isInteger(version) || version < 1)
      throw new CliError(EXIT.usage, { en: 'Say which: --to <version>.', zh: '请指定版本：--to <版本号>。' });
    const fields = textOf(call, 'fields')
      ?.split(',')
      .map((field) => field.trim());
    const order = { version, ...(fields && { fields }) };
    const address = path`/records/${id}/restore`;
    const preview = await cli.hub().post<RestorationAnswer>(address, { ...order, dryRun: true });
    if (isOn(call, 'dryRun') || preview.fields.length === 0) {
      show(cli, preview);
      return EXIT.ok;
    }
    if (!isOn(call, 'yes')) show(cli, preview);
    await confirm(cli, call, {
      en: `Give ${preview.fields.length} fields back as they were in version ${version}?`,
      zh: `将 ${preview.fields.length} 个字段恢复为版本 ${version} 的值？`,
    });
    const done = await cli.hub().post<RestorationAnswer>(address, order, preview.fromVersion);
    cli.print(
      done,
      () => `${cli.say({ en: `Version ${done.version} holds now.`, zh: `现为版本 ${done.version}。` })}\n`,
    );
    return EXIT.ok;
  },
};

function show(cli: Cli, preview: RestorationAnswer): void {
  cli.print(preview, () =>
    cli.table(
      [
        { head: { en: 'FIELD', zh: '字段' }, text: (field: RestorationAnswer['fields'][number]) => field.pointer },
        { head: { en: 'NOW', zh: '现值' }, text: (field) => valueText(field.before) },
        { head: { en: 'RESTORED', zh: '恢复为' }, text: (field) => valueText(field.after) },
        { head: { en: 'SET BY', zh: '设定者' }, text: (field) => orDash(field.setBy ?? undefined) },
        {
          head: { en: 'EDITS LOST', zh: '将丢失的修改' },
          text: (field) => field.edits.map((edit) => `v${edit.version} ${edit.actor}`).join(', '),
        },
      ],
      preview.fields,
    ),
  );
}
