import type { JsonObject } from '@isthmus/json';
import type { Fixed } from '../values/fixed.js';
import {
  amountAt,
  decimalAt,
  moneyOf,
  netUnitPrice,
  ONE,
  quantityAt,
  rounded,
  ZERO,
  type OrderCurrency,
} from './order-amounts.js';
import { textAt, withFields } from './read-body.js';

/** A line or charge with the numbers that the order's sums need. */
export interface Priced {
  readonly item: JsonObject;
  readonly net: Fixed;
  readonly tax: Fixed;
  /** Net discount; zero for charges. */
  readonly discount: Fixed;
}

/** What a line needs to know of its order. */
export interface LineContext {
  readonly currency: OrderCurrency;
  readonly priceIncludesTax: boolean;
  /** Net share of the order's discounts, by line id. */
  readonly allocations: ReadonlyMap<string, Fixed>;
}

interface Amounts {
  readonly net: Fixed;
  readonly tax: Fixed;
  readonly gross: Fixed;
}

/**
 * The line with its missing amounts: two stated ones give the third, one gives the others by the tax rate, none is computed from quantity,
 * price and discount. Each is rounded by itself (`perLine`). Undefined when the line does not hold enough.
 */
export function priceLine(line: JsonObject, context: LineContext): Priced | undefined {
  const { currency } = context;
  const rate = decimalAt(line, 'taxRate');
  const quantity = quantityAt(line, 'quantity');
  if (!rate || !quantity) return undefined;
  const price = netUnitPrice(line, rate, context.priceIncludesTax, currency);
  if (!price) return undefined;
  const stated = amountAt(line, 'discountAmount', currency);
  const discount = stated ?? discountOf(line, quantity.times(price), context);
  const amounts = amountsOf(line, rate, quantity.times(price).minus(discount ?? ZERO), context);
  const fields: JsonObject = {
    taxAmount: moneyOf(amounts.tax, currency),
    netAmount: moneyOf(amounts.net, currency),
    grossAmount: moneyOf(amounts.gross, currency),
  };
  if (discount && !stated) fields['discountAmount'] = moneyOf(discount, currency);
  const item = withFields(line, fields);
  return { item, net: amounts.net, tax: amounts.tax, discount: discount ?? ZERO };
}

/** Net discount from the line's rate and its share of the order's discounts; undefined when it has neither. */
function discountOf(line: JsonObject, net: Fixed, { currency, allocations }: LineContext): Fixed | undefined {
  const rate = decimalAt(line, 'discountRate');
  const share = allocations.get(textAt(line, 'lineId') ?? '');
  if (!rate && !share) return undefined;
  return rounded(net.times(rate ?? ZERO), currency).plus(share ?? ZERO);
}

function amountsOf(
  line: JsonObject,
  rate: Fixed,
  exactNet: Fixed,
  { currency, priceIncludesTax }: LineContext,
): Amounts {
  const net = amountAt(line, 'netAmount', currency);
  const tax = amountAt(line, 'taxAmount', currency);
  const gross = amountAt(line, 'grossAmount', currency);
  if (net && tax) return { net, tax, gross: gross ?? net.plus(tax) };
  if (net && gross) return { net, tax: gross.minus(net), gross };
  if (tax && gross) return { net: gross.minus(tax), tax, gross };
  if (net) return withTax(net, rounded(net.times(rate), currency));
  if (gross) return withoutTax(gross, rate, currency);
  const computed = rounded(exactNet, currency);
  if (tax) return withTax(computed, tax);
  // A tax-included price is a promise about the gross amount, so that one is rounded and the tax gives way.
  if (priceIncludesTax) return withoutTax(rounded(exactNet.times(ONE.plus(rate)), currency), rate, currency);
  return withTax(computed, rounded(computed.times(rate), currency));
}

function withTax(net: Fixed, tax: Fixed): Amounts {
  return { net, tax, gross: net.plus(tax) };
}

function withoutTax(gross: Fixed, rate: Fixed, currency: OrderCurrency): Amounts {
  const net = rounded(gross.dividedBy(ONE.plus(rate)), currency);
  return { net, tax: gross.minus(net), gross };
}

/** The charge with its tax, from its rate when it states none. Undefined when it does not hold enough. */
export function priceCharge(charge: JsonObject, currency: OrderCurrency): Priced | undefined {
  const net = amountAt(charge, 'netAmount', currency);
  const rate = decimalAt(charge, 'taxRate');
  if (!net || !rate) return undefined;
  const tax = amountAt(charge, 'taxAmount', currency) ?? rounded(net.times(rate), currency);
  return { item: withFields(charge, { taxAmount: moneyOf(tax, currency) }), net, tax, discount: ZERO };
}
