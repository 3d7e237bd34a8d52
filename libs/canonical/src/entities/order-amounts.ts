import type { JsonObject } from '@isthmus/json';
import { Fixed } from '../values/fixed.js';
import { normaliseDecimal } from '../values/decimal.js';
import { minorDigits } from '../values/money.js';
import { objectAt, textAt } from './read-body.js';

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,8})?$/;

/** Zero and one. */
export const ZERO = Fixed.zero;
export const ONE = Fixed.one;

/** Currency of an order with what follows from it. */
export interface OrderCurrency {
  readonly code: string;
  readonly digits: number;
}

/** Currency of an order; undefined while the body states none. */
export function currencyOf(body: JsonObject): OrderCurrency | undefined {
  const code = textAt(body, 'currency');
  return code !== undefined && /^[A-Z]{3}$/.test(code) ? { code, digits: minorDigits(code) } : undefined;
}

/** A decimal text member as a number to compute with. */
export function decimalAt(body: JsonObject | undefined, name: string): Fixed | undefined {
  const text = body?.[name];
  return typeof text === 'string' && DECIMAL.test(text) ? Fixed.of(text) : undefined;
}

/** Amount of a Money member; undefined when there is none, or one in another currency. */
export function amountAt(body: JsonObject | undefined, name: string, currency: OrderCurrency): Fixed | undefined {
  const money = objectAt(body, name);
  return money?.['currency'] === currency.code ? decimalAt(money, 'amount') : undefined;
}

/** Value of a quantity member. */
export function quantityAt(body: JsonObject | undefined, name: string): Fixed | undefined {
  return decimalAt(objectAt(body, name), 'value');
}

/** A rate member in its normal form, as text that equal rates share. */
export function rateTextAt(body: JsonObject, name: string): string | undefined {
  const text = body[name];
  return typeof text === 'string' && DECIMAL.test(text) ? normaliseDecimal(text) : undefined;
}

/** Rounded to the currency's minor digits, halves away from zero. */
export function rounded(value: Fixed, currency: OrderCurrency): Fixed {
  return value.rounded(currency.digits);
}

/** Money as it is kept in bodies. */
export function moneyOf(value: Fixed, currency: OrderCurrency): JsonObject {
  return { amount: value.text(currency.digits), currency: currency.code };
}

/** Price of one unit without tax. */
export function netUnitPrice(
  line: JsonObject,
  taxRate: Fixed,
  includesTax: boolean,
  currency: OrderCurrency,
): Fixed | undefined {
  const price = amountAt(line, 'unitPrice', currency);
  return price && includesTax ? price.dividedBy(ONE.plus(taxRate)) : price;
}
