import { formatDecimal, parseDecimal, type Decimal } from '../store/decimal.js';
import { numberOf } from '../wire/json.js';
import type { Books } from './books.js';
import { reference, shown } from './inputs.js';
import { parameter, type ListQuery } from './lists.js';
import { localTime } from './moments.js';
import type { Order, OrderLine } from './rows.js';

/** Header fields of an order that are kept as they were saved. */
export const ORDER_FIELDS = [
  'remark',
  'contact_linkman',
  'contact_phone',
  'contact_address',
  'contact_country_id',
  'contact_province_id',
  'contact_city_id',
  'contact_district_id',
  'emp_id',
  'dept_id',
  'delivery_type',
  'bill_dis_rate',
  'operation_key',
];

function decimal(text: string): Decimal {
  return parseDecimal(text) ?? 0n;
}

/** A row of the order list: header only, every value text. */
export function orderRow(books: Books) {
  return (order: Order, changedAt: number) => ({
    ...header(books, order),
    total_amount: formatDecimal(decimal(order.totalAmount), 2),
    bill_dis_amount: formatDecimal(decimal(order.discountAmount), 2),
    bill_dis_before_amount: formatDecimal(decimal(order.totalAmount) + decimal(order.discountAmount), 2),
    material_qty: formatDecimal(
      order.lines.reduce((sum, line) => sum + decimal(line.qty), 0n),
      2,
    ),
    create_time: localTime(order.createdAt),
    modify_time: localTime(changedAt),
  });
}

function header(books: Books, order: Order) {
  return {
    id: order.id,
    bill_no: order.billNo,
    bill_date: order.billDate,
    bill_status: order.status,
    settle_status: 'A',
    delivery_type: order.fields['delivery_type'] ?? '',
    ...reference('customer', books.customers.get(order.customerId)),
    emp_id: order.fields['emp_id'] ?? '',
    emp_number: '',
    emp_name: '',
    io_status: order.shipped ? 'C' : 'A',
    real_io_status: order.shipped ? 'C' : 'A',
    bill_close_state: order.shipped ? 'C' : 'A',
  };
}

/** The whole order with its lines; amounts are JSON numbers. */
export function orderDetail(books: Books, order: Order) {
  const changedAt = books.orders.entry(order.id)?.at ?? order.createdAt;
  return {
    ...shown(order.fields, ORDER_FIELDS),
    ...header(books, order),
    total_amount: numberOf(order.totalAmount),
    bill_dis_amount: numberOf(order.discountAmount),
    create_time: localTime(order.createdAt),
    modify_time: localTime(changedAt),
    auditor_time: order.auditedAt === null ? '' : localTime(order.auditedAt),
    auditor_name: order.auditedAt === null ? '' : '管理员',
    material_entity: order.lines.map((line) => lineDetail(books, line)),
    payment_entry: [],
    custom_field: order.customField,
  };
}

function lineDetail(books: Books, line: OrderLine) {
  const material = books.materials.get(line.materialId);
  return {
    id: line.id,
    seq: line.seq,
    ...reference('material', material),
    material_model: material?.fields['model'] ?? '',
    ...reference('stock', books.stores.get(line.stockId)),
    ...reference('unit', books.units.get(line.unitId)),
    qty: numberOf(line.qty),
    price: numberOf(line.price),
    tax_price: numberOf(line.taxPrice),
    act_tax_price: numberOf(line.taxPrice),
    cess: line.cess,
    tax_amount: numberOf(line.taxAmount),
    dis_amount: numberOf(line.discount),
    amount: numberOf(line.amount),
    all_amount: numberOf(line.allAmount),
    is_free: line.isFree,
    delivery_date: line.deliveryDate,
    comment: line.comment,
    entry_status: 'A',
    src_bill_type_id: '',
    src_inter_id: '',
    src_entry_id: '',
    custom_entity_field: line.customField,
  };
}

/** The filters of the order list. */
export function orderFilter(books: Books, query: ListQuery): ((order: Order) => boolean) | undefined {
  const wanted = (name: string) => parameter(query, name);
  const tests: ((order: Order) => boolean)[] = [];
  const add = (name: string, test: (order: Order, value: string) => boolean) => {
    const value = wanted(name);
    if (value !== '') tests.push((order) => test(order, value));
  };
  add('bill_status', (order, value) => order.status === value);
  add('bill_no', (order, value) => order.billNo === value);
  add('start_bill_date', (order, value) => order.billDate >= value);
  add('end_bill_date', (order, value) => order.billDate <= value);
  add('io_status', (order, value) => (order.shipped ? 'C' : 'A') === value);
  add(
    'search',
    (order, value) =>
      order.billNo.includes(value) ||
      (order.fields['remark'] ?? '').includes(value) ||
      (books.customers.get(order.customerId)?.name ?? '').includes(value),
  );
  return tests.length === 0 ? undefined : (order) => tests.every((test) => test(order));
}
