import type { UnmergeReportAnswer } from '@isthmus/api-contract';
import { DRY_RUN, isOn, word, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** `isthmus record unmerge` */
export const unmergeRecord: CliCommand = {
  usage: 'unmerge <id>',
  text: { en: 'take a merged record out of the one that it was merged into', zh: '撤销合并：将被合并的记录恢复' },
  options: [DRY_RUN],
  async run(cli, call) {
    const id = word(call, 0);
    if (isOn(call, 'dryRun'))
      return wouldDo(cli, { en: `undo the merge of ${id}`, zh: `撤销 ${id} 的合并` }, { unmerge: id });
    const answer = await cli.hub().post<UnmergeReportAnswer>(path`/records/${id}/unmerge`);
    cli.print(answer, () => {
      const { say } = cli;
      const head = say({
        en: `${answer.replicas.length} copies and ${answer.references} reference(s) went back.`,
        zh: `已恢复 ${answer.replicas.length} 份副本和 ${answer.references} 处引用。`,
      });
      const changes = cli.table(
        [
          {
            head: { en: 'CHANGED SINCE', zh: '其间的变更' },
            text: (row: UnmergeReportAnswer['changes'][number]) => row.pointer,
          },
          { head: { en: 'STAYS WITH', zh: '归属' }, text: (row) => row.with },
          { head: { en: 'BECAUSE', zh: '依据' }, text: (row) => row.because },
        ],
        answer.changes,
      );
      return `${safeText(head)}\n${answer.changes.length === 0 ? '' : changes}`;
    });
    return EXIT.ok;
  },
};
