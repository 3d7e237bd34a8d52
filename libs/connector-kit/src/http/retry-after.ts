/** No far side makes us wait longer than this. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Milliseconds that a `Retry-After` header asks for: whole or broken seconds, or an HTTP date. Capped at one hour.
 *
 * @returns undefined when the header is absent or means nothing
 */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim();
  if (!text) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return clamp(Number(text) * 1000);
  if (!/[a-z]/i.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : clamp(at - now.getTime());
}

function clamp(ms: number): number {
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, Math.ceil(ms)));
}
