import type { JsonSchema } from '@isthmus/connector-kit';

/** Native schema of a location as the settings name it. */
export const locationsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Location of the settings',
  type: 'object',
  required: ['code', 'property'],
  properties: { code: { type: 'string' }, property: { type: 'string' } },
};
