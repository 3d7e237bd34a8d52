import { businessDateIn, instantFromEpoch, instantFromRfc3339, parseBusinessDate } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { millisOfDate } from './local-time.js';
import {
  optionsSchema,
  valueOf,
  wrongType,
  type NativeType,
  type Refusal,
  type Transform,
  type TransformContext,
} from './transform.js';

interface Options {
  readonly format?:
    'yyyy-MM-dd' | 'yyyy/MM/dd' | 'yyyyMMdd' | 'yyyy-MM-dd HH:mm:ss' | 'epoch-ms' | 'epoch-s' | 'rfc3339';
  readonly zone?: string;
  readonly as?: 'text' | 'number';
}

const isEpoch = (format: Options['format']): boolean => format === 'epoch-ms' || format === 'epoch-s';

/** Calendar day, in the zone of the connection where the native side holds a moment. */
export const date: Transform<Options> = {
  name: 'date',
  summary: {
    en: 'Calendar day (yyyy-MM-dd) from a date text or a moment',
    zh: '日期（yyyy-MM-dd），可由日期文本或时刻得出',
  },
  options: optionsSchema({
    format: {
      enum: ['yyyy-MM-dd', 'yyyy/MM/dd', 'yyyyMMdd', 'yyyy-MM-dd HH:mm:ss', 'epoch-ms', 'epoch-s', 'rfc3339'],
      description: 'Native form (default yyyy-MM-dd)',
    },
    zone: { type: 'string', maxLength: 60, description: 'IANA zone (default: the connection’s)' },
    as: { enum: ['text', 'number'], description: 'JSON type of epochs (default number)' },
  }),
  native: ['text', 'number'],
  canonical: 'date',
  writes: (options): NativeType => (isEpoch(options.format) ? (options.as ?? 'number') : 'text'),
  toCanonical: (value, options, context) => {
    const zone = options.zone ?? context.environment.timeZone;
    if (isEpoch(options.format) || options.format === 'rfc3339') {
      const instant = valueOf(readMoment(value, options));
      return typeof instant === 'string' ? valueOf(businessDateIn(instant, zone)) : instant;
    }
    if (typeof value !== 'string') return wrongType('a date', '日期');
    // A local date and time: the day is what it says, whatever the zone.
    return dayOf(value);
  },
  fromCanonical: (value, options, context) => writeDate(value, options, context),
  cases: [
    { native: '2026-11-23', canonical: '2026-11-23' },
    { native: '2026-11-23 00:00:00', canonical: '2026-11-23', back: '2026-11-23' },
    { native: '20261123', options: { format: 'yyyyMMdd' }, canonical: '2026-11-23' },
    { native: 1795363200000, options: { format: 'epoch-ms' }, canonical: '2026-11-23' },
    {
      native: '2026-11-22T16:30:00Z',
      options: { format: 'rfc3339' },
      canonical: '2026-11-23',
      back: '2026-11-22T16:00:00.000Z',
    },
  ],
};

function readMoment(value: Json, options: Options): ReturnType<typeof instantFromRfc3339> {
  if (options.format === 'epoch-ms') return instantFromEpoch(value, 'ms');
  if (options.format === 'epoch-s') return instantFromEpoch(value, 's');
  return instantFromRfc3339(typeof value === 'string' ? value : '');
}

function writeDate(
  value: Json,
  options: Options,
  context: TransformContext,
): ReturnType<NonNullable<Transform['fromCanonical']>> {
  const day = typeof value === 'string' ? dayOf(value) : wrongType('a date', '日期');
  if (typeof day !== 'string') return day;
  const { format = 'yyyy-MM-dd' } = options;
  switch (format) {
    case 'yyyy/MM/dd':
      return day.replaceAll('-', '/');
    case 'yyyyMMdd':
      return day.replaceAll('-', '');
    case 'yyyy-MM-dd HH:mm:ss':
      return `${day} 00:00:00`;
    case 'epoch-ms':
    case 'epoch-s':
    case 'rfc3339':
      return writeMidnight(day, options, context);
    case 'yyyy-MM-dd':
      return day;
  }
}

function writeMidnight(
  day: string,
  options: Options,
  context: TransformContext,
): ReturnType<NonNullable<Transform['fromCanonical']>> {
  const millis = millisOfDate(day, options.zone ?? context.environment.timeZone);
  if (typeof millis !== 'number') return millis;
  if (options.format === 'rfc3339') return new Date(millis).toISOString();
  const epoch = options.format === 'epoch-s' ? Math.floor(millis / 1000) : millis;
  return options.as === 'text' ? String(epoch) : epoch;
}

// Days repeat from record to record; reading one costs microseconds.
const MAX_REMEMBERED = 5000;
const remembered = new Map<string, string>();

/** The day of a date text; a time of day after it is left aside. */
function dayOf(text: string): string | Refusal {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const day = valueOf(parseBusinessDate(text.trim().replace(/[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?$/, '')));
  if (typeof day !== 'string') return day;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  if (text.length <= 40) remembered.set(text, day);
  return day;
}
