import type { JsonSchema } from '@isthmus/connector-kit';

/** Native schema of a stock level: one product property that stands for one location. */
export const stockLevelsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'HubSpot stock property',
  type: 'object',
  required: ['id', 'productId', 'location', 'property'],
  properties: {
    id: { type: 'string' },
    productId: { type: 'string' },
    location: { type: 'string' },
    property: { type: 'string' },
    quantity: { type: ['string', 'null'] },
    unit: { type: ['string', 'null'] },
    updatedAt: { type: ['string', 'null'] },
  },
};
