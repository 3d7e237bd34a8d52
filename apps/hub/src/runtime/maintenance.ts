import type { MaintenanceWindow } from '@isthmus/ledger';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
/** Windows that follow one another without a gap are followed so far. */
const MOST_JOINED = 50;

/**
 * Until when a connection's far side is not to be called, by its maintenance windows.
 *
 * @param timeZone of windows that name none
 * @returns undefined = it may be called now
 */
export function maintenanceUntil(windows: readonly MaintenanceWindow[], timeZone: string, now: Date): Date | undefined {
  let until: Date | undefined;
  for (let joined = 0; joined < MOST_JOINED; joined += 1) {
    const at = until ?? now;
    const ends = windows.flatMap((window) => endOf(window, window.timeZone ?? timeZone, at) ?? []);
    if (ends.length === 0) return until;
    until = new Date(Math.max(...ends.map((end) => end.getTime())));
  }
  return until;
}

function endOf(window: MaintenanceWindow, timeZone: string, at: Date): Date | undefined {
  const here = localTime(at, timeZone);
  const [from, to] = [minutesOf(window.from), minutesOf(window.to)];
  const length = to > from ? to - from : to + DAY_MINUTES - from;
  // It may have begun today or yesterday.
  for (const daysAgo of [0, 1]) {
    const since = here.minutes + daysAgo * DAY_MINUTES - from;
    const day = DAYS[(here.day + 7 - daysAgo) % 7] ?? 'sun';
    if (since < 0 || since >= length || (window.days && !window.days.includes(day))) continue;
    return exactEnd(new Date(at.getTime() - here.seconds * 1_000 + (length - since) * MINUTE_MS), to, timeZone);
  }
  return undefined;
}

/** A change to or from summer time inside of the window moves its end. */
function exactEnd(end: Date, to: number, timeZone: string): Date {
  const off = localTime(end, timeZone).minutes - to;
  const minutes = off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off < -DAY_MINUTES / 2 ? off + DAY_MINUTES : off;
  return new Date(end.getTime() - minutes * MINUTE_MS);
}

function minutesOf(time: string): number {
  const [hours = '0', minutes = '0'] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localTime(at: Date, timeZone: string): { day: number; minutes: number; seconds: number } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: DAYS.indexOf((parts['weekday'] ?? 'Sun').toLowerCase() as (typeof DAYS)[number]),
    minutes: Number(parts['hour']) * 60 + Number(parts['minute']),
    seconds: Number(parts['second']) + Number(parts['fractionalSecond'] ?? 0) / 1_000,
  };
}

/** Whether the runtime knows a time zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    localTime(new Date(0), name);
    return true;
  } catch {
    return false;
  }
}
