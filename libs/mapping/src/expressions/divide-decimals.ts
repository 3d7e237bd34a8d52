import { normaliseDecimal } from '@isthmus/canonical';

/** Exact quotient rounded to `places`, halves away from zero. @throws RangeError for a division by zero and for text that is no decimal */
export function divideDecimals(a: string, b: string, places: number): string {
  const [x, y] = [scaled(a), scaled(b)];
  if (y.digits === 0n) throw new RangeError('division by zero');
  // a / b × 10^places as a fraction of whole numbers.
  const shift = places + y.scale - x.scale;
  const numerator = x.digits * 10n ** BigInt(Math.max(shift, 0));
  const denominator = y.digits * 10n ** BigInt(Math.max(-shift, 0));
  const negative = numerator < 0n !== denominator < 0n;
  const [top, bottom] = [magnitude(numerator), magnitude(denominator)];
  const rounded = (2n * top + bottom) / (2n * bottom);
  return normaliseDecimal(`${negative ? '-' : ''}${withPoint(rounded, places)}`);
}

function scaled(value: string): { readonly digits: bigint; readonly scale: number } {
  const [whole = '', fraction = ''] = normaliseDecimal(value).split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function withPoint(digits: bigint, places: number): string {
  const text = digits.toString().padStart(places + 1, '0');
  return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
}
