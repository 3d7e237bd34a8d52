import { parseDecimal, roundDecimal } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import type { Wording } from '../contract.js';
import { refuse, valueOf, wrongType, type Refusal } from './transform.js';

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** How a decimal is written to the native side. */
export interface WriteNumber {
  /** @default text */
  readonly as?: 'text' | 'number';
  /** Places after the point that are always written. */
  readonly digits?: number;
  /** Rounds half away from zero to `digits`; without it a finer value is refused. @default false */
  readonly round?: boolean;
}

/** Option schemas of `WriteNumber`. */
export const writeNumberOptions = {
  as: { enum: ['text', 'number'], description: 'JSON type on the native side (default text)' },
  digits: { type: 'integer', minimum: 0, maximum: 6, description: 'Places after the point on the native side' },
  round: { type: 'boolean', description: 'Round half up to digits; without it a finer value is refused' },
};

/** What rounding gives up. */
export function roundingLoses({ digits, round }: WriteNumber): Wording | undefined {
  return round === true && digits !== undefined
    ? { en: `what is finer than ${digits} places`, zh: `超过 ${digits} 位的小数部分` }
    : undefined;
}

/** Reads a decimal from text or number in its normal form. */
export function readDecimal(value: Json): string | Refusal {
  return valueOf(parseDecimal(value));
}

/** Reads a decimal as finely as the native side keeps it: with `round` to its digits, so that what is written is what is read. */
export function readRounded(value: Json, { digits, round }: WriteNumber): string | Refusal {
  const decimal = readDecimal(value);
  return typeof decimal === 'string' && round === true && digits !== undefined
    ? roundDecimal(decimal, digits)
    : decimal;
}

/** Writes a decimal text as the native side wants it. */
export function writeDecimal(value: string, options: WriteNumber): Json | Refusal {
  const normal = readDecimal(value);
  if (typeof normal !== 'string') return normal;
  const fitted = fitDigits(normal, options);
  if (typeof fitted !== 'string' || options.as !== 'number') return fitted;
  return asNumber(fitted);
}

function fitDigits(normal: string, { digits, round }: WriteNumber): string | Refusal {
  if (digits === undefined) return normal;
  if (placesOf(normal) <= digits) return pad(normal, digits);
  if (round === true) return pad(roundDecimal(normal, digits), digits);
  return refuse('mapping.too-many-digits', `more than ${digits} places after the point`, `小数位数超过 ${digits} 位`);
}

function placesOf(normal: string): number {
  const point = normal.indexOf('.');
  return point < 0 ? 0 : normal.length - point - 1;
}

function pad(normal: string, digits: number): string {
  const places = placesOf(normal);
  if (places >= digits) return normal;
  return `${places === 0 ? `${normal}.` : normal}${'0'.repeat(digits - places)}`;
}

/** A JSON number of a decimal text; refused over 15 significant digits, where a double may lose the value. */
export function asNumber(text: string): number | Refusal {
  if (!PLAIN_DECIMAL.test(text)) return wrongType('a number', '数字');
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '');
  const significant = text.includes('.') ? digits.replace(/0+$/, '') : digits;
  if (significant.length > 15) {
    return refuse(
      'mapping.inexact-number',
      'more than 15 significant digits cannot be written as a JSON number',
      '超过 15 位有效数字，无法作为 JSON 数字写出',
    );
  }
  return Number(text);
}
