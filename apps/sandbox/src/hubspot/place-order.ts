import { formatDecimal, multiply, parseDecimal } from '../store/decimal.js';
import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { defaultAssociation } from './associations.js';
import type { Crm, CrmRow } from './crm.js';
import { objectType, type ObjectType } from './object-types.js';
import { ControlError } from '../far-side.js';
import { PRODUCTS } from '../seed/catalogue.js';

/**
 * A person enters an order in the CRM: `{ contactId?, email?, companyId?, name?, externalId?, lines?: [{ sku, quantity?, price? }] }`.
 * Without a customer the first contact is taken, without lines one piece of the first product of the demonstration data.
 */
export function placeOrder(crm: Crm, request: JsonObject, at: number): { order: CrmRow; lines: CrmRow[] } {
  const [contacts, companies, orders, lineItems] = ['contacts', 'companies', 'orders', 'line_items'].map(kind) as [
    ObjectType,
    ObjectType,
    ObjectType,
    ObjectType,
  ];
  const company = asText(request['companyId']) === '' ? undefined : crm.find(companies, asText(request['companyId']));
  const contact = company === undefined ? customerOf(crm, contacts, request) : undefined;
  if (company === undefined && contact === undefined) throw new ControlError(404, 'no such customer in the CRM');
  const wanted = asArray(request['lines']).map(asObject);
  const lines = (wanted.length > 0 ? wanted : [{ sku: PRODUCTS[0]?.sku, quantity: 1 }]).map((line) =>
    newLine(crm, lineItems, line),
  );
  const total = lines.reduce((sum, line) => sum + (parseDecimal(line.properties['amount'] ?? '') ?? 0n), 0n);
  const order = crm.create(
    orders,
    {
      hs_order_name: asText(request['name']) || `CRM-${crm.table(orders).size + 1}`,
      hs_external_order_id: asText(request['externalId']),
      hs_currency_code: 'CNY',
      hs_total_price: formatDecimal(total, 2),
      hs_external_created_date: new Date(at).toISOString(),
      hs_source_store: 'CRM',
      hs_fulfillment_status: 'unfulfilled',
    },
    'CRM_UI',
  );
  const customer = company ?? contact;
  const customers = company === undefined ? contacts : companies;
  if (customer !== undefined)
    crm.associations.link(orders, order.id, customers, customer.id, [defaultAssociation(orders, customers)], at);
  for (const line of lines)
    crm.associations.link(orders, order.id, lineItems, line.id, [defaultAssociation(orders, lineItems)], at);
  return { order, lines };
}

function kind(name: string): ObjectType {
  const type = objectType(name);
  if (type === undefined) throw new Error(`no object type ${name}`);
  return type;
}

function customerOf(crm: Crm, contacts: ObjectType, request: JsonObject): CrmRow | undefined {
  if (asText(request['contactId']) !== '') return crm.find(contacts, asText(request['contactId']));
  if (asText(request['email']) !== '') return crm.find(contacts, asText(request['email']), 'email');
  for (const { row } of crm.table(contacts).all()) if (row.archivedAt === null) return row;
  return undefined;
}

function newLine(crm: Crm, lineItems: ObjectType, line: JsonObject): CrmRow {
  const sku = asText(line['sku']);
  const known = PRODUCTS.find((product) => product.sku === sku);
  const price = asText(line['price']) || known?.price;
  if (price === undefined) throw new ControlError(400, `no price for "${sku}"`);
  const quantity = asText(line['quantity']) || '1';
  if (multiply(parseDecimal(price) ?? 0n, parseDecimal(quantity) ?? 0n) <= 0n)
    throw new ControlError(400, 'price and quantity must be above zero');
  return crm.create(
    lineItems,
    { name: known?.name ?? sku, hs_sku: sku, price, quantity, hs_line_item_currency_code: 'CNY' },
    'CRM_UI',
  );
}
