import type {
  ConnectorContext,
  JsonSchema,
  Page,
  ReadRequest,
  Row,
  Stream,
  Streams,
  Wording,
} from '@isthmus/connector-kit';
import { fetchLocations, readLocations } from './locations.js';
import { companyKind, contactKind, idOf, orderKind, productKind, stampOf } from './objects.js';
import type { ObjectKind } from './objects.js';
import { fetchOrders } from './order-rows.js';
import { changeCursor, FETCH_SIZE, fetchObjects, readAll, readChanges, toCursor } from './read-objects.js';
import { readOrders } from './read-orders.js';
import { companiesSchema } from './schemas/companies.js';
import { contactsSchema } from './schemas/contacts.js';
import { locationsSchema } from './schemas/locations.js';
import { ordersSchema } from './schemas/orders.js';
import { productsSchema } from './schemas/products.js';
import { stockLevelsSchema } from './schemas/stock-levels.js';
import { fetchStock, readStock, writeStock } from './stock-levels.js';
import { removeObjects, writeObjects } from './write-objects.js';
import { writeOrders } from './write-orders.js';

/** All that the connector reads and writes. */
export const streams: Streams = {
  contacts: objectStream(contactKind, { en: 'Contacts', zh: '联系人' }, contactsSchema),
  companies: objectStream(companyKind, { en: 'Companies', zh: '公司' }, companiesSchema),
  products: objectStream(productKind, { en: 'Products', zh: '产品' }, productsSchema),
  orders: {
    title: { en: 'Orders', zh: '订单' },
    schema: ordersSchema,
    key: idOf,
    modifiedAt: (row) => modifiedAt(orderKind, row),
    pollSeconds: 60,
    read: readOrders,
    fetchBatchSize: FETCH_SIZE,
    fetch: fetchOrders,
    write: {
      batchSize: 50,
      concurrency: 2,
      repeat: 'upsert',
      write: writeOrders,
      remove: (context, ids) => removeObjects(context, orderKind, ids),
    },
  },
  locations: {
    title: { en: 'Locations', zh: '仓库' },
    schema: locationsSchema,
    key: (row) => (typeof row['code'] === 'string' ? row['code'] : ''),
    pollSeconds: 3600,
    read: readLocations,
    fetchBatchSize: FETCH_SIZE,
    fetch: fetchLocations,
  },
  stockLevels: {
    title: { en: 'Stock levels', zh: '库存' },
    schema: stockLevelsSchema,
    key: idOf,
    modifiedAt: (row) => (typeof row['updatedAt'] === 'string' ? row['updatedAt'] : undefined),
    pollSeconds: 300,
    read: readStock,
    fetchBatchSize: FETCH_SIZE,
    fetch: fetchStock,
    write: { batchSize: 100, concurrency: 2, repeat: 'upsert', write: writeStock },
  },
};

function objectStream(kind: ObjectKind, title: Wording, schema: JsonSchema): Stream {
  return {
    title,
    schema,
    key: idOf,
    modifiedAt: (row) => modifiedAt(kind, row),
    pollSeconds: 60,
    read: (context, request) => readObjects(context, kind, request),
    fetchBatchSize: FETCH_SIZE,
    fetch: (context, ids) => fetchObjects(context, kind, ids),
    write: {
      batchSize: 100,
      concurrency: 2,
      repeat: 'upsert',
      write: (context, items) => writeObjects(context, kind, items),
      remove: (context, ids) => removeObjects(context, kind, ids),
    },
  };
}

async function* readObjects(context: ConnectorContext, kind: ObjectKind, request: ReadRequest): AsyncIterable<Page> {
  if (request.full) {
    yield* readAll(context, kind, request.cursor);
    return;
  }
  for await (const page of readChanges(context, kind, changeCursor(request.cursor))) {
    yield { rows: page.rows, cursor: toCursor(page.cursor) };
  }
}

function modifiedAt(kind: ObjectKind, row: Row): string | undefined {
  const stamp = stampOf(kind, row);
  return stamp === undefined ? undefined : new Date(stamp).toISOString();
}
