import { divide, formatDecimal, multiply, parseDecimal, shortDecimal, type Decimal } from '../store/decimal.js';
import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import type { Books } from './books.js';
import { BAD_PARAMETER, KingdeeError, missing } from './errors.js';
import { customFields, dayField, decimalField, flag } from './inputs.js';
import type { OrderLine } from './rows.js';

const HUNDRED = parseDecimal('100') ?? 0n;
const ONE = parseDecimal('1') ?? 0n;

/** The lines of an order out of a save; every named record must exist, unit and warehouse must be given. */
export function readLines(books: Books, body: JsonObject): OrderLine[] {
  const lines = asArray(body['material_entity']).map(asObject);
  if (lines.length === 0) throw missing('material_entity');
  return lines.map((line, index) => readLine(books, line, index + 1));
}

function readLine(books: Books, line: JsonObject, seq: number): OrderLine {
  const material = books.reference(books.materials, line, 'material');
  const unit = books.reference(books.units, line, 'unit');
  const store = books.reference(books.stores, line, 'stock');
  if (material === undefined) throw missing('material_number');
  if (unit === undefined) throw missing('unit');
  if (store === undefined) throw missing('stock_id');
  const qty = decimalField(line, 'qty');
  if (qty === undefined || qty <= 0n) throw new KingdeeError(BAD_PARAMETER, `第${seq}行参数qty必须大于0`);
  return {
    id: asText(line['id']) || books.entries.takeId(),
    seq,
    materialId: material.id,
    stockId: store.id,
    unitId: unit.id,
    ...amountsOf(line, qty),
    isFree: flag(line['is_free']),
    deliveryDate: dayField(line, 'delivery_date', ''),
    comment: asText(line['comment']),
    customField: customFields(line['custom_entity_field']),
  };
}

/** Prices and amounts; what was not given follows from what was. Amounts are rounded to two digits, half up. */
function amountsOf(line: JsonObject, qty: Decimal) {
  const cess = decimalField(line, 'cess') ?? 0n;
  const factor = ONE + divide(cess, HUNDRED);
  const netPrice = decimalField(line, 'price');
  const taxPrice = decimalField(line, 'tax_price') ?? (netPrice === undefined ? 0n : multiply(netPrice, factor));
  const discount = decimalField(line, 'dis_amount') ?? 0n;
  const all = rounded(decimalField(line, 'all_amount') ?? multiply(qty, taxPrice) - discount);
  const amount = rounded(decimalField(line, 'amount') ?? divide(all, factor));
  return {
    qty: shortDecimal(qty),
    price: shortDecimal(rounded(netPrice ?? divide(taxPrice, factor), 6)),
    taxPrice: shortDecimal(rounded(taxPrice, 6)),
    cess: shortDecimal(cess),
    taxAmount: shortDecimal(all - amount),
    discount: shortDecimal(discount),
    amount: shortDecimal(amount),
    allAmount: shortDecimal(all),
  };
}

function rounded(value: Decimal, digits = 2): Decimal {
  return parseDecimal(formatDecimal(value, digits)) ?? 0n;
}
