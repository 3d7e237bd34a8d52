import { parseDecimal, shortDecimal } from '../store/decimal.js';
import { asText, type JsonObject } from '../wire/json.js';
import { recordBefore } from './base-data.js';
import type { Books } from './books.js';
import { KingdeeError, missing, NUMBER_TAKEN, WRONG_STATE } from './errors.js';
import { customFields, dayField, decimalField, textFields } from './inputs.js';
import { localDate } from './moments.js';
import { readLines } from './order-lines.js';
import { ORDER_FIELDS } from './order-shapes.js';
import type { Order } from './rows.js';
import type { Warehouse } from './stock.js';

/** Creates an order, or replaces the un-audited one with the given id, lines included. */
export function saveOrder(books: Books, body: JsonObject): Order {
  const before = recordBefore(books.orders, body);
  if (before !== undefined && before.status !== 'B' && before.status !== 'Z')
    throw new KingdeeError(WRONG_STATE, `单据[${before.billNo}]已审核，不能修改`);
  const customer = books.reference(books.customers, body, 'customer') ?? books.customers.get(before?.customerId ?? '');
  if (customer === undefined) throw missing('customer_number');
  const billNo = billNumber(books, body, before);
  const order: Order = {
    ...beginning(books, before),
    billNo,
    billDate: dayField(body, 'bill_date', before?.billDate ?? localDate(books.now())),
    customerId: customer.id,
    ...contents(books, body),
    fields: { ...before?.fields, ...textFields(body, ORDER_FIELDS) },
    customField: { ...before?.customField, ...customFields(body['custom_field']) },
  };
  if (before !== undefined) books.forget('orders', before.billNo);
  books.remember('orders', billNo, order.id);
  put(books, order, before === undefined ? 'add' : 'update');
  books.calls.effect('sal_order', before === undefined ? 'created' : 'updated');
  return order;
}

/** Id and state with which a saved order begins. */
function beginning(books: Books, before: Order | undefined) {
  const state = { status: 'B', auditedAt: null, shipped: false } as const;
  if (before !== undefined) return { id: before.id, createdAt: before.createdAt, ...state };
  return { id: books.orders.newId(), createdAt: books.now(), ...state };
}

function billNumber(books: Books, body: JsonObject, before: Order | undefined): string {
  const series = `XSDD-${localDate(books.now()).replaceAll('-', '')}-`;
  const billNo = asText(body['bill_no']).trim() || (before?.billNo ?? books.freeNumber(books.orders, series, 5));
  const holder = books.idOf('orders', billNo);
  if (holder !== undefined && holder !== before?.id) throw new KingdeeError(NUMBER_TAKEN, `单据编号[${billNo}]已存在`);
  return billNo;
}

/** Lines and what they come to; a total that the caller gives is not looked at. */
function contents(books: Books, body: JsonObject) {
  const lines = readLines(books, body);
  const discount = decimalField(body, 'bill_dis_amount') ?? 0n;
  const total = lines.reduce((sum, line) => sum + (parseDecimal(line.allAmount) ?? 0n), 0n) - discount;
  return { lines, totalAmount: shortDecimal(total), discountAmount: shortDecimal(discount) };
}

/** Audits an order: it occupies stock. Without `force` short stock is refused. */
export function auditOrder(books: Books, warehouse: Warehouse, order: Order, force: boolean): void {
  if (order.status === 'C') throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]已审核`);
  if (order.status === 'D') throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]作废中`);
  const lines = order.lines.map(({ id, materialId, stockId, qty }) => ({ entryId: id, materialId, stockId, qty }));
  warehouse.occupy('sal_bill_order', order.id, lines, force);
  put(books, { ...order, status: 'C', auditedAt: books.now() }, 'audit');
  books.calls.effect('sal_order', 'updated');
}

/** Takes an audit back: the stock is free again. */
export function unauditOrder(books: Books, warehouse: Warehouse, order: Order): void {
  if (order.status !== 'C') throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]未审核`);
  if (order.shipped) throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]已出库`);
  warehouse.release('sal_bill_order', order.id);
  put(books, { ...order, status: 'B', auditedAt: null }, 'unaudit');
  books.calls.effect('sal_order', 'updated');
}

/** Deletes an order that is not audited; nothing of it remains, as lists never tell about deletions. */
export function deleteOrder(books: Books, order: Order): void {
  if (order.status === 'C') throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]已审核，不能删除`);
  books.orders.remove(order.id, books.now());
  books.forget('orders', order.billNo);
  books.calls.effect('sal_order', 'removed');
  books.tell('sal_bill_order', 'delete', { id: order.id, billstatus: order.status });
}

/** Everything of an audited order leaves the warehouse. */
export function shipOrder(books: Books, warehouse: Warehouse, order: Order): void {
  if (order.status !== 'C' || order.shipped) throw new KingdeeError(WRONG_STATE, `单据[${order.billNo}]不能出库`);
  warehouse.ship(order);
  put(books, { ...order, shipped: true }, 'update');
}

function put(books: Books, order: Order, operation: string): void {
  books.orders.put(order.id, order, books.now());
  books.tell('sal_bill_order', operation, { id: order.id, billstatus: order.status });
}
