import type { MappingFinding } from '@isthmus/mapping';
import type { Cli } from '../../cli.js';
import { safeText } from '../../output/safe-text.js';

/** `file:line:col code message`, as compilers write it, so that editors can jump there. */
export function findingLine(
  cli: Cli,
  { file, line, column, code, severity, message, suggestion }: MappingFinding,
): string {
  const warning = severity === 'warning' ? cli.say({ en: 'warning: ', zh: '警告：' }) : '';
  const instead =
    suggestion === undefined ? '' : cli.say({ en: ` (try: ${suggestion})`, zh: `（建议：${suggestion}）` });
  const paint = severity === 'error' ? cli.colours.red : cli.colours.yellow;
  return `${safeText(file)}:${line}:${column} ${paint(safeText(code))} ${safeText(`${warning}${cli.say(message)}${instead}`)}`;
}
