import { confirmFlow } from './confirm.js';
import { flowMatching } from './matching.js';
import type { FlowAnswer } from '@isthmus/api-contract';
import { DRY_RUN, hintMore, isOn, LIST_OPTIONS, limitOf, textOf, word, wouldDo } from '../../command.js';
import type { CliCommand, CommandGroup } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { moment, reasonText } from '../../output/words.js';

/** `isthmus flow list` */
export const listFlows: CliCommand = {
  usage: 'list',
  text: { en: 'flows and their state', zh: '列出流程及其状态' },
  options: LIST_OPTIONS,
  async run(cli, call) {
    const page = await cli.hub().list<FlowAnswer>('/flows', {}, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'ENTITY', zh: '实体' }, text: (row) => row.entity },
          {
            head: { en: 'STATE', zh: '状态' },
            text: (row) => row.state,
            paint: (text, row) => (row.state === 'active' ? cli.colours.green : cli.colours.yellow)(text),
          },
          { head: { en: 'SINCE', zh: '自' }, text: (row) => moment(row.stateSince) },
          {
            head: { en: 'WHY', zh: '原因' },
            text: (row) => (row.stateReason ? reasonText(row.stateReason, cli.language) : ''),
          },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};

function steer(verb: 'pause' | 'drain' | 'resume', en: string, zh: string): CliCommand {
  const reason = { flags: '--reason <text>', text: { en: 'why, for the others', zh: '原因' } };
  return {
    usage: `${verb} <id>`,
    text: { en, zh },
    options: verb === 'resume' ? [DRY_RUN] : [reason, DRY_RUN],
    async run(cli, call) {
      const id = word(call, 0);
      const why = textOf(call, 'reason');
      if (isOn(call, 'dryRun')) return wouldDo(cli, { en: `${verb} ${id}`, zh: `${zh} ${id}` }, { [verb]: id });
      const body = verb === 'resume' || why === undefined ? undefined : { reason: why };
      const answer = await cli.hub().post<FlowAnswer>(path`/flows/${id}/${verb}`, body);
      cli.print(answer, () => `${safeText(answer.id)}: ${answer.state}\n`);
      return EXIT.ok;
    },
  };
}

/** `isthmus flow` */
export const flow: CommandGroup = {
  name: 'flow',
  text: { en: 'what moves between which connections', zh: '同步流程' },
  commands: [
    listFlows,
    steer('pause', 'store what comes, merge and deliver nothing', '暂停流程'),
    steer('drain', 'read nothing new, finish what is open, then pause', '排空流程'),
    steer('resume', 'go on', '恢复流程'),
    flowMatching,
    confirmFlow,
  ],
};
