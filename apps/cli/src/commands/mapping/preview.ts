import type { MappingRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { DRY_RUN, isOn, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { changesAnything, followRun, runText } from './run-report.js';
import { placeOf } from './stream-mapping.js';
import type { StreamPlace } from './stream-mapping.js';

/** `isthmus mapping preview` */
export const previewMapping: CliCommand = {
  usage: 'preview <connection> <stream>',
  text: {
    en: 'count over all stored records what publishing the draft would change and write (exit 2 when anything)',
    zh: '统计发布草稿将更改和写入的全部内容（有变化时退出码为 2）',
  },
  options: [DRY_RUN],
  async run(cli, call) {
    const place = placeOf(call);
    const where = `${place.connection}/${place.stream}`;
    if (isOn(call, 'dryRun'))
      return wouldDo(cli, { en: `preview the draft of ${where}`, zh: `预览 ${where} 的草稿` }, { preview: where });
    const run = await preview(cli, place);
    cli.print(run, () => runText(cli, run));
    if (run.state !== 'done') return EXIT.failure;
    return changesAnything(run) || run.report.problems.count > 0 ? EXIT.differences : EXIT.ok;
  },
};

/** Has the draft previewed and waits for the end. */
export async function preview(cli: Cli, place: StreamPlace): Promise<MappingRunAnswer> {
  return followRun(cli, place, await cli.hub().post<MappingRunAnswer>(`${place.at}/draft/preview`));
}
