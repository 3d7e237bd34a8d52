import type { MappingPublished } from '@isthmus/api-contract';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, wouldDo, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { exitCodeOf, followRun, runText } from './run-report.js';
import { placeOf, readMapping } from './stream-mapping.js';

/** `isthmus mapping rollback` */
export const rollbackMapping: CliCommand = {
  usage: 'rollback <connection> <stream>',
  text: {
    en: 'take the publication in use out of use; --undo also takes back what it changed (exit 3 when not everything could be)',
    zh: '撤下使用中的发布；--undo 同时撤销其更改（未能全部撤销时退出码为 3）',
  },
  options: [
    {
      flags: '--undo',
      text: { en: 'give fields that nobody changed since their values back', zh: '恢复此后未被修改的字段' },
    },
    { flags: '--no-wait', text: { en: 'do not wait until everything is written', zh: '不等待写入完成' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const place = placeOf(call);
    const { publication } = await readMapping(cli, place);
    if (publication === null)
      throw new CliError(EXIT.usage, { en: 'Nothing is published there.', zh: '该数据流没有发布。' });
    const undo = isOn(call, 'undo');
    const what = {
      en: `roll back publication ${publication}${undo ? ' and undo what it changed' : ''}`,
      zh: `回滚发布 ${publication}${undo ? '并撤销其更改' : ''}`,
    };
    if (isOn(call, 'dryRun')) return wouldDo(cli, what, { rollback: { ...place, publication, undo } });
    await confirm(cli, call, { en: `${what.en}?`, zh: `${what.zh}？` });
    const done = await cli.hub().post<MappingPublished>(`${place.at}/rollback`, { publication, undo });
    const run =
      done.run === null || call.options['wait'] === false ? undefined : await followRun(cli, place, done.run, true);
    const words = { en: `Version ${done.version} is in use.`, zh: `版本 ${done.version} 已生效。` };
    cli.print({ ...done, ...(run && { result: run }) }, () => `${cli.say(words)}\n${run ? runText(cli, run) : ''}`);
    return run ? exitCodeOf(run) : EXIT.ok;
  },
};
