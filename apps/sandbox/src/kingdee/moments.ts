const SHANGHAI_MS = 8 * 3_600_000;

/** Local time of Shanghai without a zone: `2026-11-23 14:30:00`. */
export function localTime(at: number): string {
  return new Date(at + SHANGHAI_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Local date of Shanghai: `2026-11-23`. */
export function localDate(at: number): string {
  return localTime(at).slice(0, 10);
}
