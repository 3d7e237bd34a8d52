import { DRY_RUN, isOn, wouldDo } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { placeOf, readMapping, requireDraft } from './stream-mapping.js';

/** `isthmus mapping draft` */
export const draftMapping: CliCommand = {
  usage: 'draft <connection> <stream>',
  text: { en: 'print the draft as YAML, or drop it', zh: '以 YAML 输出草稿，或放弃草稿' },
  options: [{ flags: '--drop', text: { en: 'throw the draft away', zh: '放弃草稿' } }, DRY_RUN],
  async run(cli, call) {
    const place = placeOf(call);
    const draft = requireDraft(await readMapping(cli, place));
    if (!isOn(call, 'drop')) {
      cli.printLines(draft, () => draft.document);
      return EXIT.ok;
    }
    const what = { en: `drop the draft, revision ${draft.revision}`, zh: `放弃第 ${draft.revision} 版草稿` };
    if (isOn(call, 'dryRun')) return wouldDo(cli, what, { drop: place, revision: draft.revision });
    await cli.hub().remove(`${place.at}/draft`, draft.revision);
    cli.print({ dropped: true, revision: draft.revision }, () => `${cli.say({ en: 'Dropped.', zh: '已放弃。' })}\n`);
    return EXIT.ok;
  },
};
