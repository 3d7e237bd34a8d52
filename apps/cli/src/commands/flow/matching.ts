import type { MatchingReport } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { moment } from '../../output/words.js';

/** `isthmus flow matching` */
export const flowMatching: CliCommand = {
  usage: 'matching <id>',
  text: {
    en: 'what matching the systems has come to, and what would be written where',
    zh: '各系统匹配的结果，以及将写入的内容',
  },
  async run(cli, call) {
    const report = await cli.hub().get<MatchingReport>(path`/flows/${word(call, 0)}/matching`);
    cli.print(report, () => matchingText(cli, report));
    if (!report.complete)
      cli.hint({ en: 'Not everything was read yet; the counts still grow.', zh: '尚未全部读取，数字仍会变化。' });
    return EXIT.ok;
  },
};

interface Line {
  readonly what: string;
  readonly system: string;
  readonly count: number;
  readonly next: string;
}

/** The report as people read it: what was matched, then what would be written. */
export function matchingText(cli: Cli, report: MatchingReport): string {
  const { say } = cli;
  const waits = report.awaitsConfirmationSince;
  const state =
    waits === null
      ? say({ en: 'writes', zh: '已开始写入' })
      : say({ en: `waits since ${moment(waits)} for a confirmation`, zh: `自 ${moment(waits)} 起等待确认` });
  const found = cli.table(
    [
      { head: { en: 'FOUND', zh: '匹配' }, text: (row: Line) => row.what },
      { head: { en: 'SYSTEM', zh: '系统' }, text: (row) => row.system },
      { head: { en: 'COUNT', zh: '数量' }, text: (row) => String(row.count) },
      { head: { en: 'THEN', zh: '之后' }, text: (row) => row.next },
    ],
    foundLines(cli, report),
  );
  const writes = cli.table(
    [
      { head: { en: 'WRITES TO', zh: '写入' }, text: (row: MatchingReport['writes'][number]) => row.connectionId },
      { head: { en: 'CREATE', zh: '新建' }, text: (row) => String(row.creates) },
      { head: { en: 'UPDATE', zh: '更新' }, text: (row) => String(row.updates) },
      { head: { en: 'DELETE', zh: '删除' }, text: (row) => String(row.removes) },
      { head: { en: 'SAME', zh: '一致' }, text: (row) => String(row.unchanged) },
      { head: { en: 'UNDER REVIEW', zh: '待审核' }, text: (row) => String(row.underReview) },
      { head: { en: 'CANNOT', zh: '无法写入' }, text: (row) => String(row.unwritable) },
    ],
    report.writes,
  );
  const problems = report.writes.flatMap(({ connectionId, problems: list }) =>
    list.map(({ recordId, path: at, message }) => safeText(`  ${connectionId} ${recordId} ${at} ${say(message)}\n`)),
  );
  return [
    `${cli.colours.bold(safeText(`${report.flowId} (${report.entity})`))}: ${state}\n`,
    found,
    writes,
    problems.join(''),
  ].join('\n');
}

function foundLines({ say }: Cli, report: MatchingReport): Line[] {
  const review = say({ en: 'decide: isthmus review list', zh: '请裁决：isthmus review list' });
  return [
    ...report.linked.by.map((row) => line(say({ en: 'linked', zh: '已关联' }), row, row.rule)),
    ...report.unmatched.map((row) =>
      line(
        say({ en: 'only here', zh: '仅此系统有' }),
        row,
        row.wouldCreateIn.length > 0
          ? `${say({ en: 'created in', zh: '新建于' })} ${row.wouldCreateIn.join(', ')}`
          : say({ en: 'created nowhere', zh: '不在其他系统新建' }),
      ),
    ),
    ...report.ambiguous.map((row) => line(say({ en: 'ambiguous', zh: '有歧义' }), row, review)),
    ...report.contradictions.map((row) => line(say({ en: 'contradiction', zh: '相互矛盾' }), row, review)),
    ...report.duplicates.map((row) => line(say({ en: 'twice in this system', zh: '系统内重复' }), row, review)),
    ...report.notMatched.map((row) => line(row.state, row, 'isthmus change list')),
  ];
}

function line(what: string, { connectionId, count }: { connectionId: string; count: number }, next: string): Line {
  return { what, system: connectionId, count, next };
}
