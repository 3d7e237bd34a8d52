import { instantFromEpoch, instantFromRfc3339, isInstant, shiftPoint } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { patternLoses, patternProblem, patternSchema } from './date-pattern.js';
import { instantFromSerial, serialFromInstant } from './excel-serial.js';
import { fromLocal, toLocal } from './local-time.js';
import { asNumber } from './numbers.js';
import { optionsSchema, refuse, Refusal, valueOf, wrongType, type NativeType, type Transform } from './transform.js';

interface Options {
  readonly format?: 'rfc3339' | 'epoch-ms' | 'epoch-s' | 'local' | 'excel-serial' | 'excel-serial-1904';
  readonly pattern?: string;
  readonly zone?: string;
  readonly fractions?: boolean;
  readonly as?: 'text' | 'number';
}

const isText = (format: Options['format']): boolean =>
  format === undefined || format === 'rfc3339' || format === 'local';

/** A moment: RFC 3339, epoch, wall-clock time of a zone, or Excel serial ↔ RFC 3339 in UTC with milliseconds. */
export const instant: Transform<Options> = {
  name: 'instant',
  summary: { en: 'Moment in time ↔ RFC 3339 UTC with milliseconds', zh: '时刻 ↔ RFC 3339 UTC（毫秒）' },
  options: optionsSchema({
    format: {
      enum: ['rfc3339', 'epoch-ms', 'epoch-s', 'local', 'excel-serial', 'excel-serial-1904'],
      description: 'Native form (default rfc3339); epoch-s and Excel serials in whole seconds',
    },
    pattern: {
      ...patternSchema,
      description: `Of local times (default yyyy-MM-dd HH:mm:ss). ${patternSchema.description}`,
    },
    zone: { type: 'string', maxLength: 60, description: 'IANA zone of local times (default: the connection’s)' },
    fractions: { type: 'boolean', description: 'epoch-s keeps milliseconds after the point' },
    as: { enum: ['text', 'number'], description: 'JSON type of epochs and serials (default number)' },
  }),
  native: ['text', 'number'],
  canonical: 'instant',
  writes: (options): NativeType => (isText(options.format) ? 'text' : (options.as ?? 'number')),
  loses: ({ format, pattern = 'yyyy-MM-dd HH:mm:ss', fractions }) => {
    if (format === 'local') return patternLoses(pattern);
    const whole = format === 'epoch-s' ? fractions !== true : !isText(format) && format !== 'epoch-ms';
    return whole ? { en: 'fractions of a second', zh: '秒的小数部分' } : undefined;
  },
  problemOf: ({ pattern }) => (pattern === undefined ? undefined : patternProblem(pattern)),
  toCanonical: (value, options, { environment }) =>
    typeof value === 'string' || typeof value === 'number'
      ? read(value, options, options.zone ?? environment.timeZone)
      : wrongType('a time', '时间'),
  fromCanonical: (value, options, { environment }) => {
    if (typeof value !== 'string' || !isInstant(value)) return wrongType('an instant', '时刻');
    const { format = 'rfc3339' } = options;
    if (format === 'rfc3339') return value;
    const zone = options.zone ?? environment.timeZone;
    if (format === 'local') return sound(options) ?? toLocal(value, zone, options.pattern);
    const number = numberOf(value, options, zone);
    return typeof number !== 'string' || options.as === 'text' ? number : asNumber(number);
  },
  cases: [
    { native: '2026-11-23T14:30:00+08:00', canonical: '2026-11-23T06:30:00.000Z', back: '2026-11-23T06:30:00.000Z' },
    { native: 1795415400000, options: { format: 'epoch-ms' }, canonical: '2026-11-23T06:30:00.000Z' },
    { native: '1795415400', options: { format: 'epoch-s', as: 'text' }, canonical: '2026-11-23T06:30:00.000Z' },
    { native: 1795415400.25, options: { format: 'epoch-s', fractions: true }, canonical: '2026-11-23T06:30:00.250Z' },
    { native: 46349.5, options: { format: 'excel-serial' }, canonical: '2026-11-23T04:00:00.000Z' },
    {
      native: '44887.6041666667',
      options: { format: 'excel-serial-1904', as: 'text' },
      canonical: '2026-11-23T06:30:00.000Z',
    },
    {
      native: '23.11.2026 02:30 PM',
      options: { format: 'local', pattern: 'dd.MM.yyyy hh:mm a' },
      canonical: '2026-11-23T06:30:00.000Z',
    },
    { native: '2026-11-23 14:30:00', options: { format: 'local' }, canonical: '2026-11-23T06:30:00.000Z' },
    {
      native: '2026/11/23 14:30',
      options: { format: 'local', pattern: 'yyyy/MM/dd HH:mm' },
      canonical: '2026-11-23T06:30:00.000Z',
    },
  ],
};

function read(value: string | number, options: Options, zone: string): Json | Refusal {
  const { format = 'rfc3339' } = options;
  switch (format) {
    case 'epoch-ms':
      return valueOf(instantFromEpoch(value, 'ms'));
    case 'epoch-s': {
      const found = valueOf(instantFromEpoch(value, 's'));
      return options.fractions === true ? found : wholeSecond(found);
    }
    case 'excel-serial':
      return instantFromSerial(value, 1900, zone);
    case 'excel-serial-1904':
      return instantFromSerial(value, 1904, zone);
    case 'local':
      return typeof value === 'string'
        ? (sound(options) ?? readLocal(value, options, zone))
        : wrongType('a local date and time', '本地日期时间');
    case 'rfc3339':
      return typeof value === 'string'
        ? valueOf(instantFromRfc3339(value))
        : wrongType('an RFC 3339 time', 'RFC 3339 时间');
  }
}

const OWN_OFFSET = /(?:[Zz]|[+-]\d\d:?\d\d)$/;

function readLocal(text: string, { pattern }: Options, zone: string): string | Refusal {
  const found = fromLocal(text, zone, pattern);
  if (pattern !== undefined || typeof found !== 'string') return found;
  const whole = found.endsWith('.000Z') ? found : `${found.slice(0, 19)}.000Z`;
  if (!OWN_OFFSET.test(text)) return whole;
  // Written without its offset, such a time could be read as another one.
  const written = toLocal(whole, zone);
  return typeof written === 'string' && fromLocal(written, zone) === whole
    ? whole
    : refuse(
        'instant.ambiguous',
        'this clock time happens twice in the zone, and local times cannot tell which one is meant',
        '该本地时间在此时区出现两次，无法区分',
      );
}

function numberOf(instant: string, options: Options, zone: string): string | Refusal {
  if (options.format === 'excel-serial') return serialFromInstant(instant, 1900, zone);
  if (options.format === 'excel-serial-1904') return serialFromInstant(instant, 1904, zone);
  const millis = Date.parse(instant);
  if (options.format === 'epoch-ms') return String(millis);
  return options.fractions === true ? shiftPoint(String(millis), -3) : String(Math.floor(millis / 1000));
}

/** A form that reads today's date into a time of day must not run, whoever let it through. */
function sound({ pattern }: Options): Refusal | undefined {
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  return problem && new Refusal('mapping.bad-option', problem);
}

/** Seconds are written whole, so they are read whole. */
function wholeSecond(instant: string | Refusal): string | Refusal {
  return typeof instant === 'string' ? instant.replace(/\.\d{3}Z$/, '.000Z') : instant;
}
