import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { identity, keep, recordBefore } from './base-data.js';
import type { Books } from './books.js';
import { missing } from './errors.js';
import { customFields, shown, textFields } from './inputs.js';
import { parameter, type ListQuery } from './lists.js';
import { localTime } from './moments.js';
import type { Material } from './rows.js';

const FIELDS = [
  'model',
  'barcode',
  'help_code',
  'producing_pace',
  'remark',
  'tax_rate',
  'parent_id',
  'parent_number',
  'brand_id',
  'stock_id',
  'min_inventory_qty',
  'max_inventory_qty',
  'sec_inventory_qty',
  'gross_weight',
  'net_weight',
  'length',
  'wide',
  'high',
  'volume',
  'cost_method',
];
const PRICES = [
  'price_barcode',
  'price_retail_price',
  'price_trade_price',
  'price_purchase_price',
  'price_cost_price',
  'price_distribution_price',
  'price_min_sales_price',
];

/** Creates a product, or changes the one with the given id. Fields that are not given stay as they are. */
export function saveMaterial(books: Books, body: JsonObject): Material {
  const kind = { table: books.materials, series: 'SP', counted: 'material', bizType: 'bd_material' };
  const before = recordBefore(books.materials, body);
  const baseUnitId = books.reference(books.units, body, 'base_unit')?.id ?? before?.baseUnitId;
  if (baseUnitId === undefined) throw missing('unit');
  const givenPrices = body['price_entity'];
  return keep(books, kind, before, {
    ...identity(books, kind, body, before),
    baseUnitId,
    fields: { ...before?.fields, ...textFields(body, FIELDS) },
    prices: givenPrices === undefined ? (before?.prices ?? []) : pricesOf(books, givenPrices, baseUnitId),
    customField: { ...before?.customField, ...customFields(body['custom_field']) },
  });
}

function pricesOf(books: Books, rows: unknown, baseUnitId: string): Record<string, string>[] {
  return asArray(rows).map((item) => {
    const given = asObject(item);
    const id = asText(given['id']) || books.entries.takeId();
    return { id, price_unit_id: asText(given['price_unit_id']) || baseUnitId, ...textFields(given, PRICES) };
  });
}

/** A row of the product list: header fields only. */
export function materialRow(books: Books) {
  return (material: Material, changedAt: number) => ({
    ...header(books, material),
    ...shown(material.fields, ['parent_id', 'parent_number', 'brand_id']),
    parent_name: '',
    brand_name: '',
    is_multi_unit: false,
    is_batch: false,
    is_serial: false,
    is_kf_period: false,
    is_asst_attr: false,
    mul_label: [],
    units: [],
    create_time: localTime(material.createdAt),
    modify_time: localTime(changedAt),
  });
}

function header(books: Books, material: Material) {
  const unit = books.units.get(material.baseUnitId);
  return {
    id: material.id,
    number: material.number,
    name: material.name,
    ...shown(material.fields, ['model', 'barcode', 'remark']),
    base_unit_id: material.baseUnitId,
    base_unit_number: unit?.number ?? '',
    base_unit_name: unit?.name ?? '',
    enable: material.enable,
  };
}

/** The product with prices, as the detail call shows it. */
export function materialDetail(books: Books, material: Material) {
  const changedAt = books.materials.entry(material.id)?.at ?? material.createdAt;
  return {
    ...shown(material.fields, FIELDS),
    ...materialRow(books)(material, changedAt),
    price_entity: material.prices.map((price) => ({
      ...price,
      price_unit_number: books.units.get(price['price_unit_id'] ?? '')?.number ?? '',
      price_unit_name: books.units.get(price['price_unit_id'] ?? '')?.name ?? '',
    })),
    barcode_entity: [],
    aux_entity: [],
    custom_field: material.customField,
  };
}

/** The filters of the product list. */
export function materialFilter(query: ListQuery): ((material: Material) => boolean) | undefined {
  const words = parameter(query, 'search');
  const enable = parameter(query, 'enable');
  const anyState = enable === '' || enable === '-1';
  if (words === '' && anyState) return undefined;
  return (material) =>
    (words === '' ||
      [material.name, material.number, material.fields['barcode'] ?? ''].some((text) => text.includes(words))) &&
    (anyState || material.enable === enable);
}
