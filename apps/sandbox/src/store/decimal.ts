const DIGITS = 12;
const SCALE = 10n ** BigInt(DIGITS);
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A decimal as a whole number of 10⁻¹². */
export type Decimal = bigint;

/** Reads decimal text, also with an exponent. `undefined` when it is not a number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = PATTERN.exec(text.trim());
  const [, sign, whole = '', fraction = '', exponent] = match ?? [];
  if (match === null || whole + fraction === '') return undefined;
  const shift = DIGITS - fraction.length + Number(exponent ?? 0);
  const digits = BigInt(whole + fraction);
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  return sign === '-' ? -value : value;
}

/** Decimal text with exactly so many digits after the point, rounded half up. */
export function formatDecimal(value: Decimal, digits: number): string {
  const unit = 10n ** BigInt(DIGITS - digits);
  const magnitude = (value < 0n ? -value : value) + unit / 2n;
  const whole = (magnitude / unit).toString().padStart(digits + 1, '0');
  const sign = value < 0n && /[1-9]/.test(whole) ? '-' : '';
  return digits === 0 ? sign + whole : `${sign}${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
}

/** Decimal text without superfluous zeros: "149.50" becomes "149.5". */
export function shortDecimal(value: Decimal): string {
  return formatDecimal(value, DIGITS).replace(/\.?0+$/, '') || '0';
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return (a * b) / SCALE;
}

export function divide(a: Decimal, b: Decimal): Decimal {
  return (a * SCALE) / b;
}
