import { halfWidth } from './plain-text.js';

const EXCEL_DIGITS = 15;
const FIRST_DAMAGED = 10 ** EXCEL_DIGITS;
const PLAIN = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))?$/;
const CURRENCY = /^(?:[¥￥$€£]|RMB|CNY)|(?:元|圆)(?:整)?$/gi;
const SCIENTIFIC = /^[+-]?\d+(?:\.\d+)?E\+?-?\d+$/i;
const EXCEL_SCIENTIFIC = /^[+-]?\d(?:\.\d+)?E[+-]\d{2,3}$/i;

/**
 * Decimal text of a number that Excel stores (a double of which it keeps 15 digits): `0.1` for `0.10000000000000001`,
 * `125000` for `1.25E5`. Undefined for a whole number of more than 15 digits: its last digits are lost already.
 */
export function excelNumber(stored: string): string | undefined {
  const number = Number(stored);
  if (!Number.isFinite(number) || stored.trim() === '' || Math.abs(number) >= FIRST_DAMAGED) return undefined;
  const rounded = Number(number.toPrecision(EXCEL_DIGITS));
  if (rounded === 0) return '0';
  const text = String(rounded);
  return text.includes('e') ? rounded.toFixed(20).replace(/\.?0+$/, '') : text;
}

/** True for the form in which Excel shows and saves long numbers: `6.22848E+18`. */
export function isExcelScientific(text: string): boolean {
  // Asked of every text cell: long ones are answered without looking.
  return text.length < 40 && EXCEL_SCIENTIFIC.test(halfWidth(text));
}

/** True for any number with an exponent. */
export function isScientific(text: string): boolean {
  return SCIENTIFIC.test(halfWidth(text));
}

/**
 * Decimal text of a number as people write it: thousands separators, full-width digits, a currency sign, brackets for minus,
 * percent (`12.5%` is `0.125`). Undefined for anything else; never guesses.
 */
export function readNumber(text: string): string | undefined {
  let rest = halfWidth(text)
    .replace(/[\s\u00A0\u2009\u202F]/g, '')
    .replaceAll('，', ',')
    .replaceAll('−', '-');
  const bracketed = /^\((.+)\)$/.exec(rest)?.[1];
  rest = bracketed ?? rest;
  const percent = rest.endsWith('%');
  if (percent) rest = rest.slice(0, -1);
  const sign = /^[+-]/.exec(rest)?.[0] ?? '';
  if (bracketed !== undefined && sign !== '') return undefined;
  const found = PLAIN.exec(sign + rest.slice(sign.length).replace(CURRENCY, ''));
  if (!found || (found[2] === undefined && found[3] === undefined)) return undefined;
  const negative = bracketed !== undefined || found[1] === '-';
  return decimalText(negative, (found[2] ?? '0').replaceAll(',', ''), found[3] ?? '', percent ? 2 : 0);
}

/** Joins digits to a decimal text, with the point moved to the left. */
function decimalText(negative: boolean, whole: string, fraction: string, pointLeft: number): string {
  const padded = whole.padStart(pointLeft + 1, '0');
  const cut = padded.length - pointLeft;
  const digits = padded.slice(0, cut).replace(/^0+(?=\d)/, '');
  const decimals = (padded.slice(cut) + fraction).replace(/0+$/, '');
  const text = decimals === '' ? digits : `${digits}.${decimals}`;
  return negative && text !== '0' ? `-${text}` : text;
}
