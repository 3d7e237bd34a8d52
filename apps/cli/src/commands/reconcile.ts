import { setTimeout as sleep } from 'node:timers/promises';
import type { DriftDifference, ReconcileRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../cli.js';
import { CliError } from '../cli-error.js';
import { confirm, DRY_RUN, isOn, textOf, word, wouldDo, YES } from '../command.js';
import type { Call, CliCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { path } from '../hub/hub-client.js';
import { safeText } from '../output/safe-text.js';
import { reasonText } from '../output/words.js';

const LOOK_MS = 500;

/** `isthmus reconcile` */
export const reconcile: CliCommand = {
  usage: 'reconcile <flow|connection/stream> [stream]',
  text: {
    en: 'compare both sides in full: what differs, why, and what would put it right (exit 2 when they differ)',
    zh: '完整比对两侧：列出差异、原因及修复方式（有差异时退出码为 2）',
  },
  options: [
    { flags: '--plan', text: { en: 'only say what differs (the default)', zh: '只列出差异（默认）' } },
    { flags: '--repair', text: { en: "put it right, by the flow's policies", zh: '按流程策略修复差异' } },
    {
      flags: '--run <id>',
      text: { en: 'with --repair: carry out the plan of this run', zh: '与 --repair 一起：执行该次对账的计划' },
    },
    { flags: '--no-wait', text: { en: 'start it and return', zh: '启动后立即返回' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const order = orderOf(call);
    const where = 'flow' in order ? order.flow : `${order.connectionId}/${order.stream}`;
    const repair = isOn(call, 'repair');
    const runId = textOf(call, 'run');
    refuseContradiction(call, repair, runId);
    if (isOn(call, 'dryRun'))
      return wouldDo(
        cli,
        { en: `compare ${where}${repair ? ' and repair it' : ''}`, zh: `比对 ${where}${repair ? '并修复' : ''}` },
        { reconcile: { ...order, repair, ...(runId !== undefined && { run: runId }) } },
      );
    if (repair)
      await confirm(cli, call, {
        en: `Put right what differs in ${where}, in the hub and in the connected systems?`,
        zh: `修复 ${where} 的差异（包括中枢和所连接的系统）？`,
      });
    const started =
      runId === undefined
        ? await cli.hub().post<ReconcileRunAnswer>('/reconcile-runs', { ...order, repair })
        : await cli.hub().post<ReconcileRunAnswer>(path`/reconcile-runs/${runId}/repair`);
    const run = call.options['wait'] === false ? started : await untilEnded(cli, started);
    cli.print(run, () => runText(cli, run));
    return exitCodeOf(run);
  },
};

type Order = { readonly flow: string } | { readonly connectionId: string; readonly stream: string };

function orderOf(call: Call): Order {
  const [target, stream] = [word(call, 0), word(call, 1)];
  if (stream !== '') return { connectionId: target, stream };
  const [connectionId = '', ...rest] = target.split('/');
  return rest.length === 0 ? { flow: target } : { connectionId, stream: rest.join('/') };
}

function refuseContradiction(call: Call, repair: boolean, runId: string | undefined): void {
  if (repair && isOn(call, 'plan'))
    throw new CliError(EXIT.usage, { en: 'Either --plan or --repair.', zh: '--plan 与 --repair 只能选一个。' });
  if (runId !== undefined && !repair)
    throw new CliError(EXIT.usage, { en: '--run goes with --repair.', zh: '--run 需与 --repair 一起使用。' });
}

async function untilEnded(cli: Cli, started: ReconcileRunAnswer): Promise<ReconcileRunAnswer> {
  let run = started;
  if (isAtWork(run)) cli.hint({ en: `Run ${run.id} compares …`, zh: `第 ${run.id} 次比对进行中 …` });
  while (isAtWork(run)) {
    await sleep(LOOK_MS);
    run = await cli.hub().get<ReconcileRunAnswer>(path`/reconcile-runs/${run.id}`);
  }
  return run;
}

/** A run that repairs at once begins to repair a moment after it has compared. */
function isAtWork(run: ReconcileRunAnswer): boolean {
  return (
    run.state === 'running' ||
    run.repairState === 'running' ||
    (run.mode === 'repair' && run.state === 'done' && run.repairState === 'none')
  );
}

/** A run that found or repaired differences is not the same as one that found none. */
function exitCodeOf({ state, repairState, counts, differences }: ReconcileRunAnswer): ExitCode {
  if (state === 'failed' || repairState === 'failed') return EXIT.failure;
  return Number(counts['differences'] ?? 0) > 0 || differences.length > 0 ? EXIT.differences : EXIT.ok;
}

function runText(cli: Cli, run: ReconcileRunAnswer): string {
  const where = run.stream === null ? (run.flowId ?? '') : `${run.connectionId ?? ''}/${run.stream}`;
  const parts = ['rows', 'compared', 'inStep', 'held', 'differences']
    .filter((name) => run.counts[name] !== undefined)
    .map((name) => `${name} ${String(run.counts[name])}`);
  const head = `${where} #${run.id} ${run.state}: ${parts.join(', ') || '-'}`;
  const causes = figures(run.counts['causes']);
  const repaired = figures(run.repairCounts);
  const lines = [
    safeText(head),
    ...(causes === '' ? [] : [`${cli.say({ en: 'causes', zh: '原因' })}: ${safeText(causes)}`]),
    ...(repaired === '' ? [] : [`${cli.say({ en: 'repaired', zh: '修复' })}: ${safeText(repaired)}`]),
    ...(run.failure ? [cli.colours.red(safeText(reasonText(run.failure, cli.language)))] : []),
  ];
  const text = `${lines.join('\n')}\n`;
  return run.differences.length === 0 ? text : `${text}\n${differenceTable(cli, run.differences)}`;
}

function figures(counts: unknown): string {
  return typeof counts === 'object' && counts !== null
    ? Object.entries(counts)
        .map(([name, count]) => `${name} ${String(count)}`)
        .join(', ')
    : '';
}

function differenceTable(cli: Cli, differences: readonly DriftDifference[]): string {
  return cli.table(
    [
      { head: { en: 'CAUSE', zh: '原因' }, text: (row: DriftDifference) => row.cause },
      { head: { en: 'DETAIL', zh: '细节' }, text: (row) => row.detail },
      { head: { en: 'WHERE', zh: '位置' }, text: (row) => `${row.connectionId}/${row.stream}` },
      { head: { en: 'RECORD', zh: '记录' }, text: (row) => row.recordId ?? '' },
      { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => row.nativeId },
      { head: { en: 'FIELDS', zh: '字段' }, text: (row) => row.fields.join(', ') },
      { head: { en: 'REPAIR', zh: '修复' }, text: (row) => (row.state === 'planned' ? row.action : row.state) },
    ],
    differences,
  );
}
