import { publicationModes } from '@isthmus/api-contract';
import type { MappingPublished, MappingRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, textOf, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { preview } from './preview.js';
import { changesAnything, exitCodeOf, followRun, runText } from './run-report.js';
import { placeOf, readMapping, requireDraft } from './stream-mapping.js';

/** `isthmus mapping publish` */
export const publishMapping: CliCommand = {
  usage: 'publish <connection> <stream>',
  text: {
    en: 'preview the draft, ask, and put it to use; exit 3 when records were left out, 7 when somebody else was first',
    zh: '预览草稿、确认并发布；有记录未处理时退出码为 3，被他人抢先时为 7',
  },
  options: [
    {
      flags: '--mode <mode>',
      text: {
        en: 'new-only (default): only later changes use it; resync: what is stored as well',
        zh: 'new-only（默认）：仅用于后续变更；resync：同时应用于已存数据',
      },
      choices: publicationModes,
    },
    { flags: '--force', text: { en: 'also over what was published meanwhile', zh: '即使其间已有其他发布' } },
    { flags: '--note <text>', text: { en: 'why, for the others', zh: '发布说明' } },
    { flags: '--no-wait', text: { en: 'do not wait until everything is written', zh: '不等待写入完成' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const place = placeOf(call);
    const { revision } = requireDraft(await readMapping(cli, place));
    const mode = textOf(call, 'mode') ?? 'new-only';
    const shown = await preview(cli, place);
    if (shown.state !== 'done') return broken(cli, shown);
    if (isOn(call, 'dryRun')) {
      cli.print({ dryRun: true, publish: { ...place, mode }, preview: shown }, () => runText(cli, shown));
      return changesAnything(shown) ? EXIT.differences : EXIT.ok;
    }
    if (!isOn(call, 'yes') && cli.terminal.ask) cli.terminal.err(runText(cli, shown));
    await confirm(cli, call, {
      en: `Publish the draft of ${place.connection}/${place.stream} (${mode})?`,
      zh: `发布 ${place.connection}/${place.stream} 的草稿（${mode}）？`,
    });
    const note = textOf(call, 'note');
    const body = { mode, preview: shown.id, ...(isOn(call, 'force') && { force: true }), ...(note && { note }) };
    const published = await cli.hub().post<MappingPublished>(`${place.at}/draft/publish`, body, revision);
    const run =
      published.run === null || call.options['wait'] === false
        ? undefined
        : await followRun(cli, place, published.run, true);
    const done = {
      en: `Publication ${published.publication.id} is in use.`,
      zh: `发布 ${published.publication.id} 已生效。`,
    };
    cli.print({ ...published, ...(run && { result: run }) }, () => `${cli.say(done)}\n${run ? runText(cli, run) : ''}`);
    return run ? exitCodeOf(run) : EXIT.ok;
  },
};

function broken(cli: Cli, run: MappingRunAnswer): ExitCode {
  cli.print(run, () => runText(cli, run));
  throw new CliError(EXIT.failure, {
    en: 'The preview did not come to its end; nothing was published.',
    zh: '预览未完成，未发布任何内容。',
  });
}
