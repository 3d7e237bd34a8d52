import type { FastifyInstance } from 'fastify';
import type { Table } from '../store/table.js';
import { asArray, asObject, asText, writeKeepingDigits } from '../wire/json.js';
import { saveNamed } from './base-data.js';
import type { Books } from './books.js';
import { customerDetail, customerFilter, customerRow, saveCustomer } from './customers.js';
import { BAD_PARAMETER, KingdeeError, missing, unknownNumber } from './errors.js';
import { flag } from './inputs.js';
import { listPage, parameter, type ListQuery } from './lists.js';
import { materialDetail, materialFilter, materialRow, saveMaterial } from './materials.js';
import { orderDetail, orderFilter, orderRow } from './order-shapes.js';
import { auditOrder, deleteOrder, saveOrder, unauditOrder } from './orders.js';
import type { Named, Order } from './rows.js';
import { occupyLines, stockFilter, type Warehouse } from './stock.js';

interface WithQuery {
  Querystring: ListQuery;
}

const READ = { config: { kind: 'read' } } as const;
const WRITE = { config: { kind: 'write' } } as const;

/** Adds the business calls. */
export function businessRoutes(scope: FastifyInstance, books: Books, warehouse: Warehouse): void {
  scope.get<WithQuery>('/jdy/v2/bd/customer', READ, ({ query }) => {
    const page = listPage(books.customers, query, customerFilter(query), customerRow(books, query));
    // The official SDK types this one count as text.
    return success({ ...page, count: String(page.count) });
  });
  scope.get<WithQuery>('/jdy/v2/bd/customer_detail', READ, ({ query }) =>
    success(customerDetail(books, one(books, books.customers, query))),
  );
  scope.post('/jdy/v2/bd/customer', WRITE, ({ body }) => saved(saveCustomer(books, asObject(body))));

  scope.get<WithQuery>('/jdy/v2/bd/material', READ, ({ query }) =>
    success(listPage(books.materials, query, materialFilter(query), materialRow(books))),
  );
  scope.get<WithQuery>('/jdy/v2/bd/material_detail', READ, ({ query }) =>
    success(materialDetail(books, one(books, books.materials, query))),
  );
  scope.post('/jdy/v2/bd/material', WRITE, ({ body }) => saved(saveMaterial(books, asObject(body))));

  namedRoutes(scope, books, books.stores, '/jdy/v2/bd/store');
  namedRoutes(scope, books, books.units, '/jdy/v2/bd/measure_unit');
  namedRoutes(scope, books, books.groups, '/jdy/v2/bd/customer_group');

  scope.get<WithQuery>('/jdy/v2/scm/sal_order', READ, ({ query }) =>
    success(listPage(books.orders, query, orderFilter(books, query), orderRow(books))),
  );
  scope.get<WithQuery>('/jdy/v2/scm/sal_order_detail', READ, (request, reply) => {
    const order = one(books, books.orders, request.query);
    return reply.type('application/json').send(writeKeepingDigits(success(orderDetail(books, order))));
  });
  scope.post('/jdy/v2/scm/sal_order', WRITE, ({ body }) => {
    const order = saveOrder(books, asObject(body));
    return saved({ id: order.id, number: order.billNo });
  });

  scope.post('/jdy/v2/sys/common_operate', WRITE, ({ body }) => operate(books, warehouse, asObject(body)));

  scope.get<WithQuery>('/jdy/v2/scm/inventory', READ, ({ query }) =>
    success(listPage(books.inventory, query, stockFilter(books, query), (stock) => warehouse.shape(stock))),
  );
  scope.post('/jdy/v2/scm/inv_occupy', WRITE, ({ body }) => {
    const { billType, billId, number } = bill(body);
    warehouse.occupy(billType, billId, occupyLines(books, asObject(body)), false);
    return saved({ id: billId, number });
  });
  scope.post('/jdy/v2/scm/inv_release_occupy', WRITE, ({ body }) => {
    const { billType, billId, number } = bill(body);
    warehouse.release(billType, billId);
    return saved({ id: billId, number });
  });
}

/** The envelope of a success. */
export function success(data: unknown) {
  return { errcode: 0, description: 'success', description_cn: '成功', data };
}

function saved({ id, number }: { id: string; number: string }) {
  return success({ ids: [id], id_number_map: { [id]: number } });
}

/** The record that `id` or `number` of a detail call names. */
function one<Row>(books: Books, table: Table<Row>, query: ListQuery): Row {
  const id = parameter(query, 'id');
  const number = parameter(query, 'number');
  if (id === '' && number === '') throw missing('id');
  const row = id === '' ? books.byNumber(table, number) : table.get(id);
  if (row === undefined) throw unknownNumber(id === '' ? number : id, id === '' ? 'number' : 'id');
  return row;
}

function bill(body: unknown): { billType: string; billId: string; number: string } {
  const given = asObject(body);
  const billId = asText(given['bill_id']).trim();
  const billType = asText(given['bill_type_id']).trim();
  if (billType === '') throw missing('bill_type_id');
  if (billId === '') throw missing('bill_id');
  return { billType, billId, number: asText(given['bill_no']) };
}

/** `common_operate`: audit, unaudit and delete of orders, enable and disable of base data. All ids or none. */
function operate(books: Books, warehouse: Warehouse, body: Record<string, unknown>) {
  const type = asText(body['operate_type']);
  const entity = asText(body['entity_number']);
  const force = flag(body['ignore_warn']);
  if (entity === 'bd_customer' || entity === 'bd_material') return switchBaseData(books, entity, type, body);
  if (entity !== 'sal_bill_order') throw new KingdeeError(BAD_PARAMETER, `参数entity_number[${entity}]不支持`);
  const orders = named(books, books.orders, body);
  for (const order of orders) operateOrder(books, warehouse, order, type, force);
  return success({
    ids: orders.map(({ id }) => id),
    id_number_map: Object.fromEntries(orders.map((order) => [order.id, order.billNo])),
  });
}

function operateOrder(books: Books, warehouse: Warehouse, order: Order, type: string, force: boolean): void {
  switch (type) {
    case 'audit':
      return auditOrder(books, warehouse, order, force);
    case 'unaudit':
      return unauditOrder(books, warehouse, order);
    case 'delete':
      return deleteOrder(books, order);
    default:
      throw new KingdeeError(BAD_PARAMETER, `参数operate_type[${type}]不支持`);
  }
}

function switchBaseData(
  books: Books,
  entity: 'bd_customer' | 'bd_material',
  type: string,
  body: Record<string, unknown>,
) {
  if (type !== 'enable' && type !== 'disable') throw new KingdeeError(BAD_PARAMETER, `参数operate_type[${type}]不支持`);
  const enable = type === 'enable';
  const rows =
    entity === 'bd_customer'
      ? named(books, books.customers, body).map(({ id }) => saveCustomer(books, { id, enable }))
      : named(books, books.materials, body).map(({ id }) => saveMaterial(books, { id, enable }));
  return success({
    ids: rows.map(({ id }) => id),
    id_number_map: Object.fromEntries(rows.map((row) => [row.id, row.number])),
  });
}

function named<Row>(books: Books, table: Table<Row>, body: Record<string, unknown>): Row[] {
  const ids = asArray(body['ids']).map(asText);
  const numbers = asArray(body['numbers']).map(asText);
  if (ids.length + numbers.length === 0) throw missing('ids');
  const rows = [
    ...ids.map((id) => [id, table.get(id)] as const),
    ...numbers.map((number) => [number, books.byNumber(table, number)] as const),
  ];
  return rows.map(([name, row]) => {
    if (row === undefined) throw unknownNumber(name, 'ids');
    return row;
  });
}

function namedRoutes(scope: FastifyInstance, books: Books, table: Table<Named>, path: string): void {
  scope.get<WithQuery>(path, READ, ({ query }) => {
    const words = parameter(query, 'search');
    const wanted = words === '' ? undefined : (row: Named) => row.name.includes(words) || row.number.includes(words);
    return success(
      listPage(table, query, wanted, (row) => ({
        ...row.fields,
        id: row.id,
        number: row.number,
        name: row.name,
        enable: row.enable,
      })),
    );
  });
  scope.post(path, WRITE, ({ body }) => saved(saveNamed(books, table, asObject(body))));
}
