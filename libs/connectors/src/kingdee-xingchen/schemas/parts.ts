import type { JsonSchema } from '@isthmus/connector-kit';

export const text: JsonSchema = { type: ['string', 'null'] };
/** Amounts are text in lists and numbers in details; long ones arrive as text. */
export const decimal: JsonSchema = { type: ['string', 'number', 'null'] };
/** Flags are JSON booleans or the texts "1" and "0". */
export const flag: JsonSchema = { type: ['boolean', 'string', 'null'] };
/** Custom fields of the account set by their keys. */
export const customField: JsonSchema = { type: 'object', additionalProperties: true };

/** Schema of a row with the named members; Kingdee sends more. */
export function rowSchema(
  title: string,
  required: readonly string[],
  properties: { readonly [name: string]: JsonSchema },
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    required,
    properties,
    additionalProperties: true,
  };
}

/** The same schema for each of the names. */
export function each(names: readonly string[], schema: JsonSchema): { readonly [name: string]: JsonSchema } {
  return Object.fromEntries(names.map((name) => [name, schema]));
}
