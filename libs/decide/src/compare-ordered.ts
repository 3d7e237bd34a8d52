import { compareDecimals, isDecimal } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * Which of two values is the greater: numbers, decimal texts, days, instants, money of one currency, quantities of one unit. Positive = `a`.
 * Undefined = they cannot be compared (another currency or unit, another kind of value, nothing on one side).
 */
export function compareOrdered(a: Json | undefined, b: Json | undefined): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (!isObject(a) || !isObject(b)) return undefined;
  if (a['currency'] !== b['currency'] || a['unit'] !== b['unit']) return undefined;
  return compareTexts(a['amount'] ?? a['value'], b['amount'] ?? b['value']);
}

function compareTexts(a: Json | undefined, b: Json | undefined): number | undefined {
  if (typeof a !== 'string' || typeof b !== 'string') return undefined;
  if (isDecimal(a) && isDecimal(b)) return compareDecimals(a, b);
  const areTimes = [DAY, INSTANT].some((form) => form.test(a) && form.test(b));
  if (!areTimes) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
