import type { ConflictAnswer, ConflictsDecided } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { confirm, DRY_RUN, isOn, wouldDo, YES } from '../../command.js';
import type { Call, CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { CONFLICT_FILTER, conflictFilter, decisionOf } from './decision.js';

/** `isthmus conflict decide` */
export const decideConflict: CliCommand = {
  usage: 'decide [ids...]',
  text: {
    en: "keep the record's value, take the incoming one, or give another; every system follows",
    zh: '保留记录值、采用来值，或另行填写；各系统随之更新',
  },
  options: [
    {
      flags: '--take <side>',
      text: { en: 'whose value holds', zh: '以哪一方的值为准' },
      choices: ['record', 'incoming'],
    },
    { flags: '--value <value>', text: { en: 'another value, as text or JSON', zh: '其他值（文本或 JSON）' } },
    ...CONFLICT_FILTER,
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const decision = decisionOf(call);
    const ids = [...new Set(call.words)];
    const filter = conflictFilter(call);
    if (ids.length > 0 === Object.keys(filter).length > 0)
      throw new CliError(EXIT.usage, {
        en: 'Name either conflicts (isthmus conflict list shows their ids) or what they have in common (--entity, --connection, --record, --field).',
        zh: '请指定冲突编号（见 isthmus conflict list），或用 --entity、--connection、--record、--field 指定范围，二者选一。',
      });
    const [only] = ids;
    if (only !== undefined && ids.length === 1) return decideOne(cli, call, only, decision);
    if (!('take' in decision))
      throw new CliError(EXIT.usage, {
        en: 'A value of its own is given to one conflict at a time.',
        zh: '另行填写的值一次只能用于一个冲突。',
      });
    return decideMany(cli, call, { take: decision.take, ...(ids.length > 0 ? { ids } : { filter }) });
  },
};

async function decideOne(cli: Cli, call: Call, id: string, decision: object): Promise<ExitCode> {
  const words = JSON.stringify(decision);
  if (isOn(call, 'dryRun'))
    return wouldDo(
      cli,
      { en: `decide conflict ${id}: ${words}`, zh: `裁决冲突 ${id}：${words}` },
      { decide: id, ...decision },
    );
  const answer = await cli.hub().post<ConflictAnswer>(path`/conflicts/${id}/decide`, decision);
  cli.print(answer, () => `${safeText(`${answer.id} ${answer.pointer}: ${answer.state}`)}\n`);
  return EXIT.ok;
}

interface Order {
  readonly take: string;
  readonly ids?: readonly string[];
  readonly filter?: object;
}

async function decideMany(cli: Cli, call: Call, order: Order): Promise<ExitCode> {
  const which = order.ids ? `${order.ids.length}` : JSON.stringify(order.filter);
  const what = {
    en: `decide open conflicts (${which}): take ${order.take}`,
    zh: `裁决未决冲突（${which}）：采用 ${order.take}`,
  };
  if (isOn(call, 'dryRun')) return wouldDo(cli, what, order);
  await confirm(cli, call, { en: `${what.en}?`, zh: `${what.zh}？` });
  const total = { decided: 0, refused: [] as ConflictsDecided['refused'][number][] };
  for (;;) {
    const answer = await cli.hub().post<ConflictsDecided>('/conflicts/decide', order);
    total.decided += answer.decided;
    total.refused.push(...answer.refused);
    // What is refused stays open and would be asked for again and again.
    if (!answer.more || answer.decided === 0) break;
  }
  cli.print(total, () =>
    [
      cli.say({ en: `Decided ${total.decided}.`, zh: `已裁决 ${total.decided} 条。` }),
      ...total.refused.map(({ id, code }) => safeText(`${id}: ${code}`)),
      '',
    ].join('\n'),
  );
  return total.refused.length > 0 ? EXIT.partial : EXIT.ok;
}
