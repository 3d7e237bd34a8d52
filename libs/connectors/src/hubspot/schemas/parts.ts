import type { JsonSchema } from '@isthmus/connector-kit';

/** A property value: HubSpot holds all values as text, empty ones as null. */
export const propertyValue: JsonSchema = { type: ['string', 'null'] };

/** Schema of a CRM object with the named properties; an account may hold more. */
export function objectSchema(
  title: string,
  properties: readonly string[],
  more: { readonly [name: string]: JsonSchema } = {},
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title,
    type: 'object',
    required: ['id', 'properties'],
    properties: {
      id: { type: 'string' },
      properties: {
        type: 'object',
        properties: Object.fromEntries(['hs_object_id', ...properties].map((name) => [name, propertyValue])),
        additionalProperties: propertyValue,
      },
      createdAt: { type: 'string' },
      updatedAt: { type: 'string' },
      archived: { type: 'boolean' },
      archivedAt: { type: 'string' },
      ...more,
    },
  };
}
