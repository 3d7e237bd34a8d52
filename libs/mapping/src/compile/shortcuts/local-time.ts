import type { JsonObject } from '@isthmus/json';
import type { Transform, TransformContext } from '../../transforms/transform.js';
import type { Shortcuts } from './shortcut.js';

const MAX_REMEMBERED = 5000;
const LOCAL_HOUR = 13;
const MINUTES = /^:[0-5]\d:[0-5]\d$/;
const MINUTES_UTC = /^:[0-5]\d:[0-5]\d\.\d{3}Z$/;

/**
 * Local times of one zone in the form yyyy-MM-dd HH:mm:ss: within an hour in which both ends keep minutes and seconds, so does every
 * moment between. Hours at which the clock is put forward or back, and zones with odd minutes, fail that test and go the long way.
 */
export function localTimeShortcuts(options: JsonObject, transform: Transform): Shortcuts {
  if (options['format'] !== 'local' || Object.keys(options).some((name) => name !== 'format' && name !== 'zone'))
    return {};
  const hoursIn = new Map<string, string | undefined>();
  const hoursOut = new Map<string, string | undefined>();
  const zoneOf = ({ environment }: TransformContext): string =>
    (options['zone'] as string | undefined) ?? environment.timeZone;
  const hourIn = (hour: string, context: TransformContext): string | undefined => {
    const ends = [':00:00', ':59:59'].map((end) => transform.toCanonical(hour + end, options, context));
    return sameHour(ends, [':00:00.000Z', ':59:59.000Z']);
  };
  const hourOut = (hour: string, context: TransformContext): string | undefined => {
    const ends = [':00:00.000Z', ':59:59.000Z'].map((end) => transform.fromCanonical?.(hour + end, options, context));
    return sameHour(ends, [':00:00', ':59:59']);
  };
  return {
    in: (value, context) => {
      if (typeof value !== 'string' || value.length !== LOCAL_HOUR + 6) return undefined;
      const rest = value.slice(LOCAL_HOUR);
      if (!MINUTES.test(rest)) return undefined;
      const hour = remembered(hoursIn, value.slice(0, LOCAL_HOUR), zoneOf(context), context, hourIn);
      return hour === undefined ? undefined : `${hour}${rest}.000Z`;
    },
    out: (value, context) => {
      if (typeof value !== 'string' || value.length !== LOCAL_HOUR + 11) return undefined;
      const rest = value.slice(LOCAL_HOUR);
      if (!MINUTES_UTC.test(rest)) return undefined;
      const hour = remembered(hoursOut, value.slice(0, LOCAL_HOUR), zoneOf(context), context, hourOut);
      return hour === undefined ? undefined : `${hour}${rest.slice(0, 6)}`;
    },
  };
}

function remembered(
  hours: Map<string, string | undefined>,
  hour: string,
  zone: string,
  context: TransformContext,
  work: (hour: string, context: TransformContext) => string | undefined,
): string | undefined {
  const key = `${hour}|${zone}`;
  const known = hours.get(key);
  if (known !== undefined || hours.has(key)) return known;
  if (hours.size >= MAX_REMEMBERED) hours.clear();
  const made = work(hour, context);
  hours.set(key, made);
  return made;
}

/** The hour that both ends share when their minutes and seconds are kept. */
function sameHour(ends: readonly unknown[], tails: readonly [string, string]): string | undefined {
  const hours = ends.map((end, index) => {
    const tail = tails[index] ?? '';
    return typeof end === 'string' && end.endsWith(tail) ? end.slice(0, -tail.length) : undefined;
  });
  return hours[0] !== undefined && hours[0] === hours[1] ? hours[0] : undefined;
}
