import type { ReviewDecided } from '@isthmus/api-contract';
import { CliError } from '../../cli-error.js';
import { DRY_RUN, isOn, textOf, word, wouldDo } from '../../command.js';
import type { Call, CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';

/** `isthmus review decide` */
export const decideReview: CliCommand = {
  usage: 'decide <id>',
  text: {
    en: 'say which record it is, that it is new, or that the candidates are one',
    zh: '裁决：关联、新建，或先合并候选记录',
  },
  options: [
    { flags: '--link <record>', text: { en: 'it is this record', zh: '即此记录' } },
    { flags: '--create', text: { en: 'it is a new one', zh: '新建记录' } },
    { flags: '--merge-into <record>', text: { en: 'all candidates are this one', zh: '候选记录均合并到此记录' } },
    DRY_RUN,
  ],
  async run(cli, call) {
    const id = word(call, 0);
    const decision = decisionOf(call);
    if (isOn(call, 'dryRun'))
      return wouldDo(cli, { en: `decide review ${id}`, zh: `裁决 ${id}` }, { decide: id, ...decision });
    const answer = await cli.hub().post<ReviewDecided>(path`/identity/reviews/${id}/decide`, decision);
    cli.print(answer, () => `${safeText(`${answer.changeId}: ${answer.state}`)}\n`);
    return EXIT.ok;
  },
};

function decisionOf(call: Call): object {
  const link = textOf(call, 'link');
  const mergeInto = textOf(call, 'mergeInto');
  const given = [
    ...(link === undefined ? [] : [{ link }]),
    ...(mergeInto === undefined ? [] : [{ mergeInto }]),
    ...(isOn(call, 'create') ? [{ create: true }] : []),
  ];
  const [decision] = given;
  if (decision && given.length === 1) return decision;
  throw new CliError(EXIT.usage, {
    en: 'Give one of --link <record>, --create, --merge-into <record>.',
    zh: '请指定其一：--link <记录>、--create、--merge-into <记录>。',
  });
}
