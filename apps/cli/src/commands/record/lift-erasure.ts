import type { ErasureAnswer, RecordAnswer } from '@isthmus/api-contract';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, word, wouldDo, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { REASON, reasonOf } from './erase.js';

/** `isthmus record lift-erasure` */
export const liftErasure: CliCommand = {
  usage: 'lift-erasure <record>',
  text: {
    en: 'let systems tell of an erased person again; what they tell makes a new record',
    zh: '允许系统重新报告已删除的个人，将建立新记录',
  },
  options: [REASON, DRY_RUN, YES],
  async run(cli, call) {
    const reason = reasonOf(call);
    const id = word(call, 0);
    const { erased } = await cli.hub().get<RecordAnswer>(path`/records/${id}`);
    if (!erased) throw new CliError(EXIT.usage, { en: 'This record was not erased.', zh: '该记录未被删除个人信息。' });
    if (isOn(call, 'dryRun'))
      return wouldDo(
        cli,
        { en: `lift erasure ${erased.id}`, zh: `解除删除任务 ${erased.id}` },
        { lift: erased.id, reason },
      );
    await confirm(cli, call, { en: 'Lift the erasure?', zh: '确定解除？' });
    const answer = await cli.hub().post<ErasureAnswer>(path`/erasures/${String(erased.id)}/lift`, { reason });
    cli.print(answer, () => `${cli.say({ en: 'Lifted.', zh: '已解除。' })}\n`);
    return EXIT.ok;
  },
};
