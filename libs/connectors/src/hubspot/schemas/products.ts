import { productKind } from '../objects.js';
import { objectSchema } from './parts.js';

const own = productKind.own.map((property) => property.name);

/** Native schema of a product. */
export const productsSchema = objectSchema('HubSpot product', [
  productKind.stamp,
  'createdate',
  ...productKind.properties,
  ...own,
]);
