import { setTimeout as sleep } from 'node:timers/promises';
import type { MappingRunAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';
import { reasonText, valueText } from '../../output/words.js';
import type { StreamPlace } from './stream-mapping.js';

const LOOK_MS = 500;

/** Follows a run to its end; with `written` also until all that it planned is written. */
export async function followRun(
  cli: Cli,
  { at }: StreamPlace,
  started: MappingRunAnswer | number,
  written = false,
): Promise<MappingRunAnswer> {
  const id = typeof started === 'number' ? started : started.id;
  let run = typeof started === 'number' ? await read(cli, at, id) : started;
  let told = '';
  while (run.state === 'running' || (written && run.state === 'done' && run.waiting > 0)) {
    const progress = `${run.done}/${run.total}${run.waiting > 0 ? ` (${run.waiting})` : ''}`;
    if (progress !== told)
      cli.hint({ en: `Run ${id} (${run.kind}): ${progress}`, zh: `第 ${id} 次运行（${run.kind}）：${progress}` });
    told = progress;
    await sleep(LOOK_MS);
    run = await read(cli, at, id);
  }
  return run;
}

function read(cli: Cli, at: string, id: number): Promise<MappingRunAnswer> {
  return cli.hub().get<MappingRunAnswer>(`${at}/runs/${id}`);
}

/** Whether anything would change or did. */
export function changesAnything({ report }: MappingRunAnswer): boolean {
  const writes = Object.values(report.writes as { [target: string]: { rows: number; creates: number } });
  return report.records > 0 || report.blocked.pass > 0 || writes.some(({ rows, creates }) => rows + creates > 0);
}

/** Exit code of something that was done: 3 when records were left out, 1 when it broke off. */
export function exitCodeOf({ state, report }: MappingRunAnswer): ExitCode {
  if (state !== 'done') return EXIT.failure;
  return report.problems.count + report.kept.count + report.conflicts > 0 ? EXIT.partial : EXIT.ok;
}

/** A run for people: counts first, then samples. */
export function runText(cli: Cli, run: MappingRunAnswer): string {
  const { report } = run;
  const lines = [
    `#${run.id} ${run.kind} ${run.state}`,
    cli.say({ en: `records that change: ${report.records}`, zh: `发生变化的记录：${report.records}` }),
    ...fieldLines(report.fields),
    ...Object.entries(report.writes).flatMap(([target, { rows, creates, fields }]) => [
      cli.say({
        en: `written to ${target}: ${rows} rows, ${creates} created`,
        zh: `写入 ${target}：${rows} 行，新建 ${creates} 行`,
      }),
      ...fieldLines(fields),
    ]),
    ...exceptions(cli, run),
  ];
  const failure = run.failure ? `${cli.colours.red(safeText(reasonText(run.failure, cli.language)))}\n` : '';
  return `${lines.map((line) => `${safeText(line)}\n`).join('')}${failure}${sampleTable(cli, run)}`;
}

function exceptions(cli: Cli, { report }: MappingRunAnswer): string[] {
  const { problems, kept, blocked, notAccepted, conflicts } = report;
  const line = (count: number, en: string, zh: string): string[] =>
    count === 0 ? [] : [cli.say({ en: `${en}: ${count}`, zh: `${zh}：${count}` })];
  return [
    ...line(notAccepted, 'no longer accepted, left as they are', '不再适用、保持原样'),
    ...line(conflicts, 'conflicts that wait for a decision', '等待裁决的冲突'),
    ...line(blocked.changes, 'refused before', '此前被拒绝的变更'),
    ...line(blocked.pass, '  of these accepted now', '  其中现可通过'),
    ...line(problems.count, 'refused by this mapping', '被该映射拒绝'),
    ...fieldLines(problems.codes),
    ...line(kept.count, 'not taken back', '未撤销'),
    ...fieldLines(kept.codes),
  ];
}

function fieldLines(counts: { readonly [name: string]: number }): string[] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `    ${name}: ${count}`);
}

interface SampleRow {
  readonly record: string;
  readonly where: string;
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
}

function sampleTable(cli: Cli, { report }: MappingRunAnswer): string {
  const rows: SampleRow[] = report.samples.flatMap(({ nativeId, changes, writes }) => [
    ...changes.map((value) => ({ record: nativeId, where: '', before: undefined, after: undefined, ...value })),
    ...writes.map((value) => ({
      record: nativeId,
      where: `${value.connectionId ?? ''}/${value.stream ?? ''}`,
      before: undefined,
      after: undefined,
      ...value,
    })),
  ]);
  if (rows.length === 0) return '';
  return `\n${cli.table(
    [
      { head: { en: 'SAMPLE', zh: '样例' }, text: (row: SampleRow) => row.record },
      { head: { en: 'WHERE', zh: '位置' }, text: (row) => row.where || cli.say({ en: 'record', zh: '记录' }) },
      { head: { en: 'FIELD', zh: '字段' }, text: (row) => row.pointer },
      { head: { en: 'BEFORE', zh: '原值' }, text: (row) => valueText(row.before) },
      { head: { en: 'AFTER', zh: '新值' }, text: (row) => valueText(row.after) },
    ],
    rows,
  )}`;
}
