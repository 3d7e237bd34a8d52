import { Decimal } from 'decimal.js';
import { bad, good, type Outcome } from './outcome.js';
import { toHalfWidth } from './text.js';

/** decimal.js set up for money: 60 digits, so that products of two amounts stay exact; halves round away from zero. */
export const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -200, toExpPos: 200 });

const PLAIN = /^-?(?:0|[1-9]\d{0,29})(?:\.\d{0,29}[1-9])?$/;
const WRITTEN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;
const MAX_DIGITS = 40;

/**
 * Reads a decimal number exactly and writes it in its one normal form: no exponent, no leading `+`, no needless zeros, `-0` is `0`.
 * Text may carry an exponent and full-width digits. A JSON number must have at most 15 significant digits, because beyond them
 * a double may already have lost the value. At most 40 digits either way. No thousands separators: `1,234` means two things.
 *
 * Codes: `decimal.syntax`, `decimal.inexact`, `decimal.out-of-range`.
 */
export function parseDecimal(value: unknown): Outcome<string> {
  if (typeof value === 'number') return parseNumber(value);
  if (typeof value !== 'string') return bad('decimal.syntax', 'not a number', '不是数字');
  if (PLAIN.test(value)) return good(value === '-0' ? '0' : value);
  if (value.length > 500) return bad('decimal.out-of-range', 'the number is too long', '数字过长');
  const parts = WRITTEN.exec(toHalfWidth(value).trim());
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts ?? [];
  if (!parts || whole + fraction === '') return bad('decimal.syntax', 'not a decimal number', '不是十进制数字');
  return placePoint(sign === '-', whole + fraction, fraction.length - Number(exponent));
}

function parseNumber(value: number): Outcome<string> {
  if (!Number.isFinite(value)) return bad('decimal.syntax', 'not a finite number', '不是有限数字');
  const text = String(value);
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '');
  if (digits.length > 15) {
    return bad(
      'decimal.inexact',
      'a JSON number with more than 15 significant digits may have lost its value; send it as text',
      '超过 15 位有效数字的 JSON 数字可能已失真，请以文本传递',
    );
  }
  return parseDecimal(text);
}

/** Writes `digits × 10^-scale` without an exponent. */
function placePoint(negative: boolean, digits: string, scale: number): Outcome<string> {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return good('0');
  const trimmed = significant.replace(/0+$/, '');
  const places = scale - (significant.length - trimmed.length);
  if (trimmed.length > MAX_DIGITS || Math.abs(places) > MAX_DIGITS) {
    return bad('decimal.out-of-range', 'the number is out of range', '数字超出范围');
  }
  const text = places <= 0 ? trimmed + '0'.repeat(-places) : withPoint(trimmed, places);
  return good(negative ? `-${text}` : text);
}

function withPoint(digits: string, places: number): string {
  const padded = digits.padStart(places + 1, '0');
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** True when `parseDecimal` reads the value. */
export function isDecimal(value: unknown): boolean {
  return parseDecimal(value).ok;
}

/** The normal form of a decimal text. @throws RangeError when it is none */
export function normaliseDecimal(value: string): string {
  const parsed = parseDecimal(value);
  if (!parsed.ok) throw new RangeError(`${parsed.code}: ${parsed.message.en}`);
  return parsed.value;
}

/** A decimal.js value as normal text. */
export function decimalText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed();
}

/** -1, 0 or 1, by value: `1.0` equals `1`. @throws RangeError on text that is no decimal */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  return new Exact(normaliseDecimal(a)).comparedTo(normaliseDecimal(b)) as -1 | 0 | 1;
}

/** True when both texts mean the same number. @throws RangeError on text that is no decimal */
export function equalDecimals(a: string, b: string): boolean {
  return normaliseDecimal(a) === normaliseDecimal(b);
}

/** Exact sum. @throws RangeError on text that is no decimal */
export function addDecimals(a: string, b: string): string {
  return sumDecimals([a, b]);
}

/** Exact sum of any number of decimals; none make `0`. @throws RangeError on text that is no decimal */
export function sumDecimals(values: readonly string[]): string {
  let total = new Exact(0);
  for (const value of values) total = total.plus(normaliseDecimal(value));
  return decimalText(total);
}

/** Exact product, up to 60 digits. @throws RangeError on text that is no decimal */
export function multiplyDecimals(a: string, b: string): string {
  return decimalText(new Exact(normaliseDecimal(a)).times(normaliseDecimal(b)));
}

/** Rounded to `digits` places, halves away from zero (`2.345` → `2.35`, `-2.345` → `-2.35`). @throws RangeError on text that is no decimal */
export function roundDecimal(value: string, digits: number): string {
  return decimalText(new Exact(normaliseDecimal(value)).toDecimalPlaces(digits, Decimal.ROUND_HALF_UP));
}

/** Multiplies by `10^places` by moving the point: `("1999", -2)` → `19.99`. @throws RangeError on text that is no decimal */
export function shiftPoint(value: string, places: number): string {
  const normal = normaliseDecimal(value);
  const negative = normal.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? normal.slice(1) : normal).split('.');
  const moved = placePoint(negative, whole + fraction, fraction.length - places);
  if (!moved.ok) throw new RangeError(`${moved.code}: ${moved.message.en}`);
  return moved.value;
}
