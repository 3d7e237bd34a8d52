import type { CelValue } from '@bufbuild/cel';
import {
  businessDateIn,
  instantFromLocal,
  instantFromRfc3339,
  isTimeZone,
  localFromInstant,
  parseBusinessDate,
  type Outcome,
} from '@isthmus/canonical';
import type { ExpressionFunction } from './expression-function.js';
import { pay } from './meter.js';
import { textOf } from './values.js';

const PATTERN = /^[yMdHhmsSaT'/:. -]{1,40}$/;
const DAY_MS = 86_400_000;
const MAX_DAYS = 100_000;
// Zone arithmetic costs some ten times what a plain call does.
const ZONE_WORK = 60;

/**
 * Moments and days. Moments are RFC 3339 texts in UTC with milliseconds, days `yyyy-MM-dd`, as in the model. There is no `now`: the same
 * record always gives the same result. Formats are written in luxon tokens.
 */
export const dateFunctions: readonly ExpressionFunction[] = [
  {
    name: 'instant.parse',
    takes: ['text', 'text', 'text'],
    gives: 'text',
    summary: {
      en: 'A wall-clock time of a zone (text, format, zone) as a moment',
      zh: '将某时区的本地时间（文本、格式、时区）转为时刻',
    },
    cases: [['instant.parse("2026-11-23 08:00", "yyyy-MM-dd HH:mm", "Asia/Shanghai")', '"2026-11-23T00:00:00.000Z"']],
    call: (text, format, where) => value(instantFromLocal(limited(text), zone(where), pattern(format))),
  },
  {
    name: 'instant.format',
    takes: ['text', 'text', 'text'],
    gives: 'text',
    summary: {
      en: 'A moment as the wall-clock time of a zone (moment, format, zone)',
      zh: '将时刻写为某时区的本地时间（时刻、格式、时区）',
    },
    cases: [['instant.format("2026-11-23T00:00:00.000Z", "yyyy/MM/dd HH:mm", "Asia/Shanghai")', '"2026/11/23 08:00"']],
    call: (at, format, where) => value(localFromInstant(instant(at), zone(where), pattern(format))),
  },
  {
    name: 'instant.addDays',
    takes: ['text', 'integer'],
    gives: 'text',
    summary: { en: 'A moment and a number of days of 24 hours', zh: '时刻加上若干个 24 小时' },
    cases: [['instant.addDays("2026-11-23T00:00:00.000Z", 7)', '"2026-11-30T00:00:00.000Z"']],
    call: (at, count) => new Date(Date.parse(instant(at)) + days(count) * DAY_MS).toISOString(),
  },
  {
    name: 'instant.startOfDay',
    takes: ['text', 'text'],
    gives: 'text',
    summary: {
      en: 'Midnight before a moment in a zone (moment, zone), as a moment',
      zh: '某时刻在某时区当日零点对应的时刻',
    },
    cases: [['instant.startOfDay("2026-11-23T10:30:00.000Z", "Asia/Shanghai")', '"2026-11-22T16:00:00.000Z"']],
    call: (at, where) => {
      const local = zone(where);
      const day = value(businessDateIn(instant(at), local));
      return value(instantFromLocal(`${day} 00:00:00`, local));
    },
  },
  {
    name: 'instant.day',
    takes: ['text', 'text'],
    gives: 'text',
    summary: { en: 'The day of a moment in a zone (moment, zone)', zh: '某时刻在某时区的日期' },
    cases: [['instant.day("2026-11-22T16:30:00.000Z", "Asia/Shanghai")', '"2026-11-23"']],
    call: (at, where) => value(businessDateIn(instant(at), zone(where))),
  },
  {
    name: 'date.parse',
    takes: ['text', 'text'],
    gives: 'text',
    summary: { en: 'A day from a text and its format', zh: '按格式读取日期' },
    cases: [['date.parse("23/11/2026", "dd/MM/yyyy")', '"2026-11-23"']],
    call: (text, format) =>
      value(businessDateIn(value(instantFromLocal(limited(text), 'UTC', pattern(format))), 'UTC')),
  },
  {
    name: 'date.format',
    takes: ['text', 'text'],
    gives: 'text',
    summary: { en: 'A day in another format', zh: '按格式写出日期' },
    cases: [['date.format("2026-11-23", "yyyyMMdd")', '"20261123"']],
    call: (day, format) => value(localFromInstant(`${date(day)}T00:00:00.000Z`, 'UTC', pattern(format))),
  },
  {
    name: 'date.addDays',
    takes: ['text', 'integer'],
    gives: 'text',
    summary: { en: 'A day and a number of days', zh: '日期加上若干天' },
    cases: [['date.addDays("2026-02-27", 2)', '"2026-03-01"']],
    call: (day, count) =>
      new Date(Date.parse(`${date(day)}T00:00:00.000Z`) + days(count) * DAY_MS).toISOString().slice(0, 10),
  },
];

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new RangeError(`${outcome.code}: ${outcome.message.en}`);
  return outcome.value;
}

function limited(text: CelValue): string {
  const read = textOf(text);
  if (read.length > 100) throw new RangeError('a time has at most 100 characters');
  return read;
}

function instant(text: CelValue): string {
  pay(4);
  return value(instantFromRfc3339(limited(text)));
}

function date(text: CelValue): string {
  pay(4);
  return value(parseBusinessDate(limited(text)));
}

function pattern(text: CelValue): string {
  pay(ZONE_WORK);
  const format = textOf(text);
  if (!PATTERN.test(format))
    throw new RangeError('a format holds date and time tokens only, for example yyyy-MM-dd HH:mm');
  return format;
}

function zone(text: CelValue): string {
  pay(ZONE_WORK);
  const name = limited(text);
  if (!isTimeZone(name)) throw new RangeError('not an IANA time zone');
  return name;
}

function days(count: CelValue): number {
  if (typeof count !== 'bigint' || count > BigInt(MAX_DAYS) || count < BigInt(-MAX_DAYS))
    throw new RangeError(`a whole number of days up to ${MAX_DAYS} is expected`);
  return Number(count);
}
