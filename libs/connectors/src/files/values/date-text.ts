import { halfWidth } from './plain-text.js';

const DAY_MS = 86_400_000;
const LAST_SERIAL = 2_958_466;
/** Excel's first calendar holds a 29 February 1900 that never was; day numbers after it are one too high. */
const PHANTOM_DAY = 60;
const DAYS_TO_1904 = 1462;
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);

const TIME = String.raw`(?:[T\s]*(\d{1,2})(?::|时|点)(\d{1,2})(?:(?::|分)(\d{1,2})(?:\.\d+)?)?[分秒]?)?`;
const SEPARATED = new RegExp(String.raw`^(\d{4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})${TIME}$`);
const CHINESE = new RegExp(String.raw`^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?${TIME}$`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const OTHER_ORDER = /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:\s|$)/;

/**
 * Normal form of a day number: `2026-01-05`, with a part of a day `2026-01-05 14:30:00`, below one day `14:30:00`.
 * Undefined outside the years 1900 to 9999.
 */
export function serialDate(serial: number, epoch1904: boolean): string | undefined {
  const shifted = serial + (epoch1904 ? DAYS_TO_1904 : 0);
  if (!Number.isFinite(serial) || serial < 0 || shifted >= LAST_SERIAL) return undefined;
  if (serial < 1 && !epoch1904) return timeOfDay(serial);
  if (Math.floor(shifted) === PHANTOM_DAY) return undefined;
  const day = shifted < PHANTOM_DAY ? shifted + 1 : shifted;
  // Excel keeps times as fractions; whole seconds are what people entered.
  const seconds = Math.round(day * 86_400);
  const text = new Date(EPOCH_1900_MS + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return text.endsWith(' 00:00:00') ? text.slice(0, 10) : text;
}

function timeOfDay(fraction: number): string {
  return new Date(Math.round((fraction * DAY_MS) / 1000) * 1000).toISOString().slice(11, 19);
}

/**
 * Normal form of a date as people write it: 2026/1/5, 2026-01-05, 2026.1.5, 2026年1月5日, 20260105, each (but the last)
 * with or without a time. No zone is implied: the mapping knows the connection's zone.
 */
export function readDate(text: string): string | undefined {
  const plain = halfWidth(text).trim();
  const separated = SEPARATED.exec(plain);
  if (separated) return normal(separated[1], separated[3], separated[4], separated.slice(5));
  const chinese = CHINESE.exec(plain);
  if (chinese) return normal(chinese[1], chinese[2], chinese[3], chinese.slice(4));
  const compact = COMPACT.exec(plain);
  return compact ? normal(compact[1], compact[2], compact[3], []) : undefined;
}

/** True for dates that do not start with the year: which number is the day, nobody can tell. */
export function isAmbiguousDate(text: string): boolean {
  return OTHER_ORDER.test(halfWidth(text).trim());
}

type Part = string | undefined;

function normal(year: Part, month: Part, day: Part, time: readonly Part[]): string | undefined {
  const date = `${year}-${two(month)}-${two(day)}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  // A month of 30 days has no 31st: the calendar must give back the same day.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return undefined;
  if (time[0] === undefined) return date;
  const [hour, minute, second] = [Number(time[0]), Number(time[1]), Number(time[2] ?? '0')];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return `${date} ${two(time[0])}:${two(time[1])}:${two(time[2])}`;
}

function two(part: Part): string {
  return (part ?? '0').padStart(2, '0');
}
