import type {
  ConnectorContext,
  Failure,
  Fetched,
  JsonObject,
  Page,
  ReadRequest,
  Row,
  WriteItem,
  WriteResult,
} from '@isthmus/connector-kit';
import { batchRead, sendBatch } from './batch.js';
import type { BatchInput } from './batch.js';
import { ensureProperties } from './ensure-properties.js';
import { idOf, objectPath, productKind, propertyText } from './objects.js';
import { changeCursor, readAll, readChanges, toCursor } from './read-objects.js';
import { stockProperties } from './settings.js';

/**
 * HubSpot has no stock. The settings name one product property for each location; every such property of a product is one stock
 * level with the key `<product id>/<property>`.
 */
export function stockRows(context: ConnectorContext, product: Row): readonly Row[] {
  return [...stockProperties(context.settings)].flatMap(([location, property]) => {
    const quantity = propertyText(product, property);
    return quantity === undefined ? [] : [toRow(product, location, property, quantity)];
  });
}

function toRow(product: Row, location: string, property: string, quantity: string | null): Row {
  const productId = idOf(product);
  const unit = propertyText(product, 'base_unit') ?? null;
  return {
    id: `${productId}/${property}`,
    productId,
    location,
    property,
    quantity,
    unit,
    updatedAt: product['updatedAt'] ?? null,
  };
}

/** Reads the stock properties of all or of the changed products. */
export async function* readStock(context: ConnectorContext, request: ReadRequest): AsyncIterable<Page> {
  if (stockProperties(context.settings).size === 0) return;
  const rows = (products: readonly Row[]): readonly Row[] => products.flatMap((product) => stockRows(context, product));
  if (request.full) {
    for await (const page of readAll(context, productKind, request.cursor)) yield { ...page, rows: rows(page.rows) };
    return;
  }
  for await (const page of readChanges(context, productKind, changeCursor(request.cursor))) {
    yield { rows: rows(page.rows), cursor: toCursor(page.cursor) };
  }
}

/** Fetches stock levels by key. A product without a value has no such level. */
export async function fetchStock(context: ConnectorContext, ids: readonly string[]): Promise<readonly Fetched[]> {
  const products = await batchRead(
    context,
    productKind,
    ids.map((id) => partsOf(id).productId),
  );
  return ids.map((id): Fetched => {
    const product = products.get(partsOf(id).productId);
    const row =
      product === undefined ? undefined : stockRows(context, product).find((candidate) => candidate['id'] === id);
    return row === undefined ? { id, gone: true } : { id, row };
  });
}

/** Sets stock properties; levels of one product go in one input, because HubSpot refuses an id twice in a batch. */
export async function writeStock(
  context: ConnectorContext,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  await ensureProperties(context, productKind);
  const targets = items.map((item) => targetOf(context, item));
  const byProduct = new Map<string, JsonObject>();
  targets.forEach((target) => {
    if ('failure' in target) return;
    byProduct.set(target.productId, { ...byProduct.get(target.productId), [target.property]: target.quantity });
  });
  const inputs = [...byProduct].map(([id, properties]): BatchInput => ({
    trace: id,
    body: { id, properties },
    matches: (row) => idOf(row) === id,
  }));
  const outcomes = await sendBatch(context, objectPath(context.settings, productKind, '/batch/update'), inputs);
  const failures = new Map<string, Failure>();
  for (const [index, outcome] of outcomes.entries())
    if ('failure' in outcome) failures.set(inputs[index]?.trace ?? '', outcome.failure);
  const stored = await batchRead(context, productKind, [...byProduct.keys()]);
  return targets.map((target): WriteResult => {
    const failure = 'failure' in target ? target.failure : failures.get(target.productId);
    if (failure !== undefined || 'failure' in target) return { ok: false, failure: failure ?? noProduct };
    const product = stored.get(target.productId);
    const nativeId = `${target.productId}/${target.property}`;
    const row =
      product === undefined
        ? undefined
        : toRow(product, target.location, target.property, propertyText(product, target.property) ?? null);
    return { ok: true, nativeId, ...(row === undefined ? {} : { stored: row }) };
  });
}

type Target =
  | { readonly productId: string; readonly property: string; readonly location: string; readonly quantity: string }
  | { readonly failure: Failure };

function targetOf(context: ConnectorContext, item: WriteItem): Target {
  const properties = stockProperties(context.settings);
  const quantity = textOf(item.native['quantity']);
  if (item.nativeId !== undefined) {
    const parts = partsOf(item.nativeId);
    const location = [...properties].find(([, property]) => property === parts.property)?.[0];
    return location === undefined ? { failure: noProperty(parts.property) } : { ...parts, location, quantity };
  }
  const productId = textOf(item.native['productId']);
  const location = textOf(item.native['location']);
  const property = properties.get(location);
  if (property === undefined) return { failure: noProperty(location) };
  if (productId === '') return { failure: noProduct };
  return { productId, property, location, quantity };
}

function partsOf(key: string): { readonly productId: string; readonly property: string } {
  const slash = key.indexOf('/');
  return { productId: slash < 0 ? key : key.slice(0, slash), property: slash < 0 ? '' : key.slice(slash + 1) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function noProperty(location: string): Failure {
  return {
    kind: 'invalid',
    code: 'hubspot.no-stock-property',
    message: {
      en: `The connection names no product property for the location ${location}. Add it under "Stock properties".`,
      zh: `连接设置中没有为仓库 ${location} 指定产品属性。请在“库存属性”中添加。`,
    },
    field: 'location',
  };
}

const noProduct: Failure = {
  kind: 'missing-reference',
  code: 'hubspot.no-product',
  message: { en: 'The stock level names no HubSpot product.', zh: '该库存没有对应的 HubSpot 产品。' },
  field: 'productId',
};
