import type { RecordAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { findRecordId } from './find-record-id.js';

/** `isthmus record undelete` */
export const undeleteRecord: CliCommand = {
  usage: 'undelete <record>',
  text: {
    en: 'take a deleted or archived record up again; deleted copies are made anew',
    zh: '恢复已删除或已归档的记录，并重新建立被删除的副本',
  },
  options: [DRY_RUN],
  async run(cli, call) {
    const id = await findRecordId(cli, word(call, 0));
    if (isOn(call, 'dryRun')) return wouldDo(cli, { en: `undelete ${id}`, zh: `恢复 ${id}` }, { undelete: id });
    const record = await cli.hub().post<RecordAnswer>(path`/records/${id}/undelete`);
    cli.print(record, () => `${safeText(record.label)}: ${record.recordStatus} v${record.version}\n`);
    return EXIT.ok;
  },
};
