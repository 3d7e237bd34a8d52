const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const MINUS = 0x2d;
const MOST_DIGITS = 15;

/**
 * Places after the point of a decimal in its plain form: `12`, `-0.5`, `3.10`; -1 for everything else (signs of zero, leading zeros,
 * exponents, more than 15 digits before the point or 6 after it), which the full reader judges.
 */
export function plainPlaces(text: string): number {
  const from = text.charCodeAt(0) === MINUS ? 1 : 0;
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at += 1;
  const whole = at - from;
  if (whole === 0 || whole > MOST_DIGITS) return -1;
  // A zero leads only a fraction; what is negative and begins with zero may be zero itself.
  if (text.charCodeAt(from) === ZERO && (whole > 1 || from === 1)) return -1;
  if (at === text.length) return 0;
  if (text.charCodeAt(at) !== POINT) return -1;
  const places = text.length - at - 1;
  if (places === 0 || places > 6) return -1;
  for (at += 1; at < text.length; at += 1) if (!isDigit(text.charCodeAt(at))) return -1;
  return places;
}

/** The plain decimal without zeros at its end; `places` as `plainPlaces` says. */
export function withoutZeros(text: string, places: number): string {
  if (places === 0 || text.charCodeAt(text.length - 1) !== ZERO) return text;
  let end = text.length - 1;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

/** The plain decimal with zeros up to `digits` places, and none after them. */
export function withPlaces(text: string, places: number, digits: number): string | undefined {
  if (places === digits) return text;
  if (places > digits) return undefined;
  if (places === 0) return `${text}.${ZEROS[digits] ?? ''}`;
  return text + (ZEROS[digits - places] ?? '');
}

const ZEROS = ['', '0', '00', '000', '0000', '00000', '000000'];

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}
