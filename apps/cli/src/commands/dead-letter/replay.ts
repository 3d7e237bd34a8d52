import type { DeadLetterGroup, ReplayResult } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, wouldDo, YES } from '../../command.js';
import type { Call, CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { CAUSE_OPTIONS, causeOf } from './filter.js';

/** `isthmus dead-letter replay` */
export const replayDeadLetters: CliCommand = {
  usage: 'replay [ids...]',
  text: { en: 'try again: named ones, or all of a cause', zh: '重新处理：指定条目，或同一原因的全部' },
  options: [...CAUSE_OPTIONS, DRY_RUN, YES],
  async run(cli, call) {
    const ids = [...new Set(call.words)];
    const filter = causeOf(call);
    if (ids.length > 0 === Object.keys(filter).length > 0)
      throw new CliError(EXIT.usage, {
        en: 'Name either dead letters (isthmus dead-letter list shows their ids) or a cause (--code, --connection, --entity).',
        zh: '请指定条目编号（见 isthmus dead-letter list），或指定原因（--code、--connection、--entity），二者选一。',
      });
    const count = ids.length || (await countOf(cli, filter));
    const what = { en: `try ${count} dead letters again`, zh: `重新处理 ${count} 条` };
    if (isOn(call, 'dryRun')) return wouldDo(cli, what, { replay: ids.length > 0 ? { ids } : { filter }, count });
    if (ids.length === 0) await askFor(cli, call, count);
    const body = ids.length > 0 ? { ids } : { filter };
    const answer = await cli.hub().post<ReplayResult>('/dead-letters/replay', body);
    cli.print(answer, () => `${cli.say(resultWords(answer))}\n`);
    // Named ones that are no dead letters (any more) are left alone by the hub.
    const released = answer.changes + answer.replicas + answer.superseded;
    return ids.length > released ? EXIT.partial : EXIT.ok;
  },
};

async function countOf(cli: Cli, filter: { readonly [name: string]: string }): Promise<number> {
  const query = { ...filter, groupBy: 'cause' };
  const { total } = await cli.hub().get<{ items: readonly DeadLetterGroup[]; total: number }>('/dead-letters', query);
  return total;
}

function askFor(cli: Cli, call: Call, count: number): Promise<void> {
  return confirm(cli, call, { en: `Try ${count} dead letters again?`, zh: `重新处理 ${count} 条？` });
}

function resultWords({ changes, replicas, superseded }: ReplayResult): { en: string; zh: string } {
  return {
    en: `Released ${changes} changes and ${replicas} replicas; ${superseded} were overtaken by newer changes.`,
    zh: `已放行变更 ${changes} 条、副本 ${replicas} 个；${superseded} 条已被更新的变更取代。`,
  };
}
