import type { ConflictDetail } from '@isthmus/api-contract';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { moment, orDash, valueText } from '../../output/words.js';

interface Side {
  readonly name: { readonly en: string; readonly zh: string };
  readonly value: unknown;
  readonly by: string | null;
  readonly at: string | null;
  readonly now: unknown;
}

/** `isthmus conflict show` */
export const showConflict: CliCommand = {
  usage: 'show <id>',
  text: {
    en: 'both sides of a conflict: what, who, when, and what they hold now',
    zh: '冲突双方：值、来源、时间及现值',
  },
  async run(cli, call) {
    const conflict = await cli.hub().get<ConflictDetail>(path`/conflicts/${word(call, 0)}`);
    cli.print(conflict, () => {
      const { entity, label, pointer, words } = conflict;
      const head = safeText(`${entity} ${label} ${pointer}\n${cli.say(words)}`);
      return `${head}\n\n${cli.table(
        [
          { head: { en: 'SIDE', zh: '一方' }, text: (side: Side) => cli.say(side.name) },
          { head: { en: 'VALUE', zh: '值' }, text: (side) => valueText(side.value) },
          { head: { en: 'BY', zh: '来源' }, text: (side) => orDash(side.by ?? undefined) },
          { head: { en: 'AT', zh: '时间' }, text: (side) => (side.at === null ? '-' : moment(side.at)) },
          { head: { en: 'NOW', zh: '现值' }, text: (side) => valueText(side.now) },
        ],
        sidesOf(conflict),
      )}`;
    });
    return EXIT.ok;
  },
};

function sidesOf(conflict: ConflictDetail): Side[] {
  const { now, connectionId } = conflict;
  return [
    {
      name: { en: 'record', zh: '记录' },
      value: conflict.recordValue,
      by: conflict.recordBy,
      at: conflict.recordAt,
      now: now.recordValue,
    },
    {
      name: { en: 'incoming', zh: '来值' },
      value: conflict.incomingValue,
      by: connectionId,
      at: conflict.incomingAt,
      now: now.sourceValue,
    },
    { name: { en: 'before', zh: '此前' }, value: conflict.baseValue, by: connectionId, at: null, now: undefined },
  ];
}
