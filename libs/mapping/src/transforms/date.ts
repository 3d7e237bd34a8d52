import {
  businessDateIn,
  instantFromEpoch,
  instantFromLocal,
  instantFromRfc3339,
  localFromInstant,
  parseBusinessDate,
} from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { patternProblem, patternSchema } from './date-pattern.js';
import { dayFromSerial, serialFromDay } from './excel-serial.js';
import { millisOfDate } from './local-time.js';
import { optionsSchema, Refusal, valueOf, wrongType, type NativeType, type Transform } from './transform.js';

const FORMATS = [
  'yyyy-MM-dd',
  'yyyy/MM/dd',
  'yyyyMMdd',
  'yyyy-MM-dd HH:mm:ss',
  'epoch-ms',
  'epoch-s',
  'rfc3339',
  'excel-serial',
  'excel-serial-1904',
] as const;

type Format = (typeof FORMATS)[number];

interface Options {
  readonly format?: Format;
  readonly pattern?: string;
  readonly zone?: string;
  readonly as?: 'text' | 'number';
}

const NUMBERS: ReadonlySet<Format | undefined> = new Set(['epoch-ms', 'epoch-s', 'excel-serial', 'excel-serial-1904']);
const MOMENTS: ReadonlySet<Format | undefined> = new Set(['epoch-ms', 'epoch-s', 'rfc3339']);

/** Calendar day, in the zone of the connection where the native side holds a moment. */
export const date: Transform<Options> = {
  name: 'date',
  summary: {
    en: 'Calendar day (yyyy-MM-dd) from a date text or a moment',
    zh: '日期（yyyy-MM-dd），可由日期文本或时刻得出',
  },
  options: optionsSchema({
    format: { enum: FORMATS, description: 'Native form (default yyyy-MM-dd)' },
    pattern: { ...patternSchema, description: `Instead of format. ${patternSchema.description}` },
    zone: { type: 'string', maxLength: 60, description: 'IANA zone of moments (default: the connection’s)' },
    as: { enum: ['text', 'number'], description: 'JSON type of epochs and serials (default number)' },
  }),
  native: ['text', 'number'],
  canonical: 'date',
  writes: (options): NativeType => (NUMBERS.has(options.format) ? (options.as ?? 'number') : 'text'),
  loses: ({ format }) =>
    MOMENTS.has(format) || NUMBERS.has(format) || format === 'yyyy-MM-dd HH:mm:ss'
      ? { en: 'the time of day', zh: '时刻' }
      : undefined,
  problemOf: ({ format, pattern }) => {
    if (pattern === undefined) return undefined;
    if (/[ZHhmsSa]/.test(pattern.replace(/'[^']*'/g, '')))
      return { en: 'the form of a day holds no time or offset', zh: '日期格式不含时间或时区' };
    return format === undefined
      ? patternProblem(pattern)
      : { en: 'pattern stands instead of format', zh: 'pattern 与 format 不能同时使用' };
  },
  toCanonical: (value, options, context) => {
    const { format } = options;
    if (MOMENTS.has(format)) {
      const instant = valueOf(readMoment(value, options));
      return typeof instant === 'string'
        ? valueOf(businessDateIn(instant, options.zone ?? context.environment.timeZone))
        : instant;
    }
    if (NUMBERS.has(format))
      return typeof value === 'string' || typeof value === 'number'
        ? dayFromSerial(value, systemOf(format))
        : wrongType('an Excel date serial', 'Excel 日期序列值');
    if (typeof value !== 'string') return wrongType('a date', '日期');
    // A local date and time: the day is what it says, whatever the zone.
    return options.pattern === undefined ? dayOf(value) : dayByPattern(value, options.pattern);
  },
  fromCanonical: (value, options, context) => {
    const day = typeof value === 'string' ? dayOf(value) : wrongType('a date', '日期');
    if (typeof day !== 'string') return day;
    if (options.pattern !== undefined) return writeByPattern(day, options.pattern);
    return writeDay(day, options, options.zone ?? context.environment.timeZone);
  },
  cases: [
    { native: '2026-11-23', canonical: '2026-11-23' },
    { native: '2026-11-23 00:00:00', canonical: '2026-11-23', back: '2026-11-23' },
    { native: '20261123', options: { format: 'yyyyMMdd' }, canonical: '2026-11-23' },
    { native: 1795363200000, options: { format: 'epoch-ms' }, canonical: '2026-11-23' },
    { native: 46349, options: { format: 'excel-serial' }, canonical: '2026-11-23' },
    { native: '44887', options: { format: 'excel-serial-1904', as: 'text' }, canonical: '2026-11-23' },
    { native: '23.11.2026', options: { pattern: 'dd.MM.yyyy' }, canonical: '2026-11-23' },
    { native: '11/23/2026', options: { pattern: 'MM/dd/yyyy' }, canonical: '2026-11-23' },
    {
      native: '2026-11-22T16:30:00Z',
      options: { format: 'rfc3339' },
      canonical: '2026-11-23',
      back: '2026-11-22T16:00:00.000Z',
    },
  ],
};

function systemOf(format: Format | undefined): 1900 | 1904 {
  return format === 'excel-serial-1904' ? 1904 : 1900;
}

function readMoment(value: Json, options: Options): ReturnType<typeof instantFromRfc3339> {
  if (options.format === 'epoch-ms') return instantFromEpoch(value, 'ms');
  if (options.format === 'epoch-s') return instantFromEpoch(value, 's');
  return instantFromRfc3339(typeof value === 'string' ? value : '');
}

function writeDay(day: string, options: Options, zone: string): Json | Refusal {
  const { format = 'yyyy-MM-dd' } = options;
  switch (format) {
    case 'yyyy/MM/dd':
      return day.replaceAll('-', '/');
    case 'yyyyMMdd':
      return day.replaceAll('-', '');
    case 'yyyy-MM-dd HH:mm:ss':
      return `${day} 00:00:00`;
    case 'excel-serial':
    case 'excel-serial-1904': {
      const serial = serialFromDay(day, systemOf(format));
      return typeof serial !== 'string' || options.as === 'text' ? serial : Number(serial);
    }
    case 'epoch-ms':
    case 'epoch-s':
    case 'rfc3339':
      return writeMidnight(day, options, zone);
    case 'yyyy-MM-dd':
      return day;
  }
}

function writeMidnight(day: string, options: Options, zone: string): Json | Refusal {
  const millis = millisOfDate(day, zone);
  if (typeof millis !== 'number') return millis;
  if (options.format === 'rfc3339') return new Date(millis).toISOString();
  const epoch = options.format === 'epoch-s' ? Math.floor(millis / 1000) : millis;
  return options.as === 'text' ? String(epoch) : epoch;
}

function dayByPattern(text: string, pattern: string): string | Refusal {
  const problem = patternProblem(pattern);
  if (problem) return new Refusal('mapping.bad-option', problem);
  const key = `${pattern}|${text}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const read = instantFromLocal(text, 'UTC', pattern);
  return read.ok ? remember(key, read.value.slice(0, 10)) : new Refusal('date.syntax', read.message);
}

function writeByPattern(day: string, pattern: string): string | Refusal {
  const problem = patternProblem(pattern);
  return problem
    ? new Refusal('mapping.bad-option', problem)
    : valueOf(localFromInstant(`${day}T00:00:00.000Z`, 'UTC', pattern));
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
  return remember(text, day);
}

function remember(key: string, day: string): string {
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  if (key.length <= 100) remembered.set(key, day);
  return day;
}
