import { CliError } from '../../cli-error.js';
import { textOf } from '../../command.js';
import type { Call, CliOption } from '../../command.js';
import { EXIT } from '../../exit-code.js';

/** Options that say which conflicts a decision for many is about. */
export const CONFLICT_FILTER: readonly CliOption[] = [
  { flags: '--entity <entity>', text: { en: 'only of this entity', zh: '按实体筛选' } },
  { flags: '--connection <id>', text: { en: 'only with this connection', zh: '按连接筛选' } },
  { flags: '--record <id>', text: { en: 'only of this record', zh: '按记录筛选' } },
  {
    flags: '--field <path>',
    text: { en: 'only of this field, such as credit.limit', zh: '按字段筛选，例如 credit.limit' },
  },
];

/** The filter that a call names; empty = none. */
export function conflictFilter(call: Call): { [name: string]: string } {
  const names = ['entity', 'connection', 'record', 'field'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = textOf(call, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What a call decides: one side's value, or a value of its own, as JSON or as plain text. */
export function decisionOf(call: Call): { readonly take: string } | { readonly value: unknown } {
  const take = textOf(call, 'take');
  const value = textOf(call, 'value');
  if ((take === undefined) === (value === undefined))
    throw new CliError(EXIT.usage, {
      en: 'Say whose value holds: --take record, --take incoming, or --value with another one.',
      zh: '请指定以哪一方为准：--take record、--take incoming，或用 --value 填写其他值。',
    });
  return take !== undefined ? { take } : { value: valueOf(value ?? '') };
}

function valueOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Digits that somebody typed are text unless they ask for a number: an amount is kept as text in the hub.
    return typeof value === 'number' ? text : value;
  } catch {
    return text;
  }
}
