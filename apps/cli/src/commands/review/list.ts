import type { IdentityReview } from '@isthmus/api-contract';
import { hintMore, LIST_OPTIONS, limitOf, textOf } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { moment } from '../../output/words.js';

/** `isthmus review list` */
export const listReviews: CliCommand = {
  usage: 'list',
  text: { en: 'objects that may be one of several records, oldest first', zh: '列出待确认身份的对象（旧的在前）' },
  options: [
    { flags: '--entity <entity>', text: { en: 'only of this entity', zh: '按实体筛选' } },
    { flags: '--connection <id>', text: { en: 'only of this connection', zh: '按连接筛选' } },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = { entity: textOf(call, 'entity'), connection: textOf(call, 'connection') };
    const page = await cli.hub().list<IdentityReview>('/identity/reviews', query, limitOf(call));
    const rows = page.items.flatMap((review) => review.candidates.map((candidate) => ({ review, candidate })));
    cli.print(page, () =>
      cli.table(
        [
          { head: { en: 'ID', zh: '编号' }, text: ({ review }) => review.id },
          { head: { en: 'SINCE', zh: '起始' }, text: ({ review }) => moment(review.since) },
          {
            head: { en: 'OBJECT', zh: '对象' },
            text: ({ review }) => `${review.connectionId}/${review.stream} ${review.nativeId}`,
          },
          { head: { en: 'NAME', zh: '名称' }, text: ({ review }) => review.label },
          {
            head: { en: 'CANDIDATE', zh: '候选记录' },
            text: ({ candidate }) => `${candidate.recordId} ${candidate.label}`,
          },
          { head: { en: 'SHARED', zh: '相同' }, text: ({ candidate }) => candidate.shared.join(', ') },
          { head: { en: 'AGAINST', zh: '矛盾' }, text: ({ candidate }) => candidate.against.join(', ') },
          { head: { en: 'WHY', zh: '原因' }, text: ({ candidate }) => candidate.why },
        ],
        rows,
      ),
    );
    hintMore(cli, page);
    return EXIT.ok;
  },
};
