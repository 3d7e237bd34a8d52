import { fileURLToPath } from 'node:url';
import { WEBHOOK_SECRET } from './orders.mjs';

const text = { type: 'string' };
const object = (properties) => ({ type: 'object', properties });
const mapping = (name) => fileURLToPath(new URL(`../mappings/${name}.yaml`, import.meta.url));
const title = (en, zh) => ({ en, zh });

/** A connection of the generic JSON connector; nothing about it is made for this measurement. */
function connection(id, farSide, settings, mappings) {
  return {
    id,
    connector: 'rest',
    settings: { baseUrl: farSide, limits: { concurrency: 8 }, ...settings },
    mappings,
    environment: { allowHosts: [new URL(farSide).host] },
  };
}

const lineOf = (names, number) => ({
  type: 'array',
  items: object({ ...Object.fromEntries(names.map((name) => [name, text])), [number]: { type: 'integer' } }),
});
const texts = (...names) => Object.fromEntries(names.map((name) => [name, text]));

/** A shop that sends whole orders by signed webhooks with event ids, and an ERP that takes them one by one under an idempotency key. */
export function orderConfiguration(farSide) {
  const shopOrders = object({
    ...texts(
      'id',
      'number',
      'date',
      'status',
      'currency',
      'buyer',
      'receiver',
      'phone',
      'province',
      'city',
      'district',
      'street',
      'note',
      'total',
      'updatedAt',
    ),
    lines: lineOf(['id', 'sku', 'name', 'spec', 'qty', 'price', 'taxRate', 'net', 'tax', 'gross'], 'no'),
  });
  const erpOrders = object({
    ...texts('id', 'bill_no', 'bill_date', 'bill_state', 'currency', 'customer_name', 'remark', 'total'),
    contact: object(texts('name', 'phone', 'province', 'city', 'district', 'address')),
    entries: lineOf(
      ['key', 'item_code', 'item_name', 'spec', 'qty', 'price', 'tax_rate', 'amount', 'tax', 'all_amount'],
      'seq',
    ),
  });
  const shop = {
    webhookSecret: WEBHOOK_SECRET,
    webhook: { stream: 'orders', eventIdHeader: 'x-event-id', hmac: { header: 'x-signature', prefix: 'sha256=' } },
    streams: { orders: { title: title('Orders', '订单'), schema: shopOrders, key: 'id', modifiedAt: 'updatedAt' } },
  };
  const write = { create: { path: '/orders', idAt: 'id' }, idempotency: { header: 'idempotency-key' }, concurrency: 8 };
  const erp = { streams: { orders: { title: title('Orders', '订单'), schema: erpOrders, key: 'id', write } } };
  return {
    connections: [
      connection('shop', farSide, shop, { orders: mapping('shop-orders') }),
      connection('erp', farSide, erp, { orders: mapping('erp-orders') }),
    ],
    flows: [
      {
        id: 'orders',
        entity: 'order',
        members: [
          { connection: 'shop', streams: ['orders'], direction: 'in' },
          { connection: 'erp', streams: ['orders'], direction: 'out' },
        ],
      },
    ],
  };
}

/** A CRM that is read 200 customers a page, and an ERP that takes 200 at a time. */
export function customerConfiguration(farSide) {
  const crmCustomers = object(
    texts(
      'id',
      'number',
      'name',
      'mobile',
      'email',
      'province',
      'city',
      'district',
      'street',
      'creditLimit',
      'note',
      'updatedAt',
    ),
  );
  const erpCustomers = object({
    ...texts('id', 'request_id', 'code', 'name', 'contact_mobile', 'contact_email', 'credit', 'remark'),
    address: object(texts('province', 'city', 'district', 'street')),
  });
  const read = {
    path: '/customers',
    rowsAt: 'items',
    paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 200 },
    since: { param: 'updatedSince' },
    pollSeconds: 3600,
  };
  const write = {
    create: { path: '/customers', idAt: 'id' },
    bulk: { path: '/customers/bulk', itemsAt: 'items', resultsAt: 'results', idAt: 'id', size: 200 },
    idempotency: { field: 'request_id' },
    concurrency: 8,
  };
  const crm = {
    streams: {
      customers: { title: title('Customers', '客户'), schema: crmCustomers, key: 'id', modifiedAt: 'updatedAt', read },
    },
  };
  // Read only to compare: the flow writes to it.
  const readBack = {
    path: '/erp-customers',
    rowsAt: 'items',
    paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 200 },
  };
  const erpStream = { title: title('Customers', '客户'), schema: erpCustomers, key: 'id', read: readBack, write };
  const erp = { streams: { customers: erpStream } };
  return {
    connections: [
      connection('crm', farSide, crm, { customers: mapping('crm-customers') }),
      connection('erp', farSide, erp, { customers: mapping('erp-customers') }),
    ],
    flows: [
      {
        id: 'customers',
        entity: 'customer',
        members: [
          { connection: 'crm', streams: ['customers'], direction: 'in' },
          { connection: 'erp', streams: ['customers'], direction: 'out' },
        ],
      },
    ],
  };
}

/** Two systems that keep the same customers, read every second and written one by one; each may change every field. */
export function stormConfiguration(sandbox, sides) {
  const stream = (side) => ({
    title: title('Customers', '客户'),
    schema: object(texts('id', 'number', 'name', 'email', 'phone', 'note', 'updatedAt', 'version')),
    key: 'id',
    modifiedAt: 'updatedAt',
    version: 'version',
    read: {
      path: `/${side}`,
      rowsAt: 'items',
      paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 500 },
      since: { param: 'updatedSince', overlapSeconds: 2 },
      pollSeconds: 1,
    },
    fetch: { path: `/${side}/{id}` },
    write: {
      create: { path: `/${side}`, idAt: 'id', storedAt: '' },
      update: { path: `/${side}/{id}`, storedAt: '' },
      idempotency: { header: 'Idempotency-Key' },
      concurrency: 8,
    },
  });
  const settings = (side) => ({
    auth: { kind: 'bearer' },
    token: 'sandbox-rest-token',
    limits: { requestsPerSecond: 10_000, burst: 10_000, concurrency: 8 },
    streams: { customers: stream(side) },
  });
  return {
    connections: sides.map((side) => ({
      id: side,
      connector: 'rest',
      settings: { baseUrl: `${sandbox}/rest`, ...settings(side) },
      mappings: { customers: mapping('storm-customers') },
      environment: { allowHosts: [new URL(sandbox).host] },
    })),
    flows: [
      {
        id: 'customers',
        entity: 'customer',
        members: sides.map((side) => ({ connection: side, streams: ['customers'], direction: 'both' })),
        policy: { match: { customerNumber: 'strong' }, reconcile: { every: false, afterOutage: false } },
      },
    ],
  };
}
