import type { Json, JsonObject } from '@isthmus/json';
import type { Fixed } from '../values/fixed.js';
import { priceCharge, priceLine, type Priced } from './derive-order-line.js';
import type { Body } from './entity-definition.js';
import { amountAt, currencyOf, moneyOf, rateTextAt, ZERO, type OrderCurrency } from './order-amounts.js';
import { itemsAt, objectAt, textAt, withFields } from './read-body.js';

/**
 * Fills the amounts of lines and charges that no source states, the taxes by rate, and the totals. A stated grand total is kept and
 * its difference goes to `totals.rounding`. While a line or charge lacks what its amount needs, taxes and totals stay as they are, for
 * `validateBody` to name what is missing.
 */
export function deriveOrder(body: Body): Body {
  const currency = currencyOf(body);
  if (!currency || !Array.isArray(body['lines'])) return body;
  const context = {
    currency,
    priceIncludesTax: body['priceIncludesTax'] === true,
    allocations: allocationsOf(body, currency),
  };
  const lines = priceAll(body['lines'], (line) => priceLine(line, context));
  const charges = priceAll(Array.isArray(body['charges']) ? body['charges'] : [], (charge) =>
    priceCharge(charge, currency),
  );
  const fields: JsonObject = { lines: lines.items };
  if (Array.isArray(body['charges'])) fields['charges'] = charges.items;
  if (lines.complete && charges.complete) {
    fields['taxes'] = taxesOf([...lines.priced, ...charges.priced], body, currency);
    fields['totals'] = totalsOf(lines.priced, charges.priced, body, currency);
  }
  return withFields(body, fields);
}

interface PricedList {
  readonly items: Json[];
  readonly priced: Priced[];
  readonly complete: boolean;
}

function priceAll(items: Json[], price: (item: JsonObject) => Priced | undefined): PricedList {
  const priced: Priced[] = [];
  const rewritten = items.map((item): Json => {
    if (item === null || typeof item !== 'object' || Array.isArray(item)) return item;
    const result = price(item);
    if (result) priced.push(result);
    return result?.item ?? item;
  });
  return { items: rewritten, priced, complete: priced.length === items.length };
}

function allocationsOf(body: Body, currency: OrderCurrency): ReadonlyMap<string, Fixed> {
  const shares = new Map<string, Fixed>();
  for (const share of itemsAt(body, 'discounts').flatMap((discount) => itemsAt(discount, 'allocations'))) {
    const lineId = textAt(share, 'lineId');
    const amount = amountAt(share, 'amount', currency);
    if (lineId && amount) shares.set(lineId, (shares.get(lineId) ?? ZERO).plus(amount));
  }
  return shares;
}

/** One row for each rate, the lowest first; categories that a source stated for a rate stay. */
function taxesOf(priced: readonly Priced[], body: Body, currency: OrderCurrency): JsonObject[] {
  const sums = new Map<string, { taxable: Fixed; tax: Fixed }>();
  for (const { item, net, tax } of priced) {
    const rate = rateTextAt(item, 'taxRate') ?? '0';
    const sum = sums.get(rate) ?? { taxable: ZERO, tax: ZERO };
    sums.set(rate, { taxable: sum.taxable.plus(net), tax: sum.tax.plus(tax) });
  }
  const categories = new Map(itemsAt(body, 'taxes').map((row) => [rateTextAt(row, 'rate'), row['categoryCode']]));
  return [...sums]
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([rate, { taxable, tax }]) => {
      const categoryCode = categories.get(rate);
      return {
        ...(categoryCode === undefined ? {} : { categoryCode }),
        rate,
        taxableAmount: moneyOf(taxable, currency),
        taxAmount: moneyOf(tax, currency),
      };
    });
}

function totalsOf(
  lines: readonly Priced[],
  charges: readonly Priced[],
  body: Body,
  currency: OrderCurrency,
): JsonObject {
  const stated = objectAt(body, 'totals');
  const goods = sum(lines.map(({ net }) => net));
  const discount = sum(lines.map((line) => line.discount));
  const chargesNet = sum(charges.map(({ net }) => net));
  const net = goods.plus(chargesNet);
  const tax = sum([...lines, ...charges].map((item) => item.tax));
  const grand = amountAt(stated, 'grand', currency) ?? net.plus(tax);
  const paid = capturedOf(body, currency) ?? amountAt(stated, 'paid', currency) ?? ZERO;
  const refunded = refundedOf(body, currency) ?? amountAt(stated, 'refunded', currency) ?? ZERO;
  const money = (value: Fixed): JsonObject => moneyOf(value, currency);
  return {
    itemsGross: money(goods.plus(discount)),
    discount: money(discount),
    charges: money(chargesNet),
    net: money(net),
    tax: money(tax),
    rounding: money(grand.minus(net).minus(tax)),
    grand: money(grand),
    paid: money(paid),
    refunded: money(refunded),
    due: money(grand.minus(paid).plus(refunded)),
  };
}

function sum(values: readonly Fixed[]): Fixed {
  let total: Fixed = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** Sum of the captured payments; undefined when the order lists no payments at all, so that a stated sum counts. */
export function capturedOf(body: Body, currency: OrderCurrency): Fixed | undefined {
  if (!Array.isArray(body['payments'])) return undefined;
  const captured = itemsAt(body, 'payments').filter((payment) => payment['status'] === 'captured');
  return sum(captured.map((payment) => amountAt(payment, 'amount', currency) ?? ZERO));
}

/** Sum of the refunds; undefined when the order lists none at all. */
export function refundedOf(body: Body, currency: OrderCurrency): Fixed | undefined {
  if (!Array.isArray(body['refunds'])) return undefined;
  return sum(itemsAt(body, 'refunds').map((refund) => amountAt(refund, 'amount', currency) ?? ZERO));
}
