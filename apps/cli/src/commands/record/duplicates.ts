import type { DuplicateGroup } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';

/** `isthmus record duplicates` */
export const recordDuplicates: CliCommand = {
  usage: 'duplicates <entity>',
  text: { en: 'records that a strong key says are one', zh: '列出强标识相同的重复记录' },
  options: LIST_OPTIONS,
  async run(cli, call) {
    const page = await cli.hub().list<DuplicateGroup>('/records/duplicates', { entity: word(call, 0) }, limitOf(call));
    const rows = page.items.flatMap((group) => group.records.map((record) => ({ group, record })));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'KEY', zh: '标识' }, text: ({ group }) => `${group.kind} ${group.value}` },
          { head: { en: 'RECORD', zh: '记录' }, text: ({ record }) => record.recordId },
          { head: { en: 'NAME', zh: '名称' }, text: ({ record }) => record.label },
          { head: { en: 'IN', zh: '系统' }, text: ({ record }) => record.systems.join(', ') },
          {
            head: { en: 'KEEP', zh: '建议保留' },
            text: ({ group, record }) => (record.recordId === group.suggestedSurvivor ? '*' : ''),
          },
          { head: { en: 'AGAINST', zh: '矛盾' }, text: ({ group }) => group.contradictions.join(', ') },
        ],
        rows,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
