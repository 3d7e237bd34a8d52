import type { ConnectionAnswer, StreamAnswer } from '@isthmus/api-contract';
import type { Cli } from '../../cli.js';
import { word } from '../../command.js';
import type { CliCommand } from '../../command.js';
import { EXIT } from '../../exit-code.js';
import { path } from '../../hub/hub-client.js';
import { safeText } from '../../output/safe-text.js';
import { moment, orDash, reasonText, short } from '../../output/words.js';

/** `isthmus connection show` */
export const showConnection: CliCommand = {
  usage: 'show <id>',
  text: { en: 'one connection with its streams; secrets are never shown', zh: '显示一个连接及其数据流；不显示机密' },
  async run(cli, call) {
    const id = word(call, 0);
    const connection = await cli.hub().get<ConnectionAnswer>(path`/connections/${id}`);
    const { items: streams } = await cli
      .hub()
      .get<{ items: readonly StreamAnswer[] }>(path`/connections/${id}/streams`);
    cli.print({ ...connection, streams }, () => `${connectionText(cli, connection)}\n${streamTable(cli, streams)}`);
    return EXIT.ok;
  },
};

function connectionText(cli: Cli, connection: ConnectionAnswer): string {
  const why = connection.stateReason ? ` (${reasonText(connection.stateReason, cli.language)})` : '';
  const lines: readonly (readonly [string, string])[] = [
    [cli.say({ en: 'connector', zh: '连接器' }), connection.connector],
    [cli.say({ en: 'state', zh: '状态' }), `${connection.state}${why}, ${moment(connection.stateSince)}`],
    [cli.say({ en: 'last success', zh: '上次成功' }), moment(connection.lastSuccessAt)],
    [cli.say({ en: 'last webhook', zh: '上次回调' }), moment(connection.lastWebhookAt)],
    ...Object.entries(connection.settings).map(
      ([name, value]) => [`settings.${name}`, short(JSON.stringify(value))] as const,
    ),
    ...connection.secretNames.map((name) => [`settings.${name}`, '********'] as const),
  ];
  const title = cli.colours.bold(safeText(`${connection.id}  ${connection.title}`));
  return `${title}\n${lines.map(([name, value]) => `  ${safeText(`${name}: ${value}`)}\n`).join('')}`;
}

function streamTable(cli: Cli, streams: readonly StreamAnswer[]): string {
  const rows = streams.flatMap((stream) =>
    (stream.cursors.length === 0 ? [undefined] : stream.cursors).map((cursor) => ({ stream, cursor })),
  );
  return cli.table(
    [
      { head: { en: 'STREAM', zh: '数据流' }, text: ({ stream }) => stream.name },
      { head: { en: 'ENTITY', zh: '实体' }, text: ({ stream }) => orDash(stream.entity) },
      {
        head: { en: 'DOES', zh: '方向' },
        text: ({ stream }) => [stream.reads && 'read', stream.writes && 'write'].filter(Boolean).join('+') || '-',
      },
      { head: { en: 'MAPPING', zh: '映射' }, text: ({ stream }) => orDash(stream.mapping) },
      { head: { en: 'READ FOR', zh: '读取目的' }, text: ({ cursor }) => orDash(cursor?.purpose) },
      { head: { en: 'STATE', zh: '状态' }, text: ({ cursor }) => orDash(cursor?.state) },
      { head: { en: 'ROWS', zh: '行数' }, text: ({ cursor }) => orDash(cursor?.rowsRead) },
      { head: { en: 'FINISHED', zh: '完成于' }, text: ({ cursor }) => moment(cursor?.finishedAt) },
      {
        head: { en: 'FAILURE', zh: '失败原因' },
        text: ({ cursor }) => (cursor?.failure ? reasonText(cursor.failure, cli.language) : ''),
      },
    ],
    rows,
  );
}
