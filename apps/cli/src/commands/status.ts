import type { ConnectionStatus, FlowStatus, Status, Verdict, Wording } from '@isthmus/api-contract';
import type { Cli } from '../cli.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import { safeText } from '../output/safe-text.js';
import type { Column } from '../output/table.js';
import { duration } from '../output/words.js';

const VERDICTS: { readonly [verdict in Verdict]: Wording } = {
  ok: { en: 'in step', zh: '同步正常' },
  attention: { en: 'needs attention', zh: '需要关注' },
  failing: { en: 'failing', zh: '异常' },
};

/** `isthmus status` */
export const status: CliCommand = {
  usage: 'status',
  text: {
    en: 'is everything in step, and if not, why (exit 3: needs attention, 1: failing)',
    zh: '是否全部同步，否则说明原因（退出码 3：需关注，1：异常）',
  },
  async run(cli) {
    const answer = await cli.hub().get<Status>('/status');
    cli.print(answer, () => statusText(cli, answer));
    return { ok: EXIT.ok, attention: EXIT.partial, failing: EXIT.failure }[answer.verdict];
  },
};

function statusText(cli: Cli, answer: Status): string {
  const kinds = Object.entries(answer.queue.kinds)
    .map(([kind, { waiting, running, paused }]) => `${kind} ${waiting}+${running}${paused ? ' (paused)' : ''}`)
    .join(', ');
  const reasons = answer.reasons.map(
    ({ verdict, message }) =>
      `  ${paint(cli, verdict)(verdict === 'failing' ? '✗' : '!')} ${safeText(cli.say(message))}\n`,
  );
  const parts = [
    `${paint(cli, answer.verdict)(cli.say(VERDICTS[answer.verdict]))}  Isthmus ${safeText(answer.version)}\n`,
    reasons.join('') + answer.words.map((words) => `  ${safeText(cli.say(words))}\n`).join(''),
    cli.table(connectionColumns(cli), answer.connections),
    cli.table(flowColumns(cli), answer.flows),
    `${cli.say({ en: 'Queue (waiting+running)', zh: '队列（等待+运行）' })}: ${safeText(kinds || '-')}${answer.queue.healthy ? '' : cli.colours.red(cli.say({ en: ' not reachable', zh: ' 无法连接' }))}\n`,
  ];
  return parts.filter(Boolean).join('\n');
}

function paint(cli: Cli, verdict: Verdict): (text: string) => string {
  return { ok: cli.colours.green, attention: cli.colours.yellow, failing: cli.colours.red }[verdict];
}

function connectionColumns(cli: Cli): readonly Column<ConnectionStatus>[] {
  return [
    { head: { en: 'CONNECTION', zh: '连接' }, text: (row) => row.id },
    {
      head: { en: 'VERDICT', zh: '判断' },
      text: (row) => cli.say(VERDICTS[row.verdict]),
      paint: (text, row) => paint(cli, row.verdict)(text),
    },
    { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
    { head: { en: 'DUE', zh: '待送' }, text: ({ backlog }) => String(backlog.due) },
    { head: { en: 'RETRYING', zh: '重试' }, text: ({ backlog }) => String(backlog.retrying) },
    { head: { en: 'BLOCKED', zh: '受阻' }, text: ({ backlog }) => String(backlog.blocked) },
    {
      head: { en: 'DEAD', zh: '停止' },
      text: ({ backlog, changes }) => String(backlog.dead + changes.dead + changes.rejected),
    },
    { head: { en: 'REVIEW', zh: '待审' }, text: ({ changes }) => String(changes.review) },
    { head: { en: 'OLDEST', zh: '最久' }, text: (row) => duration(row.oldestUnsyncedSeconds, cli.language) },
    {
      head: { en: 'LAST READ', zh: '上次读取' },
      text: (row) => duration(youngest(row.cursors.map(({ lagSeconds }) => lagSeconds)), cli.language),
    },
  ];
}

function youngest(lags: readonly (number | null)[]): number | null {
  const known = lags.filter((lag) => lag !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function flowColumns(cli: Cli): readonly Column<FlowStatus>[] {
  return [
    { head: { en: 'FLOW', zh: '流程' }, text: (row) => row.id },
    { head: { en: 'ENTITY', zh: '实体' }, text: (row) => row.entity },
    {
      head: { en: 'VERDICT', zh: '判断' },
      text: (row) => cli.say(VERDICTS[row.verdict]),
      paint: (text, row) => paint(cli, row.verdict)(text),
    },
    { head: { en: 'CHANGES', zh: '变更' }, text: ({ changes }) => String(changes.pending + changes.waiting) },
    { head: { en: 'REJECTED', zh: '拒收' }, text: ({ changes }) => String(changes.rejected + changes.dead) },
    { head: { en: 'BEHIND', zh: '未同步' }, text: ({ replicas }) => String(replicas.pending + replicas.blocked) },
    { head: { en: 'DEAD', zh: '停止' }, text: ({ replicas }) => String(replicas.dead) },
    { head: { en: 'CONFLICTS', zh: '冲突' }, text: (row) => String(row.openConflicts) },
    { head: { en: 'OLDEST', zh: '最久' }, text: (row) => duration(row.oldestUnsyncedSeconds, cli.language) },
  ];
}
