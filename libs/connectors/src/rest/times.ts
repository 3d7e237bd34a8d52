import type { Json } from '@isthmus/connector-kit';
import type { TimeFormat } from './settings.js';

/** A time of the far side as RFC 3339 UTC with milliseconds; undefined when there is none or it cannot be read. */
export function toInstant(
  value: Json | undefined,
  format: TimeFormat = 'rfc3339',
  utcOffset = 'Z',
): string | undefined {
  const ms = epochMs(value, format, utcOffset);
  return ms === undefined || Number.isNaN(ms) || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString();
}

function epochMs(value: Json | undefined, format: TimeFormat, utcOffset: string): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  if (value === '') return undefined;
  switch (format) {
    case 'seconds':
      return Math.round(Number(value) * 1000);
    case 'milliseconds':
      return Number(value);
    case 'local':
      return Date.parse(`${String(value).trim().replace(/\//g, '-').replace(' ', 'T')}${utcOffset}`);
    case 'rfc3339':
      return Date.parse(String(value));
  }
}

/** An RFC 3339 instant as the far side writes it. */
export function fromInstant(instant: string, format: TimeFormat = 'rfc3339', utcOffset = 'Z'): string {
  const ms = Date.parse(instant);
  switch (format) {
    case 'seconds':
      return String(Math.floor(ms / 1000));
    case 'milliseconds':
      return String(ms);
    case 'local':
      return new Date(ms + offsetMs(utcOffset)).toISOString().slice(0, 19).replace('T', ' ');
    case 'rfc3339':
      return new Date(ms).toISOString();
  }
}

function offsetMs(utcOffset: string): number {
  const found = /^([+-])(\d{2}):(\d{2})$/.exec(utcOffset);
  if (!found) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === '-' ? -minutes : minutes) * 60_000;
}
