import type { MatchingReport } from '@isthmus/api-contract';
import { confirm, DRY_RUN, isOn, word, wouldDo, YES } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { matchingText } from './matching.js';

/** `isthmus flow confirm` */
export const confirmFlow: CliCommand = {
  usage: 'confirm <id>',
  text: { en: 'let a flow write that waits for its first sync to be confirmed', zh: '确认首次同步，允许流程开始写入' },
  options: [
    {
      flags: '--incomplete',
      text: { en: 'although not everything was read yet', zh: '即使尚未全部读取' },
    },
    YES,
    DRY_RUN,
  ],
  async run(cli, call) {
    const id = word(call, 0);
    const report = await cli.hub().get<MatchingReport>(path`/flows/${id}/matching`);
    const sum = (name: 'creates' | 'updates'): number => report.writes.reduce((all, row) => all + row[name], 0);
    const what = {
      en: `let ${id} write: ${sum('creates')} to create, ${sum('updates')} to update`,
      zh: `允许 ${id} 写入：新建 ${sum('creates')}，更新 ${sum('updates')}`,
    };
    if (isOn(call, 'dryRun')) return wouldDo(cli, what, { confirm: id, digest: report.digest, writes: report.writes });
    if (!isOn(call, 'yes')) cli.terminal.err(matchingText(cli, report));
    await confirm(cli, call, { en: `Really ${what.en}?`, zh: `确定${what.zh}？` });
    const incomplete = isOn(call, 'incomplete') ? { incomplete: true as const } : {};
    const answer = await cli
      .hub()
      .post<MatchingReport>(path`/flows/${id}/matching/confirm`, { digest: report.digest, ...incomplete });
    cli.print(answer, () => `${matchingText(cli, answer)}`);
    return EXIT.ok;
  },
};
