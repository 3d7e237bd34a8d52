import { checkLaws } from '@isthmus/mapping';
import type { LawReport, MappingFinding } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { plain } from '../../language.js';
import { safeText } from '../../output/safe-text.js';
import { findingLine } from './finding-line.js';
import { mappingInput } from './load-mapping-file.js';
import { mappingFiles } from './mapping-files.js';

interface Row {
  readonly mapping: string;
  readonly law: string;
  readonly runs: number;
  readonly refused: number;
  readonly exercised: string;
  readonly ok: boolean;
  readonly declared: number;
}

/** `isthmus mapping laws` */
export function showLaws(cli: Cli, paths: readonly string[], runs: number): ExitCode {
  const reports: LawReport[] = [];
  const bad: MappingFinding[] = [];
  for (const file of mappingFiles(paths, cli.terminal.folder)) {
    const { report, findings } = checkLaws(mappingInput(file), { runs });
    if (report) reports.push(report);
    else bad.push(...findings);
  }
  cli.print(
    reports,
    () => `${tableOf(cli, reports.flatMap(rowsOf))}${reports.map((report) => details(cli, report)).join('')}`,
  );
  if (reports.length > 0) cli.hint(LEGEND);
  for (const finding of bad) cli.hint(plain(findingLine(cli, finding)));
  if (bad.length > 0) return EXIT.usage;
  return reports.every(({ ok }) => ok) ? EXIT.ok : EXIT.failure;
}

const LEGEND = {
  en: 'get-put: writing back what was read changes nothing. put-get: what was written is read back. stable: one more pass there and back changes nothing. Refused: made-up values that the mapping rightly does not take.',
  zh: 'get-put：把读到的内容写回，不产生变化；put-get：写出的内容能原样读回；stable：再往返一次不再变化。拒绝：映射正当地不接受的生成值。',
};

function rowsOf({ mapping, laws, rules, neverExercised }: LawReport): Row[] {
  const exercised = `${rules.length - neverExercised.length}/${rules.length}`;
  return laws.map(({ law, runs, refused, breaks, declared }) => ({
    mapping,
    law,
    runs,
    refused,
    exercised,
    ok: breaks === 0 && runs > 0,
    declared,
  }));
}

function tableOf(cli: Cli, rows: readonly Row[]): string {
  const columns = [
    { head: { en: 'MAPPING', zh: '映射' }, text: ({ mapping }: Row) => mapping },
    { head: { en: 'LAW', zh: '规律' }, text: ({ law }: Row) => law },
    { head: { en: 'RUNS', zh: '次数' }, text: ({ runs }: Row) => String(runs) },
    { head: { en: 'REFUSED', zh: '拒绝' }, text: ({ refused }: Row) => String(refused) },
    { head: { en: 'RULES AT WORK', zh: '起作用的规则' }, text: ({ exercised }: Row) => exercised },
    {
      head: { en: 'RESULT', zh: '结果' },
      text: ({ ok }: Row) => cli.say(ok ? { en: 'holds', zh: '成立' } : { en: 'BROKEN', zh: '违反' }),
    },
    { head: { en: 'DECLARED LOSSES SEEN', zh: '已声明的损失' }, text: ({ declared }: Row) => String(declared) },
  ];
  return cli.table(columns, rows);
}

/** What was declared, what was never at work, and the first breaks. */
function details(cli: Cli, { mapping, losses, neverExercised, breaks }: LawReport): string {
  const shown = (value: unknown): string => (value === undefined ? '-' : JSON.stringify(value));
  const lines = [
    ...losses.map(
      ({ canonical, loses }) =>
        `${mapping} ${canonical} ${cli.say({ en: 'loses', zh: '损失' })}: ${loses.map(cli.say).join('; ')}`,
    ),
    ...neverExercised.map(
      ({ at, line, direction }) =>
        `${mapping}:${line} ${at} (${direction}) ${cli.say({ en: 'was never at work', zh: '从未起作用' })}`,
    ),
    ...breaks.map(({ law, path, rule, before, after, issues, seed }) =>
      issues.length > 0
        ? `${mapping} ${law}: ${issues.map(({ code, path: place }) => `${place || '/'} ${code}`).join(', ')} (seed ${seed})`
        : `${mapping} ${law} ${path} ${rule ?? ''}: ${shown(before)} → ${shown(after)} (seed ${seed})`,
    ),
  ];
  return lines.map((line) => `${safeText(line)}\n`).join('');
}
