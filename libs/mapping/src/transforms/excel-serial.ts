import { instantFromExcelSerial, type Instant } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { toLocal } from './local-time.js';
import { readDecimal } from './numbers.js';
import { refuse, valueOf, type Refusal } from './transform.js';

/** Which day a workbook counts from: 1900 (with its 29 February 1900 that never was), or 1904 of old Macintosh files. */
export type ExcelSystem = 1900 | 1904;

const DAY_MS = 86_400_000;
const DAY_ZERO = Date.UTC(1899, 11, 30);
/** Day 0 of the 1904 system in the 1900 system. */
const SHIFT_1904 = 1462;
const FIRST_MARCH_1900 = 61;
const LAST_DAY = 2_958_465;

const notASerial = (): Refusal => refuse('instant.syntax', 'not an Excel date serial', '不是 Excel 日期序列值');

function readSerial(value: Json, system: ExcelSystem): number | Refusal {
  const decimal = readDecimal(value);
  if (typeof decimal !== 'string') return decimal;
  const serial = Number(decimal);
  if (system === 1904) return serial >= 0 && serial <= LAST_DAY - SHIFT_1904 + 1 ? serial + SHIFT_1904 : notASerial();
  return serial;
}

/** The moment of a serial, as wall-clock time of a zone, to the whole second. */
export function instantFromSerial(value: Json, system: ExcelSystem, zone: string): Instant | Refusal {
  const serial = readSerial(value, system);
  return typeof serial === 'number' ? valueOf(instantFromExcelSerial(serial, zone)) : serial;
}

/** The day of a serial; a time of day after the point is left aside. */
export function dayFromSerial(value: Json, system: ExcelSystem): string | Refusal {
  const serial = readSerial(value, system);
  if (typeof serial !== 'number') return serial;
  const day = Math.floor(serial);
  if (day < 1 || day === 60 || day > LAST_DAY) return notASerial();
  return new Date(DAY_ZERO + (day < 60 ? day + 1 : day) * DAY_MS).toISOString().slice(0, 10);
}

/** The serial of a moment's wall-clock time in a zone: whole seconds, as a decimal text. */
export function serialFromInstant(instant: Instant, system: ExcelSystem, zone: string): string | Refusal {
  const local = toLocal(instant, zone);
  if (typeof local !== 'string') return local;
  const day = serialFromDay(local.slice(0, 10), system);
  if (typeof day !== 'string') return day;
  const [hours = 0, minutes = 0, seconds = 0] = local.slice(11).split(':').map(Number);
  const secondOfDay = hours * 3600 + minutes * 60 + seconds;
  if (secondOfDay === 0) return day;
  // Ten places tell seconds apart and leave a number of at most fifteen digits.
  const fraction = String(Math.round((secondOfDay * 1e10) / 86_400)).padStart(10, '0');
  return `${day}.${fraction.replace(/0+$/, '')}`;
}

/** The serial of a day. Days before the system's first one have none. */
export function serialFromDay(day: string, system: ExcelSystem): string | Refusal {
  const days = (Date.parse(`${day}T00:00:00.000Z`) - DAY_ZERO) / DAY_MS;
  const serial = system === 1904 ? days - SHIFT_1904 : days < FIRST_MARCH_1900 ? days - 1 : days;
  const first = system === 1904 ? 0 : 1;
  return Number.isInteger(serial) && serial >= first
    ? String(serial)
    : refuse('instant.out-of-range', 'Excel has no serial for this day', 'Excel 无此日期的序列值');
}
