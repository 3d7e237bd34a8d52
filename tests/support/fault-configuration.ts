import { join } from 'node:path';
import { SHOP_SECRET } from './shop-orders.js';

/** How the ERP recognises the repetition of a create. */
export type Repetition = 'key' | 'lookup';

/** What a fault test may choose. */
export interface FaultConfigurationOptions {
  /** @default key */
  readonly repetition?: Repetition;
  /** The shop's orders are read from the sandbox as well, so often. @default webhooks only */
  readonly pollSeconds?: number;
  /** Customers come in CSV files as well, below the hub's files folder. @default false */
  readonly files?: boolean;
}

const MAPPINGS = join(process.cwd(), 'tests', 'faults', 'process', 'mappings');
const text = { type: 'string' };

/** Configuration of the fault tests: a shop that sends signed webhooks, and an ERP that gets the orders one by one, both by the rest connector. */
export function faultConfiguration(sandboxUrl: string, options: FaultConfigurationOptions): object {
  const allowHosts = [new URL(sandboxUrl).host];
  const common = { connector: 'rest', environment: { allowHosts } };
  const baseUrl = `${sandboxUrl}/rest`;
  const auth = { auth: { kind: 'bearer' }, token: 'sandbox-rest-token' };
  return {
    connections: [
      {
        ...common,
        id: 'shop',
        settings: { baseUrl, ...auth, ...shop(options) },
        mappings: { orders: join(MAPPINGS, 'shop-orders.yaml') },
      },
      {
        ...common,
        id: 'erp',
        settings: { baseUrl, ...auth, ...erp(options) },
        mappings: { orders: join(MAPPINGS, 'erp-orders.yaml') },
      },
      ...(options.files ? [FILES] : []),
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
      ...(options.files ? [FILE_FLOW] : []),
    ],
  };
}

const column = { type: 'text' };

const FILES = {
  id: 'excel',
  connector: 'files',
  settings: {
    folder: 'inbox',
    stableSeconds: 1,
    streams: {
      customers: { pattern: '*.csv', key: 'number', columns: { number: column, name: column, note: column } },
    },
  },
  mappings: { customers: join(MAPPINGS, 'file-customers.yaml') },
};

const FILE_FLOW = {
  id: 'customers',
  entity: 'customer',
  members: [{ connection: 'excel', streams: ['customers'], direction: 'in' }],
};

function shop({ pollSeconds }: FaultConfigurationOptions): object {
  const read = {
    path: '/shop-orders',
    rowsAt: 'items',
    paging: { kind: 'cursor', param: 'cursor', nextAt: 'next', sizeParam: 'limit', size: 100 },
    pollSeconds,
  };
  const properties = named('id', 'number', 'date', 'currency', 'buyer', 'note', 'total', 'updatedAt');
  const schema = {
    type: 'object',
    properties: {
      ...properties,
      lines: listOf('no', 'id', 'sku', 'name', 'qty', 'price', 'taxRate', 'net', 'tax', 'gross'),
    },
  };
  const stream = { title: { en: 'Orders', zh: '订单' }, schema, key: 'id', modifiedAt: 'updatedAt' };
  return {
    webhookSecret: SHOP_SECRET,
    webhook: { stream: 'orders', eventIdHeader: 'x-event-id', hmac: { header: 'x-signature', prefix: 'sha256=' } },
    streams: { orders: { ...stream, ...(pollSeconds !== undefined && { read }) } },
  };
}

function erp({ repetition = 'key' }: FaultConfigurationOptions): object {
  const properties = named('id', 'bill_no', 'bill_date', 'customer_name', 'currency', 'remark', 'total');
  const entries = listOf(
    'seq',
    'key',
    'item_code',
    'item_name',
    'qty',
    'price',
    'tax_rate',
    'amount',
    'tax',
    'all_amount',
  );
  const schema = { type: 'object', properties: { ...properties, entries } };
  const lookup = { path: '/orders?externalId={recordId}', rowsAt: 'items', field: 'externalId' };
  const write = {
    create: { path: '/orders', idAt: 'id' },
    update: { path: '/orders/{id}' },
    idempotency: repetition === 'key' ? { header: 'idempotency-key' } : { lookup },
    concurrency: 8,
  };
  return { streams: { orders: { title: { en: 'Orders', zh: '订单' }, schema, key: 'id', write } } };
}

function named(...names: string[]): object {
  return Object.fromEntries(names.map((name) => [name, text]));
}

function listOf(number: string, ...names: string[]): object {
  return {
    type: 'array',
    items: { type: 'object', properties: { [number]: { type: 'integer' }, ...named(...names) } },
  };
}
