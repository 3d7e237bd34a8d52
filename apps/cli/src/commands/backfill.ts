import { setTimeout as sleep } from 'node:timers/promises';
import { backfillDirections, backfillStates } from '@isthmus/api-contract';
import type { BackfillAnswer } from '@isthmus/api-contract';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { confirm, DRY_RUN, hintMore, isOn, LIST_OPTIONS, limitOf, textOf, word, wouldDo, YES } from '../command.js';
import type { Call, CliCommand, CommandGroup } from '../command.js';
import { EXIT } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { path } from '../hub/hub-client.js';
import { safeText } from '../output/safe-text.js';
import { moment, reasonText } from '../output/words.js';

const LOOK_MS = 1_000;

/** `isthmus backfill start` */
const start: CliCommand = {
  usage: 'start',
  text: {
    en: 'take streams again: all, a window of time, a list of ids, or what a mapping version wrote',
    zh: '回填：全部、时间段、编号列表，或某映射版本写入的数据',
  },
  options: [
    { flags: '--connection <id>', text: { en: 'streams of this connection', zh: '指定连接' } },
    { flags: '--stream <name>', text: { en: 'this stream', zh: '指定数据流' } },
    { flags: '--entity <name>', text: { en: 'streams of this entity', zh: '指定实体' } },
    {
      flags: '--direction <direction>',
      text: {
        en: 'in: read again (default); out: bring the copies up to date',
        zh: 'in：重新读取（默认）；out：更新副本',
      },
      choices: backfillDirections,
    },
    { flags: '--since <moment>', text: { en: 'changed from then on (RFC 3339)', zh: '此时之后更改的（RFC 3339）' } },
    { flags: '--until <moment>', text: { en: 'changed before then', zh: '此时之前更改的' } },
    { flags: '--native-ids <ids>', text: { en: 'these ids of the far side, by comma', zh: '原系统编号，逗号分隔' } },
    { flags: '--record-ids <ids>', text: { en: 'these records, by comma', zh: '记录编号，逗号分隔' } },
    { flags: '--mapping-version <number>', text: { en: 'what this version wrote', zh: '该映射版本写入的数据' } },
    { flags: '--per-second <number>', text: { en: 'at most so many a second', zh: '每秒最多条数' } },
    { flags: '--no-wait', text: { en: 'start it and return', zh: '启动后立即返回' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const order = orderOf(call);
    if (isOn(call, 'dryRun')) return wouldDo(cli, { en: 'take again', zh: '回填' }, { backfill: order });
    await confirm(cli, call, { en: 'Take all of this again?', zh: '确认回填以上范围？' });
    const { items } = await cli.hub().post<{ items: readonly BackfillAnswer[] }>('/backfills', order);
    const ended = call.options['wait'] === false ? items : await untilEnded(cli, items);
    cli.print({ items: ended }, () => table(cli, ended));
    return ended.some((item) => item.state === 'failed' || item.state === 'cancelled') ? EXIT.failure : EXIT.ok;
  },
};

function orderOf(call: Call): object {
  const given: readonly (readonly [string, unknown])[] = [
    ['connectionId', textOf(call, 'connection')],
    ['stream', textOf(call, 'stream')],
    ['entity', textOf(call, 'entity')],
    ['direction', textOf(call, 'direction')],
    ['changedSince', textOf(call, 'since')],
    ['changedUntil', textOf(call, 'until')],
    ['nativeIds', listOf(call, 'nativeIds')],
    ['recordIds', listOf(call, 'recordIds')],
    ['mappingVersion', numberOf(call, 'mappingVersion')],
    ['recordsPerSecond', numberOf(call, 'perSecond')],
  ];
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

function listOf(call: Call, name: string): string[] | undefined {
  const text = textOf(call, name);
  return text
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function numberOf(call: Call, name: string): number | undefined {
  const text = textOf(call, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number > 0) return number;
  throw new CliError(EXIT.usage, { en: `"${text}" is not a number above zero.`, zh: `“${text}”不是大于零的数字。` });
}

async function untilEnded(cli: Cli, started: readonly BackfillAnswer[]): Promise<BackfillAnswer[]> {
  let items = [...started];
  let said = '';
  const isUnderWay = ({ state }: BackfillAnswer): boolean => state === 'running' || state === 'paused';
  while (items.some(isUnderWay)) {
    await sleep(LOOK_MS);
    items = await Promise.all(items.map(({ id }) => cli.hub().get<BackfillAnswer>(path`/backfills/${id}`)));
    const words = items
      .filter(isUnderWay)
      .map((item) => `#${item.id} ${cli.say(item.words)}`)
      .join(' ');
    if (words !== said && words !== '') cli.hint({ en: words, zh: words });
    said = words;
  }
  return items;
}

function table(cli: Cli, items: readonly BackfillAnswer[]): string {
  return cli.table(
    [
      { head: { en: 'ID', zh: '编号' }, text: (row) => row.id },
      { head: { en: 'WHERE', zh: '位置' }, text: (row) => `${row.connectionId}/${row.stream}` },
      { head: { en: 'WHAT', zh: '范围' }, text: (row) => `${row.direction} ${row.selection}` },
      { head: { en: 'STATE', zh: '状态' }, text: (row) => row.state },
      { head: { en: 'DONE', zh: '已处理' }, text: (row) => `${row.done}${row.total === null ? '' : `/${row.total}`}` },
      { head: { en: 'PER SECOND', zh: '每秒' }, text: (row) => (row.perSecond === null ? '' : String(row.perSecond)) },
      { head: { en: 'LEFT', zh: '剩余' }, text: (row) => (row.etaSeconds === null ? '' : `${row.etaSeconds} s`) },
      { head: { en: 'OPEN', zh: '待完成' }, text: (row) => String(row.open) },
      { head: { en: 'STARTED', zh: '开始' }, text: (row) => moment(row.startedAt) },
      {
        head: { en: 'FAILURE', zh: '失败原因' },
        text: (row) => (row.failure ? reasonText(row.failure, cli.language) : ''),
      },
    ],
    items,
  );
}

/** `isthmus backfill list` */
const list: CliCommand = {
  usage: 'list',
  text: { en: 'backfills, newest first', zh: '列出回填，最新的在前' },
  options: [
    { flags: '--connection <id>', text: { en: 'only of this connection', zh: '按连接筛选' } },
    { flags: '--state <state>', text: { en: 'only in this state', zh: '按状态筛选' }, choices: backfillStates },
    ...LIST_OPTIONS,
  ],
  async run(cli, call) {
    const query = { connection: textOf(call, 'connection'), state: textOf(call, 'state') };
    const page = await cli.hub().list<BackfillAnswer>('/backfills', query, limitOf(call));
    cli.print(page, () => table(cli, page.items));
    hintMore(cli, page);
    return EXIT.ok;
  },
};

/** `isthmus backfill show` */
const show: CliCommand = {
  usage: 'show <id>',
  text: { en: 'one backfill, and how long it still takes', zh: '显示一次回填及剩余时间' },
  async run(cli, call) {
    const item = await cli.hub().get<BackfillAnswer>(path`/backfills/${word(call, 0)}`);
    cli.print(item, () => `${safeText(cli.say(item.words))}\n${table(cli, [item])}`);
    return EXIT.ok;
  },
};

function steer(verb: 'pause' | 'resume' | 'cancel', en: string, zh: string): CliCommand {
  return {
    usage: `${verb} <id>`,
    text: { en, zh },
    options: [DRY_RUN],
    async run(cli, call): Promise<ExitCode> {
      const id = word(call, 0);
      if (isOn(call, 'dryRun'))
        return wouldDo(cli, { en: `${verb} backfill ${id}`, zh: `${zh} ${id}` }, { [verb]: id });
      const item = await cli.hub().post<BackfillAnswer>(path`/backfills/${id}/${verb}`);
      cli.print(item, () => `#${safeText(item.id)}: ${item.state}\n`);
      return EXIT.ok;
    },
  };
}

/** `isthmus backfill` */
export const backfill: CommandGroup = {
  name: 'backfill',
  text: { en: 'reading again, and bringing copies up to date again', zh: '回填与重新同步' },
  commands: [
    start,
    list,
    show,
    steer('pause', 'stop after the page in hand', '暂停回填'),
    steer('resume', 'go on after the last page', '恢复回填'),
    steer('cancel', 'end it where it stands; what it did holds', '取消回填'),
  ],
};
