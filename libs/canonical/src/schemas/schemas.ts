import { customerSchema } from './customer.js';
import { locationSchema } from './location.js';
import { orderSchema } from './order.js';
import { productSchema } from './product.js';
import type { JsonSchema } from './schema.js';
import { stockLevelSchema } from './stock-level.js';

/** Type name → schema, in the order of the generated types. */
export const schemasByTypeName: { readonly [typeName: string]: JsonSchema } = {
  Customer: customerSchema,
  Product: productSchema,
  Location: locationSchema,
  Order: orderSchema,
  StockLevel: stockLevelSchema,
};
