import { recordStatuses } from '@isthmus/api-contract';
import type { RecordSummary } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment } from '../../output/words.js';

/** `isthmus record find` */
export const findRecord: CliCommand = {
  usage: 'find [words...]',
  text: {
    en: 'find by id, native id, phone, e-mail, number or part of a name; last changed first',
    zh: '按编号、原系统编号、电话、邮箱、单号或名称片段查找；最近更改在前',
  },
  options: [
    { flags: '--entity <entity>', text: { en: 'only of this entity', zh: '按实体筛选' } },
    { flags: '--status <status>', text: { en: 'only with this status', zh: '按状态筛选' }, choices: recordStatuses },
    {
      flags: '--updated-since <instant>',
      text: { en: 'only changed since (RFC 3339)', zh: '按更新时间筛选（RFC 3339）' },
    },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = {
      q: call.words.join(' ') || undefined,
      entity: textOf(call, 'entity'),
      status: textOf(call, 'status'),
      updatedSince: textOf(call, 'updatedSince'),
    };
    const page = await cli.hub().list<RecordSummary>('/records', query, limitOf(call));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
          { head: { en: 'ENTITY', zh: '实体' }, text: (row) => row.entity },
          { head: { en: 'LABEL', zh: '名称' }, text: (row) => row.label },
          { head: { en: 'VERSION', zh: '版本' }, text: (row) => String(row.version) },
          { head: { en: 'STATUS', zh: '状态' }, text: (row) => row.recordStatus },
          { head: { en: 'COPIES', zh: '副本' }, text: (row) => copies(row) },
          { head: { en: 'UPDATED', zh: '更新于' }, text: (row) => moment(row.updatedAt) },
        ],
        page.items,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};

function copies({ replicas }: RecordSummary): string {
  const counted = Object.entries(replicas).filter(([, count]) => count > 0);
  return counted.map(([state, count]) => `${count} ${state}`).join(', ') || '-';
}
