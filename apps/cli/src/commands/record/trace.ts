import type { TrailStep } from '@isthmus/api-contract';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { moment, orDash } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

/** `isthmus record trace` */
export const traceRecord: CliCommand = {
  usage: 'trace <id>',
  text: { en: 'the way of a record through the hub, in time order', zh: '按时间顺序显示记录在中枢内的经过' },
  async run(cli, call) {
    const id = await findRecordId(cli, word(call, 0));
    const trail = await cli
      .hub()
      .get<{ recordId: string; items: readonly TrailStep[]; truncated: boolean }>(path`/records/${id}/trail`);
    cli.print(trail, () =>
      cli.table(
        [
          { head: { en: 'AT', zh: '时间' }, text: (step) => moment(step.at) },
          { head: { en: 'STEP', zh: '步骤' }, text: (step) => step.kind },
          { head: { en: 'CONNECTION', zh: '连接' }, text: (step) => orDash(step.connectionId) },
          { head: { en: 'OUTCOME', zh: '结果' }, text: (step) => step.outcome },
          { head: { en: 'IN WORDS', zh: '说明' }, text: (step) => cli.say(step.words) },
        ],
        trail.items,
      ),
    );
    if (trail.truncated) cli.hint({ en: 'The oldest steps are not shown.', zh: '最早的步骤未显示。' });
    return EXIT.ok;
  },
};
