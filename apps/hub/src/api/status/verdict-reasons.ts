import type { StatusReason, Wording } from '@isthmus/api-contract';
import type { ListedConnection, ListedCursor, ListedFlow } from '@isthmus/ledger';
import type { ConfigurationFault } from '../dependencies.js';
import { brakeReasons } from './drift-status.js';
import { withHolds, withoutMaintained } from './hold-reasons.js';
import { changesIn, secondsSince } from './readings.js';
import type { Readings } from './readings.js';

/** Work that is due and not done for so long means that nobody does it. */
const STUCK_SECONDS = 300;
/** A stream that was not read in full for so long is out of date. */
const UNREAD_SECONDS = 900;

type Severity = StatusReason['verdict'];

/** Why the hub is not fine, worst first. No reason = everything is in step or on its way. A failure anywhere is always a reason. */
export function verdictReasons(
  readings: Readings,
  hub: { readonly queueHealthy: boolean; readonly faults: readonly ConfigurationFault[] },
): StatusReason[] {
  const reasons = [
    ...hub.faults.map((fault) => faultReason(fault)),
    ...(hub.queueHealthy ? [] : [queueReason]),
    ...readings.connections.flatMap((row) => withHolds(readings, row, connectionReasons(readings, row))),
    ...brakeReasons(readings.brakes, readings.connections),
    ...readings.flows.flatMap((row) => flowReasons(withoutMaintained(readings), row)),
  ];
  return reasons.sort((a, b) => Number(b.verdict === 'failing') - Number(a.verdict === 'failing'));
}

const queueReason: StatusReason = {
  verdict: 'attention',
  code: 'queue.unreachable',
  connectionId: null,
  flowId: null,
  message: {
    en: 'The queue cannot be reached; work goes on more slowly, by sweeping the ledger.',
    zh: '无法连接队列，工作改由定期扫描继续，速度较慢。',
  },
};

function faultReason({
  code,
  severity = 'failing',
  connection,
  flow,
  stream,
  message,
}: ConfigurationFault): StatusReason {
  const where = [flow, connection, stream].filter((part) => part !== undefined).join(' / ');
  const { en, zh } = typeof message === 'string' ? { en: message, zh: message } : message;
  const words = { en: `${where}: ${en}`, zh: `${where}：${zh}` };
  return { verdict: severity, code, connectionId: connection ?? null, flowId: flow ?? null, message: words };
}

function connectionReasons(readings: Readings, row: ListedConnection): StatusReason[] {
  const say = (verdict: Severity, code: string, message: Wording): StatusReason => ({
    verdict,
    code,
    connectionId: row.id,
    flowId: null,
    message,
  });
  const behind = readings.replicas.filter((backlog) => backlog.connectionId === row.id);
  const sum = (name: 'due' | 'retrying' | 'blocked' | 'dead'): number =>
    behind.reduce((all, backlog) => all + backlog[name], 0);
  const [due, retrying, blocked, dead] = [sum('due'), sum('retrying'), sum('blocked'), sum('dead')];
  const { title } = row;
  const reasons: StatusReason[] = [];
  if (row.state === 'needs-auth') {
    reasons.push(
      say('failing', 'connection.needs-auth', {
        en: `${title} refuses our credentials. Enter new ones.`,
        zh: `${title} 拒绝了凭据，请更新凭据。`,
      }),
    );
  }
  if (row.state === 'paused')
    reasons.push(say('attention', 'connection.paused', { en: `${title} is paused.`, zh: `${title} 已暂停。` }));
  if (dead > 0) {
    reasons.push(
      say('attention', 'delivery.dead', {
        en: `${dead} record(s) cannot be written to ${title} and wait for a person.`,
        zh: `${dead} 条记录无法写入 ${title}，等待人工处理。`,
      }),
    );
  }
  if (retrying > 0) {
    reasons.push(
      say('attention', 'delivery.retrying', {
        en: `${retrying} delivery(ies) to ${title} failed and are tried again.`,
        zh: `向 ${title} 的 ${retrying} 次投递失败，正在重试。`,
      }),
    );
  }
  if (blocked > 0) {
    reasons.push(
      say('attention', 'delivery.blocked', {
        en: `${blocked} record(s) wait before they can be written to ${title}.`,
        zh: `${blocked} 条记录等待写入 ${title}。`,
      }),
    );
  }
  const waited = Math.max(
    0,
    ...behind.map((backlog) => (backlog.oldestAt ? secondsSince(backlog.oldestAt, readings.now) : 0)),
  );
  if (row.state === 'active' && due + retrying > 0 && waited > STUCK_SECONDS) {
    reasons.push(
      say('failing', 'delivery.stuck', {
        en: `The oldest change for ${title} waits ${minutes(waited)} min.`,
        zh: `${title} 最早的变更已等待 ${minutes(waited)} 分钟。`,
      }),
    );
  }
  const cursors = readings.cursors.filter((cursor) => cursor.connectionId === row.id);
  return [...reasons, ...cursors.flatMap((cursor) => cursorReasons(readings, row, cursor, say))];
}

type Say = (verdict: Severity, code: string, message: Wording) => StatusReason;

function cursorReasons({ now }: Readings, row: ListedConnection, cursor: ListedCursor, say: Say): StatusReason[] {
  const name = `${row.title} ${cursor.stream}`;
  const cause = (cursor.failure?.['message'] ?? { en: '', zh: '' }) as Wording;
  if (cursor.state === 'stopped') {
    return [
      say('failing', 'stream.stopped', {
        en: `Reading ${name} stopped. ${cause.en}`,
        zh: `${name} 已停止读取。${cause.zh}`,
      }),
    ];
  }
  if (cursor.failure) {
    const severity = cursor.attempts >= 3 ? 'failing' : 'attention';
    return [
      say(severity, 'stream.failing', {
        en: `Reading ${name} failed ${cursor.attempts} time(s). ${cause.en}`,
        zh: `${name} 读取已失败 ${cursor.attempts} 次。${cause.zh}`,
      }),
    ];
  }
  const late =
    cursor.purpose === 'changes' &&
    cursor.state === 'idle' &&
    cursor.finishedAt !== null &&
    secondsSince(cursor.finishedAt, now) > UNREAD_SECONDS;
  // A stream with a long interval of its own is not late before its time.
  const due = cursor.nextAt === null || secondsSince(cursor.nextAt, now) > UNREAD_SECONDS;
  if (!late || !due || row.state !== 'active' || cursor.finishedAt === null) return [];
  const age = minutes(secondsSince(cursor.finishedAt, now));
  return [
    say('failing', 'stream.late', {
      en: `${name} was last read ${age} min ago.`,
      zh: `${name} 上次读取在 ${age} 分钟前。`,
    }),
  ];
}

function flowReasons(readings: Readings, row: ListedFlow): StatusReason[] {
  const say: Say = (verdict, code, message) => ({ verdict, code, connectionId: null, flowId: row.id, message });
  const open = readings.changes.filter((backlog) => backlog.entity === row.entity);
  const [rejected, review, waiting, dead] = (['rejected', 'review', 'waiting', 'dead'] as const).map((state) =>
    changesIn(open, state),
  ) as [number, number, number, number];
  const conflicts = readings.conflicts.get(row.entity) ?? 0;
  const reasons: StatusReason[] = [];
  if (row.state === 'paused')
    reasons.push(
      say('attention', 'flow.paused', { en: `The flow ${row.id} is paused.`, zh: `流程 ${row.id} 已暂停。` }),
    );
  if (row.state === 'draining')
    reasons.push(
      say('attention', 'flow.draining', {
        en: `The flow ${row.id} drains: nothing new is read, and it pauses when what is open is done.`,
        zh: `流程 ${row.id} 正在排空：不再读取新数据，未完成的工作处理后即暂停。`,
      }),
    );
  if (row.awaitsSince !== null) {
    const since = row.awaitsSince.toISOString().slice(0, 16).replace('T', ' ');
    reasons.push(
      say('attention', 'flow.awaits-confirmation', {
        en: `The flow ${row.id} writes nothing and waits since ${since} UTC: look at its matching report and confirm it.`,
        zh: `流程 ${row.id} 自 ${since}（UTC）起等待确认，期间不写入任何数据：请查看匹配报告并确认。`,
      }),
    );
  }
  if (rejected + dead > 0) {
    const count = rejected + dead;
    reasons.push(
      say('attention', 'change.rejected', {
        en: `${count} ${row.entity} change(s) were refused and wait for a person.`,
        zh: `${count} 条 ${row.entity} 变更被拒绝，等待人工处理。`,
      }),
    );
  }
  if (review > 0)
    reasons.push(
      say('attention', 'change.review', {
        en: `${review} ${row.entity} change(s) wait for a decision.`,
        zh: `${review} 条 ${row.entity} 变更等待裁决。`,
      }),
    );
  if (waiting > 0)
    reasons.push(
      say('attention', 'change.waiting', {
        en: `${waiting} ${row.entity} change(s) wait for something they refer to.`,
        zh: `${waiting} 条 ${row.entity} 变更等待其引用的对象。`,
      }),
    );
  if (conflicts > 0)
    reasons.push(
      say('attention', 'conflict.open', {
        en: `${conflicts} ${row.entity} conflict(s) wait for a decision.`,
        zh: `${conflicts} 个 ${row.entity} 冲突等待裁决。`,
      }),
    );
  const pending = open.filter((backlog) => backlog.state === 'pending' || backlog.state === 'fetch');
  const waited = Math.max(0, ...pending.map((backlog) => secondsSince(backlog.oldestAt, readings.now)));
  if (row.state === 'active' && waited > STUCK_SECONDS) {
    reasons.push(
      say('failing', 'change.stuck', {
        en: `The oldest ${row.entity} change waits ${minutes(waited)} min to be merged.`,
        zh: `最早的 ${row.entity} 变更已等待合并 ${minutes(waited)} 分钟。`,
      }),
    );
  }
  return reasons;
}

function minutes(seconds: number): number {
  return Math.max(1, Math.round(seconds / 60));
}
