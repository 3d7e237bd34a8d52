import type { JsonSchema } from '@isthmus/connector-kit';
import { lineItemKind, orderKind } from '../objects.js';
import { objectSchema, propertyValue } from './parts.js';

const lineProperties = [...lineItemKind.properties, ...lineItemKind.own.map((property) => property.name)];
const ids: JsonSchema = { type: 'array', items: { type: 'string' } };

/** Native schema of a whole order: the object with its line items and the ids of its contacts and companies. */
export const ordersSchema = objectSchema(
  'HubSpot order',
  [orderKind.stamp, ...orderKind.properties, ...orderKind.own.map((property) => property.name)],
  {
    lineItems: {
      type: 'array',
      items: {
        type: 'object',
        required: ['lineId', 'properties'],
        properties: {
          id: { type: 'string' },
          lineId: { type: 'string' },
          position: { type: 'integer', minimum: 1 },
          productId: propertyValue,
          unit: propertyValue,
          taxRate: propertyValue,
          properties: {
            type: 'object',
            properties: Object.fromEntries(lineProperties.map((name) => [name, propertyValue])),
            additionalProperties: propertyValue,
          },
        },
      },
    },
    associations: { type: 'object', properties: { contacts: ids, companies: ids } },
  },
);
