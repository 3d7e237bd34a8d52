import type { MappingPublicationAnswer, StreamMappingDetail } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';
import { moment, orDash } from '../../output/words.js';
import { placeOf, readMapping } from './stream-mapping.js';

/** `isthmus mapping show` */
export const showMapping: CliCommand = {
  usage: 'show <connection> <stream>',
  text: { en: 'what is in use, the draft, publications', zh: '显示使用中的映射、草稿和发布记录' },
  async run(cli, call) {
    const detail = await readMapping(cli, placeOf(call));
    cli.print(detail, () => `${head(cli, detail)}\n${publicationTable(cli, detail.publications)}`);
    return EXIT.ok;
  },
};

function head(cli: Cli, detail: StreamMappingDetail): string {
  const { connectionId, stream, entity, origin, version, publication, changedBeneath, draft } = detail;
  const lines = [
    `${connectionId}/${stream} (${orDash(entity)})`,
    cli.say({
      en: `in use: version ${orDash(version)}, from ${orDash(origin)}, publication ${orDash(publication)}`,
      zh: `使用中：版本 ${orDash(version)}，来源 ${orDash(origin)}，发布 ${orDash(publication)}`,
    }),
    ...(changedBeneath ? [cli.say({ en: 'the mapping beneath changed since', zh: '下层映射在发布后已变化' })] : []),
    ...(draft
      ? [
          cli.say({
            en: `draft: revision ${draft.revision} by ${draft.actor}, ${moment(draft.updatedAt)}`,
            zh: `草稿：第 ${draft.revision} 版，${draft.actor}，${moment(draft.updatedAt)}`,
          }),
        ]
      : []),
  ];
  return lines.map((line) => `${safeText(line)}\n`).join('');
}

function publicationTable(cli: Cli, publications: readonly MappingPublicationAnswer[]): string {
  if (publications.length === 0) return '';
  return cli.table(
    [
      { head: { en: 'PUBLICATION', zh: '发布' }, text: (row: MappingPublicationAnswer) => String(row.id) },
      { head: { en: 'VERSION', zh: '版本' }, text: (row) => String(row.version) },
      { head: { en: 'MODE', zh: '方式' }, text: (row) => row.mode },
      { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
      { head: { en: 'AT', zh: '时间' }, text: (row) => moment(row.at) },
      { head: { en: 'BY', zh: '操作人' }, text: (row) => row.actor },
      { head: { en: 'NOTE', zh: '备注' }, text: (row) => row.note ?? '' },
    ],
    publications,
  );
}
