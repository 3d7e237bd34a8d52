import type { MappingTrace } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { CliError } from '../../cli-error.js';
import { EXIT } from '../../exit-code.js';
import type { ExitCode } from '../../exit-code.js';
import { safeText } from '../../output/safe-text.js';

interface RecordTraceOptions {
  readonly record: string;
  readonly back: boolean;
  readonly skipped: boolean;
}

type RuleRow = MappingTrace['rules'][number];

/** `isthmus mapping trace <connection>/<stream> --record <id>`: what the mapping in use makes of a stored record, asked of the hub. */
export async function traceRecord(cli: Cli, place: string, options: RecordTraceOptions): Promise<ExitCode> {
  const [connection = '', stream = ''] = place.split('/');
  if (connection === '' || stream === '')
    throw new CliError(EXIT.usage, {
      en: 'With --record the mapping is named as connection/stream, for example crm/contacts.',
      zh: '使用 --record 时，请以 连接/数据流 指定映射，例如 crm/contacts。',
    });
  const trace = await cli.hub().post<MappingTrace>('/mappings/trace', {
    connection,
    stream,
    recordId: options.record,
    direction: options.back ? 'out' : 'in',
  });
  cli.print(trace, () => traceText(cli, trace, options));
  return trace.ok ? EXIT.ok : EXIT.failure;
}

function traceText(cli: Cli, trace: MappingTrace, { back, skipped }: RecordTraceOptions): string {
  const ends = (row: RuleRow): readonly [string, string] => [row.native.join(', '), row.canonical ?? ''];
  const from = (row: RuleRow): string => ends(row)[back ? 1 : 0];
  const to = (row: RuleRow): string => ends(row)[back ? 0 : 1];
  const table = cli.table(
    [
      { head: { en: 'RULE', zh: '规则' }, text: (row: RuleRow) => `${row.at} (${row.line}:${row.column})` },
      {
        head: { en: 'FROM', zh: '来源' },
        text: (row: RuleRow) => safeText([row.item, from(row)].filter(Boolean).join('/')),
      },
      { head: { en: 'VALUE', zh: '值' }, text: (row: RuleRow) => safeText(JSON.stringify(row.input)) },
      { head: { en: 'TO', zh: '目标' }, text: (row: RuleRow) => safeText(to(row)) },
      { head: { en: 'RESULT', zh: '结果' }, text: (row: RuleRow) => safeText(JSON.stringify(row.output)) },
      { head: { en: 'OUTCOME', zh: '情况' }, text: (row: RuleRow) => [row.outcome, row.reason ?? ''].join(' ').trim() },
    ],
    trace.rules.filter(({ outcome }) => skipped || outcome !== 'skipped'),
  );
  const issues = trace.issues.map(({ code, path, message }) => `${safeText(`${path} ${code} ${cli.say(message)}`)}\n`);
  return `${issues.join('')}${table}`;
}
