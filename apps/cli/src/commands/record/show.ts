import type { RecordAnswer, ReplicaAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { moment, orDash, valueText } from '../../output/words.js';
import { findRecordId } from './find-record-id.js';

/** `isthmus record show` */
export const showRecord: CliCommand = {
  usage: 'show <id>',
  text: { en: 'one record: fields, who set them, and its copies', zh: '显示一条记录：字段、来源及各系统副本' },
  async run(cli, call) {
    const id = await findRecordId(cli, word(call, 0));
    const record = await cli.hub().get<RecordAnswer>(path`/records/${id}`);
    cli.print(record, () => recordText(cli, record));
    return EXIT.ok;
  },
};

interface Field {
  readonly pointer: string;
  readonly value: unknown;
  readonly source: RecordAnswer['provenance'][string] | undefined;
}

function recordText(cli: Cli, record: RecordAnswer): string {
  const head = `${record.entity} ${record.label}  v${record.version}  ${record.recordStatus}  ${moment(record.updatedAt)}`;
  const fields = leaves(record.body, '').map(([pointer, value]): Field => ({
    pointer,
    value,
    source: sourceOf(record, pointer),
  }));
  return [
    `${cli.colours.bold(safeText(head))}\n${record.id}\n`,
    cli.table(
      [
        { head: { en: 'FIELD', zh: '字段' }, text: ({ pointer }: Field) => pointer },
        { head: { en: 'VALUE', zh: '值' }, text: ({ value }) => valueText(value) },
        { head: { en: 'SET BY', zh: '来源' }, text: ({ source }) => orDash(source?.connectionId) },
        { head: { en: 'AT', zh: '时间' }, text: ({ source }) => moment(source?.at) },
      ],
      fields,
    ),
    replicaTable(cli, record.replicas),
  ].join('\n');
}

function replicaTable(cli: Cli, replicas: readonly ReplicaAnswer[]): string {
  return cli.table(
    [
      { head: { en: 'CONNECTION', zh: '连接' }, text: (row) => `${row.connectionId}/${row.stream}` },
      { head: { en: 'NATIVE ID', zh: '原系统编号' }, text: (row) => orDash(row.nativeId) },
      {
        head: { en: 'STATE', zh: '状态' },
        text: (row) => row.syncState,
        paint: (text, row) => (row.syncState === 'settled' ? cli.colours.green : cli.colours.yellow)(text),
      },
      { head: { en: 'DELIVERED', zh: '已送版本' }, text: (row) => `${row.deliveredVersion}/${row.desiredVersion}` },
      { head: { en: 'IN WORDS', zh: '说明' }, text: (row) => cli.say(row.words) },
    ],
    replicas,
  );
}

/** Values of a body with their JSON Pointers. */
function leaves(value: unknown, pointer: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[pointer, value]];
  return Object.entries(value).flatMap(([key, item]) =>
    leaves(item, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/** Who set a field: the source of the field itself, or of the nearest part above it. */
function sourceOf({ provenance }: RecordAnswer, pointer: string): Field['source'] {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) if (provenance[at]) return provenance[at];
  return undefined;
}
