import type { Json, JsonObject } from '@isthmus/json';
import { sampleEnvironment, traceMapping } from '@isthmus/mapping';
import type { MapIssue, RuleTrace, TracedMapping } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';
import { findingLine } from './finding-line.js';
import { mappingInput } from './load-mapping-file.js';
import { mappingFileOf, rowsOfFile } from './mapping-files.js';

interface TraceOptions {
  readonly file: string | undefined;
  readonly back: boolean;
  readonly skipped: boolean;
}

interface TracedRow {
  readonly input: JsonObject;
  readonly output: JsonObject | undefined;
  readonly issues: readonly MapIssue[];
  readonly rules: readonly RuleTrace[];
}

/** `isthmus mapping trace` */
export function traceFile(cli: Cli, word: string, options: TraceOptions): ExitCode {
  const { folder } = cli.terminal;
  if (options.file === undefined)
    throw new CliError(EXIT.usage, {
      en: 'Which rows? Give --file <file>.',
      zh: '请用 --file <文件> 指定要转换的行。',
    });
  const file = mappingFileOf(word, folder);
  const { mapping, findings } = traceMapping(mappingInput(file));
  if (!mapping) {
    cli.printLines(findings, () => findings.map((finding) => `${findingLine(cli, finding)}\n`).join(''));
    return EXIT.usage;
  }
  const traced = rowsOfFile(options.file, folder).map((row) => traceOne(mapping, row, options.back));
  cli.print(traced, () => traced.map((one) => tracedText(cli, one, file.shown, options)).join('\n'));
  return traced.some(({ issues }) => issues.length > 0) ? EXIT.failure : EXIT.ok;
}

function traceOne(mapping: TracedMapping, input: JsonObject, back: boolean): TracedRow {
  if (back) {
    const { result, rules } = mapping.toNative(input, sampleEnvironment);
    return { input, output: result.ok ? result.row : undefined, issues: result.ok ? [] : result.issues, rules };
  }
  const { result, rules } = mapping.toCanonical(input, sampleEnvironment);
  return { input, output: result.ok ? result.body : undefined, issues: result.ok ? [] : result.issues, rules };
}

function tracedText(
  cli: Cli,
  { input, output, issues, rules }: TracedRow,
  file: string,
  { back, skipped }: TraceOptions,
): string {
  const shown = rules.filter(({ outcome }) => skipped || outcome !== 'skipped');
  const from = (rule: RuleTrace): string => (back ? [rule.canonical ?? ''] : rule.native).join(', ');
  const to = (rule: RuleTrace): string => (back ? rule.native : [rule.canonical ?? '']).join(', ');
  const columns = [
    { head: { en: 'RULE', zh: '规则' }, text: ({ line, column }: RuleTrace) => `${file}:${line}:${column}` },
    {
      head: { en: 'FROM', zh: '来源' },
      text: (rule: RuleTrace) => safeText(`${rule.item.source}${rule.item.source ? '/' : ''}${from(rule)}`),
    },
    { head: { en: 'VALUE', zh: '值' }, text: ({ input: values }: RuleTrace) => short(values) },
    { head: { en: 'TO', zh: '目标' }, text: (rule: RuleTrace) => safeText(to(rule)) },
    {
      head: { en: 'RESULT', zh: '结果' },
      text: ({ output: values, outcome }: RuleTrace) =>
        outcome === 'skipped' || outcome === 'refused' ? '' : short(values),
    },
    {
      head: { en: 'OUTCOME', zh: '情况' },
      text: ({ outcome, reason, issues: own }: RuleTrace) =>
        [outcome, ...(reason ? [reason] : []), ...own.map(({ code }) => code)].join(' '),
    },
  ];
  const side = (value: JsonObject | undefined): string[] =>
    value === undefined ? [] : JSON.stringify(value, null, 2).split('\n').map(safeText);
  const refused = issues.map(
    ({ code, path, message }) => `${safeText(`${path || '/'} ${code} ${cli.say(message)}`)}\n`,
  );
  return `${sideBySide(side(input), side(output))}\n${refused.join('')}${cli.table(columns, shown)}`;
}

const WIDTH = 60;

function sideBySide(left: readonly string[], right: readonly string[]): string {
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    `${cut(left[index] ?? '').padEnd(WIDTH)}  ${cut(right[index] ?? '')}`.trimEnd(),
  );
  return `${rows.join('\n')}\n`;
}

function short(values: readonly (Json | undefined)[]): string {
  return cut(safeText(values.map((value) => (value === undefined ? '' : JSON.stringify(value))).join(', ')));
}

function cut(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}
