import { instantFromLocal, localFromInstant, type Instant } from '@isthmus/canonical';
import { Refusal, valueOf } from './transform.js';

// Zone arithmetic costs some ten microseconds. Zones change their offset at whole UTC quarters only, so one look-up serves a quarter of an hour.
const MAX_REMEMBERED = 20_000;
const QUARTER_MS = 900_000;
const offsets = new Map<string, number>();
const LOCAL = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/;
const FIRST_REMEMBERED = Date.UTC(1990, 0, 1);

/** Milliseconds of a day's midnight in a zone. */
export function millisOfDate(day: string, zone: string): number | Refusal {
  const instant = fromLocal(`${day} 00:00:00`, zone);
  return instant instanceof Refusal ? instant : Date.parse(instant);
}

/** Reads a wall-clock time of a zone; `format` in luxon tokens. */
export function fromLocal(text: string, zone: string, format?: string): Instant | Refusal {
  const parts = format === undefined || format === 'yyyy-MM-dd HH:mm:ss' ? LOCAL.exec(text.trim()) : null;
  if (!parts) return valueOf(instantFromLocal(text, zone, format));
  const wall = Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
  // A day that does not exist, or a time long ago with odd zone rules: the full reader decides.
  if (Number.isNaN(wall) || wall < FIRST_REMEMBERED || new Date(wall).getUTCDate() !== Number(parts[3]))
    return valueOf(instantFromLocal(text, zone, format));
  const key = `${zone}|${Math.floor(wall / QUARTER_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return new Date(wall - known).toISOString();
  const instant = valueOf(instantFromLocal(text, zone, format));
  if (typeof instant === 'string') remember(key, wall - Date.parse(instant));
  return instant;
}

/** Writes an instant as wall-clock time of a zone; `format` in luxon tokens, default yyyy-MM-dd HH:mm:ss. */
export function toLocal(instant: Instant, zone: string, format = 'yyyy-MM-dd HH:mm:ss'): string | Refusal {
  const millis = Date.parse(instant);
  if (format !== 'yyyy-MM-dd HH:mm:ss' || Number.isNaN(millis) || millis < FIRST_REMEMBERED)
    return valueOf(localFromInstant(instant, zone, format));
  const key = `${zone}<${Math.floor(millis / QUARTER_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return new Date(millis + known).toISOString().slice(0, 19).replace('T', ' ');
  const local = valueOf(localFromInstant(instant, zone, format));
  if (typeof local === 'string')
    remember(key, Date.parse(`${local.replace(' ', 'T')}Z`) - Math.floor(millis / 1000) * 1000);
  return local;
}

function remember(key: string, offset: number): void {
  if (offsets.size >= MAX_REMEMBERED) offsets.clear();
  offsets.set(key, offset);
}
