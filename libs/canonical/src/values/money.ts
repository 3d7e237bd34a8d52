import { Decimal } from 'decimal.js';
import { decimalText, Exact, normaliseDecimal, parseDecimal, shiftPoint } from './decimal.js';
import { parseCurrency } from './currency.js';
import { bad, good, type Outcome } from './outcome.js';

/** An amount in a currency. Never a JSON number, never float arithmetic. */
export interface Money {
  /** Decimal text: at most 15 digits before the point and 6 after it. */
  readonly amount: string;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

const AMOUNT = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;
const digitsByCurrency = new Map<string, number>();

/** Minor digits of a currency: CNY 2, JPY 0, KWD 3. 2 for a code that `Intl` does not accept. */
export function minorDigits(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  const digits = /^[A-Z]{3}$/.test(currency)
    ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
    : 2;
  if (digitsByCurrency.size < 1000) digitsByCurrency.set(currency, digits);
  return digits;
}

/**
 * Reads an amount (text or JSON number) with its currency (code or alias such as RMB).
 * Codes: those of `parseDecimal` and `parseCurrency`, and `money.out-of-range` beyond 15 + 6 digits.
 */
export function money(amount: unknown, currency: string): Outcome<Money> {
  const decimal = parseDecimal(amount);
  if (!decimal.ok) return decimal;
  const code = parseCurrency(currency);
  if (!code.ok) return code;
  if (!AMOUNT.test(decimal.value)) {
    return bad(
      'money.out-of-range',
      'an amount has at most 15 digits before the point and 6 after it',
      '金额整数最多 15 位、小数最多 6 位',
    );
  }
  return good({ amount: padToMinor(decimal.value, minorDigits(code.value)), currency: code.value });
}

/**
 * The one way to write a Money: at least the currency's minor digits, further ones only when they are not zero
 * (`19.9` CNY → `19.90`, `0.125000` → `0.125`, `-0` → `0.00`). So equal amounts have equal texts.
 * @throws RangeError when the amount is no decimal
 */
export function canonicalMoney(value: Money): Money {
  const amount = padToMinor(normaliseDecimal(value.amount), minorDigits(value.currency));
  return amount === value.amount ? value : { amount, currency: value.currency };
}

/** Normal decimal text with zeros appended up to `digits` places. */
export function padToMinor(normal: string, digits: number): string {
  const point = normal.indexOf('.');
  const places = point < 0 ? 0 : normal.length - point - 1;
  if (places >= digits) return normal;
  return (point < 0 ? `${normal}.` : normal) + '0'.repeat(digits - places);
}

/** Exact sum of two amounts. @throws RangeError when the currencies differ */
export function addMoney(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${b.currency} to ${a.currency}`);
  return canonicalMoney({ amount: decimalText(new Exact(a.amount).plus(b.amount)), currency: a.currency });
}

/** Rounded to the currency's minor digits, halves away from zero. */
export function roundMoney(value: Money): Money {
  const digits = minorDigits(value.currency);
  const rounded = new Exact(normaliseDecimal(value.amount)).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP);
  return canonicalMoney({ amount: decimalText(rounded), currency: value.currency });
}

/** Whole minor units (fen, cents, yen) as Money: `1999`, CNY → `19.99`. Codes as `money`, and `money.fraction` when not whole. */
export function moneyFromMinorUnits(units: unknown, currency: string): Outcome<Money> {
  const whole = parseDecimal(units);
  if (!whole.ok) return whole;
  if (whole.value.includes('.'))
    return bad('money.fraction', 'minor units are whole numbers', '最小货币单位必须是整数');
  const code = parseCurrency(currency);
  if (!code.ok) return code;
  return money(shiftPoint(whole.value, -minorDigits(code.value)), code.value);
}

/** Money as the text of whole minor units: `19.99` CNY → `1999`. Code `money.fraction` when the amount is finer than that. */
export function moneyToMinorUnits(value: Money): Outcome<string> {
  const units = shiftPoint(value.amount, minorDigits(value.currency));
  if (!units.includes('.')) return good(units);
  return bad('money.fraction', 'the amount is finer than the smallest unit of its currency', '金额小于货币最小单位');
}
