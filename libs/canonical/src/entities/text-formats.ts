const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const TIME = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)(z|([+-])(\d\d)(?::?(\d\d))?)$/i;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** The number that digits at this place mean; NaN when one of them is none. */
function digitsAt(text: string, start: number, count: number): number {
  let value = 0;
  for (let index = start; index < start + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** JSON Schema's `date`: a day that exists, as `2026-02-28`. */
export function isDate(text: string): boolean {
  return text.length === 10 && startsWithDate(text);
}

function startsWithDate(text: string): boolean {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return false;
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2)];
  if (Number.isNaN(year)) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : Number(DAYS[month - 1]));
}

/** JSON Schema's `date-time`: a day that exists and a time with its zone; a leap second only at the end of a UTC day. */
export function isDateTime(text: string): boolean {
  if (!/[t\s]/i.test(text.charAt(10)) || !startsWithDate(text)) return false;
  const parts = TIME.exec(text.slice(11));
  if (!parts) return false;
  return isTime(parts);
}

function isTime(parts: RegExpExecArray): boolean {
  const [hours, minutes, seconds] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [zoneHours, zoneMinutes] = [Number(parts[6] ?? 0), Number(parts[7] ?? 0)];
  if (zoneHours > 23 || zoneMinutes > 59) return false;
  if (hours <= 23 && minutes <= 59 && seconds < 60) return true;
  const sign = parts[5] === '-' ? -1 : 1;
  return seconds < 61 && isLastMinute(hours - zoneHours * sign, minutes - zoneMinutes * sign);
}

/** Hour and minute in UTC, perhaps below zero. */
function isLastMinute(hour: number, minute: number): boolean {
  const own = hour - (minute < 0 ? 1 : 0);
  return (own === 23 || own === -1) && (minute === 59 || minute === -1);
}
