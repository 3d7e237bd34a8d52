import { DateTime, IANAZone } from 'luxon';
import { parseDecimal, shiftPoint } from './decimal.js';
import { bad, good, type Outcome, type ValueProblem } from './outcome.js';

/** RFC 3339 in UTC with milliseconds: `2026-11-23T06:30:00.000Z`. */
export type Instant = string;

/** Calendar day `YYYY-MM-DD` in the zone of a connection. */
export type BusinessDate = string;

/** Unit of an epoch count. */
export type EpochUnit = 's' | 'ms';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,12}))?(?:([Zz])|([+-])(\d\d):?(\d\d))$/;
const LOCAL_FORMATS = [
  'yyyy-MM-dd HH:mm:ss',
  "yyyy-MM-dd'T'HH:mm:ss",
  'yyyy-MM-dd HH:mm:ss.SSS',
  "yyyy-MM-dd'T'HH:mm:ss.SSS",
  'yyyy-MM-dd HH:mm',
  "yyyy-MM-dd'T'HH:mm",
  'yyyy-MM-dd',
  'yyyy/M/d HH:mm:ss',
  'yyyy/M/d HH:mm',
  'yyyy/M/d',
  'yyyyMMddHHmmss',
  'yyyyMMdd',
];

const notATime = (): ValueProblem => bad('instant.syntax', 'not a date and time', '不是有效的日期时间');
const notADate = (): ValueProblem => bad('date.syntax', 'not a calendar date', '不是有效的日期');

/** Whole milliseconds as an instant; only years 1 to 9999 can be written. */
function fromMillis(millis: number): Outcome<Instant> {
  const date = new Date(millis);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999
    ? good(date.toISOString())
    : bad(
        'instant.out-of-range',
        'the time is outside the years 1 to 9999 (seconds and milliseconds mixed up?)',
        '时间超出范围（秒与毫秒混用？）',
      );
}

/** True for an existing moment in exactly the canonical form. */
export function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !INSTANT.test(value)) return false;
  const millis = Date.parse(value);
  // Date.parse moves 31 February into March, so only what is written back the same exists.
  return !Number.isNaN(millis) && new Date(millis).toISOString() === value;
}

/** True for an IANA zone name such as Asia/Shanghai. */
export function isTimeZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/**
 * Reads RFC 3339 with any offset; finer fractions are cut to milliseconds, a leap second becomes the last millisecond before it.
 * A text without offset is refused (`instant.no-zone`): use `instantFromLocal`. Other codes: `instant.syntax`, `instant.out-of-range`.
 */
export function instantFromRfc3339(text: string): Outcome<Instant> {
  if (isInstant(text)) return good(text);
  const match = RFC3339.exec(text.trim());
  if (!match) return /^\d{4}-\d\d-\d\d[Tt ][\d:.]+$/.test(text.trim()) ? withoutZone() : notATime();
  const [, year, month, day, hour, minute, second, fraction = '', , sign, offsetHour = '0', offsetMinute = '0'] = match;
  const leap = second === '60';
  const clock = `${year}-${month}-${day}T${hour}:${minute}:${leap ? '59' : second}`;
  const local = `${clock}.${leap ? '999' : fraction.slice(0, 3).padEnd(3, '0')}Z`;
  if (!isInstant(local) || Number(offsetHour) > 23 || Number(offsetMinute) > 59) return notATime();
  const offsetMinutes = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  return fromMillis(Date.parse(local) - offsetMinutes * 60_000);
}

function withoutZone(): Outcome<Instant> {
  return bad('instant.no-zone', 'the time has no offset and needs the zone of its connection', '时间缺少时区');
}

/**
 * Reads a wall-clock time of a zone. Without `format` (luxon tokens) the usual forms are tried: `2026-11-23 14:30:00`, with `T`, `/`, milliseconds,
 * without seconds, date only (midnight), `20261123143000`. A text with its own offset keeps that offset. A time that the zone skips
 * moves forward by the gap; of a time that happens twice the first counts. Codes: `instant.syntax`, `instant.unknown-zone`.
 */
export function instantFromLocal(text: string, zone: string, format?: string): Outcome<Instant> {
  if (!isTimeZone(zone)) return bad('instant.unknown-zone', 'not an IANA time zone', '不是 IANA 时区');
  const clean = text.trim();
  if (format === undefined && RFC3339.test(clean)) return instantFromRfc3339(clean);
  for (const candidate of format === undefined ? LOCAL_FORMATS : [format]) {
    const parsed = DateTime.fromFormat(clean, candidate, { zone: 'utc', locale: 'en' });
    if (parsed.isValid)
      return fromMillis(namesOffset(candidate) ? parsed.toMillis() : wallClockMillis(parsed.toMillis(), zone));
  }
  return notATime();
}

/** True when a luxon format holds a zone or offset of its own. */
function namesOffset(format: string): boolean {
  return /[Zz]/.test(format.replace(/'[^']*'/g, ''));
}

// Not left to luxon: of a time that happens twice it takes the one whose offset is in force on the day it is asked.
function wallClockMillis(wall: number, zone: string): number {
  const offset = (at: number): number => IANAZone.create(zone).offset(at) * 60_000;
  const day = 86_400_000;
  const [before, after] = [wall - offset(wall - day), wall - offset(wall + day)];
  const existing = [before, after].filter((millis) => millis + offset(millis) === wall);
  return existing.length > 0 ? Math.min(...existing) : before;
}

/** Writes an instant as wall-clock time of a zone. @param format luxon tokens @default yyyy-MM-dd HH:mm:ss */
export function localFromInstant(instant: Instant, zone: string, format = 'yyyy-MM-dd HH:mm:ss'): Outcome<string> {
  if (!isTimeZone(zone)) return bad('instant.unknown-zone', 'not an IANA time zone', '不是 IANA 时区');
  const time = DateTime.fromISO(instant, { zone, locale: 'en' });
  return time.isValid ? good(time.toFormat(format)) : notATime();
}

/** Reads seconds or milliseconds since 1970 (number or text; fractions are cut to milliseconds). Codes as `parseDecimal`, `instant.out-of-range`. */
export function instantFromEpoch(value: unknown, unit: EpochUnit): Outcome<Instant> {
  const decimal = parseDecimal(value);
  if (!decimal.ok) return decimal;
  const millis = unit === 's' ? shiftPoint(decimal.value, 3) : decimal.value;
  return fromMillis(Math.floor(Number(millis)));
}

/**
 * Reads an Excel date serial (1900 system) as wall-clock time of a zone, to the whole second.
 * Serial 60 is a day that never was (29 February 1900): `instant.syntax`.
 */
export function instantFromExcelSerial(serial: number, zone: string): Outcome<Instant> {
  if (!Number.isFinite(serial) || serial < 1 || Math.floor(serial) === 60 || serial > 2_958_466) return notATime();
  const days = serial < 60 ? serial + 1 : serial;
  const wall = new Date(Date.UTC(1899, 11, 30) + Math.round(days * 86_400) * 1000);
  return instantFromLocal(wall.toISOString().slice(0, 19), zone, "yyyy-MM-dd'T'HH:mm:ss");
}

/** The calendar day that an instant falls on in a zone. Codes: `instant.syntax`, `instant.unknown-zone`. */
export function businessDateIn(instant: Instant, zone: string): Outcome<BusinessDate> {
  return localFromInstant(instant, zone, 'yyyy-MM-dd');
}

/** Reads `2026-11-23`, `2026/11/23`, `20261123` or `2026年11月23日` as a calendar day. Code: `date.syntax`. */
export function parseBusinessDate(text: string): Outcome<BusinessDate> {
  const clean = text.trim();
  const match =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(clean) ??
    /^(\d{4})(\d\d)(\d\d)$/.exec(clean) ??
    /^(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日$/.exec(clean);
  if (!match) return notADate();
  const date = `${match[1]}-${match[2]?.padStart(2, '0')}-${match[3]?.padStart(2, '0')}`;
  return isInstant(`${date}T00:00:00.000Z`) && !date.startsWith('0000') ? good(date) : notADate();
}
