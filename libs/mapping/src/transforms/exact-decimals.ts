interface Scaled {
  readonly units: bigint;
  readonly places: number;
}

/** A decimal text as whole units of its last place. */
function scaled(decimal: string): Scaled {
  const point = decimal.indexOf('.');
  if (point < 0) return { units: BigInt(decimal), places: 0 };
  return { units: BigInt(decimal.slice(0, point) + decimal.slice(point + 1)), places: decimal.length - point - 1 };
}

function textOf({ units, places }: Scaled): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(places + 1, '0');
  const whole = places === 0 ? digits : digits.slice(0, -places);
  const fraction = places === 0 ? '' : digits.slice(-places).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && text !== '0' ? `-${text}` : text;
}

/** Exact sum of two decimals in normal form, of any size. */
export function addExactly(a: string, b: string): string {
  const [left, right] = [scaled(a), scaled(b)];
  const places = Math.max(left.places, right.places);
  const units = left.units * 10n ** BigInt(places - left.places) + right.units * 10n ** BigInt(places - right.places);
  return textOf({ units, places });
}

/** Exact product of two decimals in normal form, of any size. */
export function multiplyExactly(a: string, b: string): string {
  const [left, right] = [scaled(a), scaled(b)];
  return textOf({ units: left.units * right.units, places: left.places + right.places });
}

/** Quotient of two decimals in normal form to `places`, halves away from zero; `exact` tells whether nothing was rounded. `b` is not zero. */
export function divide(a: string, b: string, places: number): { readonly value: string; readonly exact: boolean } {
  const [left, right] = [scaled(a), scaled(b)];
  const shift = places + right.places - left.places;
  const above = shift >= 0 ? left.units * 10n ** BigInt(shift) : left.units;
  const below = shift >= 0 ? right.units : right.units * 10n ** BigInt(-shift);
  const rest = above % below;
  const whole = above / below;
  if (rest === 0n) return { value: textOf({ units: whole, places }), exact: true };
  const twice = absolute(rest) * 2n;
  const away = above < 0n === below < 0n ? 1n : -1n;
  return { value: textOf({ units: twice >= absolute(below) ? whole + away : whole, places }), exact: false };
}

/** Quotient of two decimals in normal form when it has at most 40 places; undefined when it is longer or never ends. */
export function divideExactly(a: string, b: string): string | undefined {
  const { value, exact } = divide(a, b, 40);
  return exact ? value : undefined;
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
