import {
  countryPattern,
  currencyPattern,
  decimalPattern,
  instantPattern,
  ratePattern,
  unitPattern,
} from '../schemas/values.js';

const ZERO = 48;
const NINE = 57;
const POINT = 46;
const MINUS = 45;

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;
const isCapital = (code: number): boolean => code >= 65 && code <= 90;

/** Digits in a row from this place on. */
function digitsFrom(text: string, start: number): number {
  let index = start;
  while (index < text.length && isDigit(text.charCodeAt(index))) index += 1;
  return index - start;
}

/** A whole part without needless zeros, and perhaps a point and a fraction. */
function plainNumber(text: string, start: number, wholeDigits: number, fractionDigits: number): boolean {
  const whole = digitsFrom(text, start);
  if (whole === 0 || whole > wholeDigits || (whole > 1 && text.charCodeAt(start) === ZERO)) return false;
  const end = start + whole;
  if (end === text.length) return true;
  const fraction = text.length - end - 1;
  return (
    text.charCodeAt(end) === POINT &&
    fraction > 0 &&
    fraction <= fractionDigits &&
    digitsFrom(text, end + 1) === fraction
  );
}

function capitals(text: string, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index += 1) if (!isCapital(text.charCodeAt(index))) return false;
  return true;
}

function unit(text: string): boolean {
  if (text.length !== 2 && text.length !== 3) return false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!isCapital(code) && !isDigit(code)) return false;
  }
  return true;
}

const INSTANT = '0000-00-00T00:00:00.000Z';

function instant(text: string): boolean {
  if (text.length !== INSTANT.length) return false;
  for (let index = 0; index < INSTANT.length; index += 1) {
    const wanted = INSTANT.charCodeAt(index);
    const code = text.charCodeAt(index);
    if (wanted === ZERO ? !isDigit(code) : code !== wanted) return false;
  }
  return true;
}

/**
 * The patterns that stand at nearly every value of a body, as code that looks at each character once: two to four times as fast as the
 * regular expression, and an order holds about a hundred of them. By the pattern's text; each says of a text the same as its pattern, and
 * no to everything else.
 */
export const fastPatterns: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  [
    decimalPattern,
    (value: unknown) => typeof value === 'string' && plainNumber(value, value.charCodeAt(0) === MINUS ? 1 : 0, 15, 6),
  ],
  [ratePattern, (value: unknown) => typeof value === 'string' && plainNumber(value, 0, 4, 8)],
  [currencyPattern, (value: unknown) => typeof value === 'string' && capitals(value, 3)],
  [countryPattern, (value: unknown) => typeof value === 'string' && capitals(value, 2)],
  [unitPattern, (value: unknown) => typeof value === 'string' && unit(value)],
  [instantPattern, (value: unknown) => typeof value === 'string' && instant(value)],
]);
