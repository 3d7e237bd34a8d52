import { textOf } from '../../command.js';
import type { Call, CliOption } from '../../command.js';

/** Options that pick dead letters by cause. */
export const CAUSE_OPTIONS: readonly CliOption[] = [
  { flags: '--code <code>', text: { en: 'only with this code', zh: '按代码筛选' } },
  { flags: '--connection <id>', text: { en: 'only of this connection', zh: '按连接筛选' } },
  { flags: '--entity <entity>', text: { en: 'only of this entity', zh: '按实体筛选' } },
];

/** The cause that the options name; what was not given is undefined. */
export function causeOf(call: Call): { code?: string; connection?: string; entity?: string } {
  const [code, connection, entity] = ['code', 'connection', 'entity'].map((name) => textOf(call, name));
  return { ...(code && { code }), ...(connection && { connection }), ...(entity && { entity }) };
}
