import { setTimeout as sleep } from 'node:timers/promises';
import type { UndoRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { confirm, DRY_RUN, isOn, textOf, YES } from '../command.js';
import type { Call, CliCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { path } from '../hub/hub-client.js';
import { safeText } from '../output/safe-text.js';

const LOOK_MS = 500;

/** `isthmus undo` */
export const undo: CliCommand = {
  usage: 'undo',
  text: {
    en: 'take back what a batch did, field by field; what was edited since stays',
    zh: '按字段撤销一个批次的影响；之后修改过的字段保持不变',
  },
  options: [
    { flags: '--connection <id>', text: { en: 'changes of this connection', zh: '该连接的变更' } },
    { flags: '--stream <name>', text: { en: 'only of this stream', zh: '只限该数据流' } },
    {
      flags: '--origin <origin>',
      text: { en: 'only that came this way', zh: '只限此来源方式' },
      choices: ['webhook', 'poll', 'backfill', 'reconcile', 'file', 'reference', 'delivery', 'remap'],
    },
    {
      flags: '--mapping-version <number>',
      text: { en: 'that went through this mapping version', zh: '经由该映射版本' },
    },
    { flags: '--reconcile-run <id>', text: { en: 'what a reconcile run read in', zh: '某次对账读入的内容' } },
    { flags: '--actor <name>', text: { en: 'edits of api:<key name>', zh: '该操作者（api:<密钥名>）的编辑' } },
    { flags: '--undo <id>', text: { en: 'what an earlier undo did', zh: '此前某次撤销的影响' } },
    { flags: '--from <time>', text: { en: 'received from here on (RFC 3339)', zh: '接收时间起（RFC 3339）' } },
    { flags: '--to <time>', text: { en: 'received before this', zh: '接收时间止' } },
    { flags: '--archive-created', text: { en: 'archive records that the batch made', zh: '归档该批次新建的记录' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const batch = batchOf(call);
    const created = isOn(call, 'archiveCreated') ? 'archive' : 'keep';
    const preview = await finish(
      cli,
      await cli.hub().post<UndoRunAnswer>('/undo-runs', { batch, created, dryRun: true }),
    );
    if (isOn(call, 'dryRun') || !isOn(call, 'yes')) show(cli, preview);
    if (isOn(call, 'dryRun') || preview.state !== 'done') return exitOf(preview);
    await confirm(cli, call, {
      en: `Take back ${preview.report.records} records?`,
      zh: `撤销 ${preview.report.records} 条记录？`,
    });
    const run = await finish(cli, await cli.hub().post<UndoRunAnswer>('/undo-runs', { batch, created }));
    show(cli, run);
    return exitOf(run);
  },
};

function batchOf(call: Call): { [name: string]: string | number } {
  const texts = ['connection', 'stream', 'origin', 'actor', 'from', 'to'];
  const numbers = ['mappingVersion', 'reconcileRun', 'undo'];
  const batch: { [name: string]: string | number } = {};
  for (const name of [...texts, ...numbers]) {
    const value = textOf(call, name);
    if (value !== undefined) batch[name] = numbers.includes(name) ? wholeNumber(name, value) : value;
  }
  if (Object.keys(batch).length > 0) return batch;
  throw new CliError(EXIT.usage, {
    en: 'Name the batch: --connection with --from, --mapping-version, --reconcile-run, --actor or --undo.',
    zh: '请指明批次：--connection 加 --from、--mapping-version、--reconcile-run、--actor 或 --undo。',
  });
}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new CliError(EXIT.usage, {
    en: `${name} takes a whole number, not "${text}".`,
    zh: `${name} 需要整数，而不是“${text}”。`,
  });
}

async function finish(cli: Cli, started: UndoRunAnswer): Promise<UndoRunAnswer> {
  let run = started;
  while (run.state === 'running') {
    await sleep(LOOK_MS);
    run = await cli.hub().get<UndoRunAnswer>(path`/undo-runs/${String(run.id)}`);
  }
  return run;
}

function show(cli: Cli, run: UndoRunAnswer): void {
  const { report } = run;
  cli.print(run, () =>
    [
      cli.say({
        en: `${run.dryRun ? 'Would take back' : 'Took back'} ${report.records} of ${report.touched} records${report.archived > 0 ? `, archived ${report.archived}` : ''}.`,
        zh: `${run.dryRun ? '将撤销' : '已撤销'} ${report.records} / ${report.touched} 条记录${report.archived > 0 ? `，归档 ${report.archived} 条` : ''}。`,
      }),
      ...Object.entries(report.fields).map(([field, records]) => safeText(`  ${field}: ${records}`)),
      ...Object.entries(report.kept.codes).map(([code, records]) =>
        cli.say({ en: `Left as it is (${code}): ${records}`, zh: `保持不变（${code}）：${records}` }),
      ),
      ...report.kept.items.map(({ recordId, code, pointers }) =>
        safeText(`  ${recordId} ${code} ${pointers.join(' ')}`),
      ),
      '',
    ].join('\n'),
  );
}

function exitOf({ state, report }: UndoRunAnswer): ExitCode {
  if (state !== 'done') return EXIT.failure;
  return report.kept.count > 0 ? EXIT.partial : EXIT.ok;
}
