import { stableJson, type Json } from '@isthmus/json';

/** What the reference shows of a schema. */
export interface Described {
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly Described[];
}

/** What a value of this schema is, for a table. */
export function kindOf(schema: Described): string {
  if (schema.enum) return schema.enum.map((word) => `\`${String(word)}\``).join(', ');
  if (schema.type === undefined)
    return (schema.anyOf ?? [])
      .map(kindOf)
      .filter((kind) => kind !== '')
      .join(' or ');
  return typeof schema.type === 'string' ? schema.type : schema.type.join(', ');
}

/** A JSON value as code in a table. */
export function code(value: Json): string {
  return `\`${cell(stableJson(value))}\``;
}

/** A text for a cell of a table. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
