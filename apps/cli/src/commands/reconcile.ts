import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconcileRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../cli.js';
import { confirm, DRY_RUN, isOn, word, wouldDo, YES } from '../command.js';
import type { CliCommand } from '../command.js';
import { EXIT } from '../exit-code.js';
import type { ExitCode } from '../exit-code.js';
import { path } from '../hub/hub-client.js';
import { safeText } from '../output/safe-text.js';
import { reasonText } from '../output/words.js';

const LOOK_MS = 500;

/** `isthmus reconcile` */
export const reconcile: CliCommand = {
  usage: 'reconcile <connection> <stream>',
  text: {
    en: 'compare both sides of a stream in full (exit 2 when they differ)',
    zh: '完整比对数据流两侧（有差异时退出码为 2）',
  },
  options: [
    { flags: '--repair', text: { en: 'write the record to copies that differ', zh: '将记录写回有差异的副本' } },
    { flags: '--no-wait', text: { en: 'start it and return', zh: '启动后立即返回' } },
    DRY_RUN,
    YES,
  ],
  async run(cli, call) {
    const [connectionId, stream] = [word(call, 0), word(call, 1)];
    const repair = isOn(call, 'repair');
    const where = `${connectionId}/${stream}`;
    if (isOn(call, 'dryRun'))
      return wouldDo(
        cli,
        { en: `compare ${where}${repair ? ' and repair it' : ''}`, zh: `比对 ${where}${repair ? '并修复' : ''}` },
        { reconcile: { connectionId, stream, repair } },
      );
    if (repair)
      await confirm(cli, call, {
        en: `Write the hub's records over what differs in ${where}?`,
        zh: `用中枢的记录覆盖 ${where} 中有差异的内容？`,
      });
    const started = await cli.hub().post<ReconcileRunAnswer>('/reconcile-runs', { connectionId, stream, repair });
    const run = call.options['wait'] === false ? started : await untilEnded(cli, started);
    cli.print(run, () => runText(cli, run));
    return exitCodeOf(run);
  },
};

async function untilEnded(cli: Cli, started: ReconcileRunAnswer): Promise<ReconcileRunAnswer> {
  let run = started;
  if (run.state === 'running') cli.hint({ en: `Run ${run.id} compares …`, zh: `第 ${run.id} 次比对进行中 …` });
  while (run.state === 'running') {
    await sleep(LOOK_MS);
    run = await cli.hub().get<ReconcileRunAnswer>(path`/reconcile-runs/${run.id}`);
  }
  return run;
}

/** A run that found or repaired differences is not the same as one that found none. */
function exitCodeOf({ state, counts, differences }: ReconcileRunAnswer): ExitCode {
  if (state === 'failed') return EXIT.failure;
  const found = ['changed', 'missing', 'drifted'].some((name) => Number(counts[name] ?? 0) > 0);
  return found || differences.length > 0 ? EXIT.differences : EXIT.ok;
}

interface Difference {
  readonly kind?: string;
  readonly recordId?: string;
  readonly nativeId?: string;
  readonly fields?: readonly string[];
}

function runText(cli: Cli, run: ReconcileRunAnswer): string {
  const counts = Object.entries(run.counts).map(([name, count]) => `${name} ${String(count)}`);
  const head = `${run.connectionId}/${run.stream} #${run.id} ${run.state}: ${counts.join(', ') || '-'}`;
  const failure = run.failure ? `${cli.colours.red(safeText(reasonText(run.failure, cli.language)))}\n` : '';
  if (run.differences.length === 0) return `${safeText(head)}\n${failure}`;
  const table = cli.table(
    [
      { head: { en: 'DIFFERENCE', zh: '差异' }, text: (row: Difference) => row.kind ?? '' },
      { head: { en: 'RECORD', zh: '记录' }, text: (row) => row.recordId ?? '' },
      { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => row.nativeId ?? '' },
      { head: { en: 'FIELDS', zh: '字段' }, text: (row) => (row.fields ?? []).join(', ') },
    ],
    run.differences as readonly Difference[],
  );
  return `${safeText(head)}\n${failure}\n${table}`;
}
