import { parseDecimal, shiftPoint } from './decimal.js';
import { bad, good, type Outcome } from './outcome.js';

const RATE = /^(?:0|[1-9]\d{0,3})(?:\.\d{1,8})?$/;

/**
 * Rate (fraction as decimal text) of a percentage: `13`, `"13"`, `"13%"` → `0.13`.
 * Codes: those of `parseDecimal`, and `rate.out-of-range` (negative, above 9999, finer than 8 places).
 */
export function rateFromPercent(percent: unknown): Outcome<string> {
  const bare = typeof percent === 'string' ? percent.trim().replace(/\s*[%％]$/, '') : percent;
  const decimal = parseDecimal(bare);
  return decimal.ok ? asRate(shiftPoint(decimal.value, -2)) : decimal;
}

/** A rate that is a fraction already, in its normal form: `"0.130"` → `0.13`. Codes as `rateFromPercent`. */
export function parseRate(fraction: unknown): Outcome<string> {
  const decimal = parseDecimal(fraction);
  return decimal.ok ? asRate(decimal.value) : decimal;
}

/** Percentage of a rate as decimal text: `0.13` → `13`. @throws RangeError when the rate is no decimal */
export function percentFromRate(rate: string): string {
  return shiftPoint(rate, 2);
}

function asRate(value: string): Outcome<string> {
  return RATE.test(value)
    ? good(value)
    : bad('rate.out-of-range', 'not a rate between 0 and 9999', '税率或比率超出范围');
}
