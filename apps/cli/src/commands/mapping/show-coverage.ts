import { coverageReport } from '@isthmus/mapping';
import type { CoverageReport, CoverageWay, MappingFinding } from '@isthmus/mapping';
import type { Wording } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { plain } from '../../language.js';
import { findingLine } from './finding-line.js';
import { mappingInput } from './load-mapping-file.js';
import { mappingFiles } from './mapping-files.js';

const WAYS: { readonly [way in CoverageWay]: Wording } = {
  both: { en: 'both ways', zh: '双向' },
  in: { en: 'in', zh: '读入' },
  out: { en: 'out', zh: '写出' },
  unmapped: { en: '-', zh: '-' },
};

interface Row {
  readonly field: string;
  readonly title: Wording;
  readonly way: CoverageWay;
  readonly required: boolean;
  readonly other: readonly string[];
}

/** `isthmus mapping coverage` */
export function showCoverage(cli: Cli, paths: readonly string[], onlyUnmapped: boolean): ExitCode {
  const reports: CoverageReport[] = [];
  const bad: MappingFinding[] = [];
  for (const file of mappingFiles(paths, cli.terminal.folder)) {
    const { report, findings } = coverageReport(mappingInput(file));
    if (report) reports.push(report);
    else bad.push(...findings);
  }
  cli.print(reports, () => reports.map((report) => reportText(cli, report, onlyUnmapped)).join('\n'));
  for (const finding of bad) cli.hint(plain(findingLine(cli, finding)));
  return bad.length > 0 ? EXIT.usage : EXIT.ok;
}

function reportText(cli: Cli, { mapping, canonical, native, totals }: CoverageReport, onlyUnmapped: boolean): string {
  const rows: Row[] = [
    ...canonical.map((field) => ({ ...field, field: field.pointer, other: field.native })),
    ...native.map((field) => ({ ...field, field: field.path, title: plain(''), other: field.rules })),
  ].filter(({ way }) => !onlyUnmapped || way === 'unmapped');
  const columns = [
    { head: { en: 'FIELD', zh: '字段' }, text: ({ field }: Row) => field },
    { head: { en: 'TITLE', zh: '名称' }, text: ({ title }: Row) => cli.say(title) },
    { head: { en: 'WAY', zh: '方向' }, text: ({ way }: Row) => cli.say(WAYS[way]) },
    {
      head: { en: 'REQUIRED', zh: '必填' },
      text: ({ required }: Row) => (required ? cli.say({ en: 'yes', zh: '是' }) : ''),
    },
    { head: { en: 'BY', zh: '对应' }, text: ({ other }: Row) => other.join(', ') },
  ];
  const count = (side: CoverageReport['totals']['canonical']): string =>
    Object.entries(side)
      .map(([way, number]) => `${cli.say(WAYS[way as CoverageWay])} ${number}`)
      .join(', ');
  const head = `${mapping}: ${cli.say({ en: 'canonical', zh: '规范字段' })} ${count(totals.canonical)}; ${cli.say({ en: 'native', zh: '原系统字段' })} ${count(totals.native)}`;
  return `${head}\n${cli.table(columns, rows)}`;
}
