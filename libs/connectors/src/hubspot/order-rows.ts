import type { ConnectorContext, Fetched, Row } from '@isthmus/connector-kit';
import { readAssociations } from './associations.js';
import { batchRead } from './batch.js';
import { productsOfLines } from './line-products.js';
import { idOf, LINE_ID, lineItemKind, orderKind, propertiesIn, propertyText } from './objects.js';

/**
 * Makes whole orders of bare order objects: their lines and the ids of their contacts and companies. Search and batch reads
 * give no associations, so three association reads and one read of line items are needed for up to 100 orders.
 */
export async function completeOrders(context: ConnectorContext, orders: readonly Row[]): Promise<readonly Row[]> {
  if (orders.length === 0) return [];
  const ids = orders.map(idOf);
  const [contacts, companies, lines] = await Promise.all([
    readAssociations(context, 'orders', 'contacts', ids),
    readAssociations(context, 'orders', 'companies', ids),
    readAssociations(context, 'orders', 'line_items', ids),
  ]);
  const items = await batchRead(context, lineItemKind, [...lines.values()].flat());
  const products = await productsOfLines(context, [...items.values()]);
  return orders.map((order): Row => {
    const id = idOf(order);
    const own = (lines.get(id) ?? []).map((lineId) => items.get(lineId)).filter((item) => item !== undefined);
    return {
      ...order,
      lineItems: inPosition(own).map((item, index) => toLine(item, index + 1, products(item))),
      associations: { contacts: [...(contacts.get(id) ?? [])], companies: [...(companies.get(id) ?? [])] },
    };
  });
}

/** Fetches whole orders by id. */
export async function fetchOrders(context: ConnectorContext, ids: readonly string[]): Promise<readonly Fetched[]> {
  const found = await batchRead(context, orderKind, ids);
  const complete = new Map(
    (
      await completeOrders(
        context,
        [...found.values()].filter((row) => row['archived'] !== true),
      )
    ).map((row) => [idOf(row), row]),
  );
  return ids.map((id): Fetched => {
    const row = complete.get(id);
    return row === undefined ? { id, gone: true } : { id, row };
  });
}

/** The lines of a whole order. */
export function linesOf(order: Row | undefined): readonly Row[] {
  const lines = order?.['lineItems'];
  return Array.isArray(lines)
    ? lines.filter((line): line is Row => line !== null && typeof line === 'object' && !Array.isArray(line))
    : [];
}

/** Our id of a line: the part of the unique property after the record id, or HubSpot's id for a line that was made there. */
export function lineIdOf(line: Row): string {
  const lineId = line['lineId'];
  return typeof lineId === 'string' ? lineId : '';
}

/** Value of the unique line property. */
export function uniqueLineId(recordId: string, lineId: string): string {
  return `${recordId}/${lineId}`;
}

/** A line with what HubSpot's line items lack: our id, its place, and product, unit and tax rate, from the product where the line says nothing. */
function toLine(item: Row, position: number, product: Row | undefined): Row {
  const unique = propertyText(item, LINE_ID);
  const inherited = (name: string): string | null =>
    propertyText(item, name) ?? (product === undefined ? null : (propertyText(product, name) ?? null));
  return {
    id: idOf(item),
    lineId: unique === undefined ? idOf(item) : unique.slice(unique.indexOf('/') + 1),
    position,
    productId: propertyText(item, 'hs_product_id') ?? (product === undefined ? null : idOf(product)),
    unit: inherited('base_unit'),
    taxRate: inherited('tax_rate'),
    properties: propertiesIn(item),
  };
}

/** People sort lines by hand; lines without a place follow in the order of their creation. */
function inPosition(items: readonly Row[]): readonly Row[] {
  const place = (item: Row): number => Number(propertyText(item, 'hs_position_on_quote') ?? Number.MAX_SAFE_INTEGER);
  return [...items].sort((a, b) => place(a) - place(b) || compareIds(idOf(a), idOf(b)));
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
