import type { ConnectorContext, Cursor, Page, ReadRequest, Row } from '@isthmus/connector-kit';
import { readAssociations } from './associations.js';
import { idOf, lineItemKind, orderKind } from './objects.js';
import { completeOrders, fetchOrders } from './order-rows.js';
import { changeCursor, readAll, readChanges, toCursor } from './read-objects.js';
import type { ChangeCursor } from './read-objects.js';

/**
 * Reads whole orders. A change of a line does not touch the order's own stamp, so after the changed orders the orders of
 * changed lines are read too. The cursor holds both positions.
 */
export async function* readOrders(context: ConnectorContext, request: ReadRequest): AsyncIterable<Page> {
  if (request.full) {
    for await (const page of readAll(context, orderKind, request.cursor))
      yield { ...page, rows: await completeOrders(context, page.rows) };
    return;
  }
  let orders = changeCursor(member(request.cursor, 'orders'));
  const lines = changeCursor(member(request.cursor, 'lines'));
  for await (const page of readChanges(context, orderKind, orders)) {
    orders = page.cursor;
    yield { rows: await completeOrders(context, page.rows), cursor: both(orders, lines) };
  }
  // The first read got every line with its order: line changes count from there.
  const start = lines ?? orders ?? { since: 0 };
  for await (const page of readChanges(context, lineItemKind, start)) {
    yield { rows: await ordersOfLines(context, page.rows), cursor: both(orders, page.cursor) };
  }
}

async function ordersOfLines(context: ConnectorContext, lines: readonly Row[]): Promise<readonly Row[]> {
  if (lines.length === 0) return [];
  const found = await readAssociations(context, 'line_items', 'orders', lines.map(idOf));
  const fetched = await fetchOrders(context, [...new Set([...found.values()].flat())]);
  return fetched.flatMap((result) => ('row' in result ? [result.row] : []));
}

function both(orders: ChangeCursor | undefined, lines: ChangeCursor | undefined): Cursor {
  return {
    ...(orders === undefined ? {} : { orders: toCursor(orders) }),
    ...(lines === undefined ? {} : { lines: toCursor(lines) }),
  };
}

function member(cursor: Cursor | undefined, name: string): Cursor | undefined {
  if (cursor === undefined || cursor === null || typeof cursor !== 'object' || Array.isArray(cursor)) return undefined;
  return cursor[name];
}
