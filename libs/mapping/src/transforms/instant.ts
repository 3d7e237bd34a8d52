import { instantFromEpoch, instantFromExcelSerial, instantFromRfc3339, isInstant } from '@isthmus/canonical';
import { fromLocal, toLocal } from './local-time.js';
import {
  optionsSchema,
  refuse,
  valueOf,
  wrongType,
  type NativeType,
  type Refusal,
  type Transform,
} from './transform.js';

interface Options {
  readonly format?: 'rfc3339' | 'epoch-ms' | 'epoch-s' | 'local' | 'excel-serial';
  readonly pattern?: string;
  readonly zone?: string;
  readonly as?: 'text' | 'number';
}

/** A moment: RFC 3339, epoch, wall-clock time of a zone, or Excel serial ↔ RFC 3339 in UTC with milliseconds. */
export const instant: Transform<Options> = {
  name: 'instant',
  summary: { en: 'Moment in time ↔ RFC 3339 UTC with milliseconds', zh: '时刻 ↔ RFC 3339 UTC（毫秒）' },
  options: optionsSchema({
    format: {
      enum: ['rfc3339', 'epoch-ms', 'epoch-s', 'local', 'excel-serial'],
      description: 'Native form (default rfc3339); epoch-s in whole seconds; excel-serial cannot go back',
    },
    pattern: {
      type: 'string',
      pattern: "^[yMdHhmsSaT'/:. -]{1,40}$",
      description: 'Form of local times in luxon tokens (default yyyy-MM-dd HH:mm:ss)',
    },
    zone: { type: 'string', maxLength: 60, description: 'IANA zone of local times (default: the connection’s)' },
    as: { enum: ['text', 'number'], description: 'JSON type of epochs (default number)' },
  }),
  native: ['text', 'number'],
  canonical: 'instant',
  writes: (options): NativeType =>
    options.format === 'epoch-ms' || options.format === 'epoch-s' ? (options.as ?? 'number') : 'text',
  reversible: (options) => options.format !== 'excel-serial',
  toCanonical: (value, options, { environment }) => {
    const { format = 'rfc3339' } = options;
    if (typeof value !== 'string' && typeof value !== 'number') return wrongType('a time', '时间');
    const zone = options.zone ?? environment.timeZone;
    switch (format) {
      case 'epoch-ms':
        return valueOf(instantFromEpoch(value, 'ms'));
      case 'epoch-s':
        return wholeSecond(valueOf(instantFromEpoch(value, 's')));
      case 'excel-serial':
        return valueOf(instantFromExcelSerial(Number(value), zone));
      case 'local':
        return typeof value === 'string'
          ? fromLocal(value, zone, options.pattern)
          : wrongType('a local date and time', '本地日期时间');
      case 'rfc3339':
        return typeof value === 'string'
          ? valueOf(instantFromRfc3339(value))
          : wrongType('an RFC 3339 time', 'RFC 3339 时间');
    }
  },
  fromCanonical: (value, options, { environment }) => {
    const { format = 'rfc3339' } = options;
    if (typeof value !== 'string' || !isInstant(value)) return wrongType('an instant', '时刻');
    switch (format) {
      case 'epoch-ms':
        return options.as === 'text' ? String(Date.parse(value)) : Date.parse(value);
      case 'epoch-s':
        return options.as === 'text'
          ? String(Math.floor(Date.parse(value) / 1000))
          : Math.floor(Date.parse(value) / 1000);
      case 'local':
        return toLocal(value, options.zone ?? environment.timeZone, options.pattern);
      case 'excel-serial':
        return refuse('mapping.one-way', 'an Excel serial cannot be written', 'Excel 序列值不可回写');
      case 'rfc3339':
        return value;
    }
  },
  cases: [
    { native: '2026-11-23T14:30:00+08:00', canonical: '2026-11-23T06:30:00.000Z', back: '2026-11-23T06:30:00.000Z' },
    { native: 1795415400000, options: { format: 'epoch-ms' }, canonical: '2026-11-23T06:30:00.000Z' },
    { native: '1795415400', options: { format: 'epoch-s', as: 'text' }, canonical: '2026-11-23T06:30:00.000Z' },
    { native: '2026-11-23 14:30:00', options: { format: 'local' }, canonical: '2026-11-23T06:30:00.000Z' },
    {
      native: '2026/11/23 14:30',
      options: { format: 'local', pattern: 'yyyy/MM/dd HH:mm' },
      canonical: '2026-11-23T06:30:00.000Z',
    },
  ],
};

/** Seconds are written whole, so they are read whole. */
function wholeSecond(instant: string | Refusal): string | Refusal {
  return typeof instant === 'string' ? instant.replace(/\.\d{3}Z$/, '.000Z') : instant;
}
