import type { RawRequest, Verified } from '../contract.js';
import { equalInConstantTime, hmac } from './hmac.js';
import type { DigestEncoding, HmacAlgorithm } from './hmac.js';

/** How a sender signs its webhooks. */
export interface HmacWebhook {
  readonly request: RawRequest;
  /** The secret, or the new and the old one while they are rotated. Empty ones are skipped; none at all = refused. */
  readonly secrets: readonly (string | undefined)[];
  /** Header with the signature, lower case. */
  readonly signatureHeader: string;
  /** @default sha256 */
  readonly algorithm?: HmacAlgorithm;
  /** @default hex */
  readonly encoding?: DigestEncoding;
  /** Text before the digest in the header: `sha256=`. @default none */
  readonly prefix?: string;
  /** Header with the time of sending, lower case; with it the time window is checked. */
  readonly timestampHeader?: string;
  /** @default seconds below 10^11, milliseconds from there on, else RFC 3339 */
  readonly timestampUnit?: 'seconds' | 'milliseconds' | 'rfc3339';
  /** What is signed. @default the raw body */
  signedContent?(request: RawRequest, timestamp: string | undefined): string | Buffer;
  readonly now: Date;
  /** Half width of the time window. @default 300000 */
  readonly windowMs?: number;
}

const WINDOW_MS = 300_000;

/** Verifies an HMAC over the raw bytes in constant time, and the time window of ±5 minutes (FAULTS S06). Pure. */
export function verifyHmacWebhook(webhook: HmacWebhook): Verified {
  const { request } = webhook;
  const secrets = webhook.secrets.filter((secret): secret is string => secret !== undefined && secret !== '');
  if (secrets.length === 0) return refused('webhook.no-secret', 'no webhook secret is configured for this connection');
  const signature = request.headers[webhook.signatureHeader];
  if (!signature) return refused('webhook.no-signature', `the header ${webhook.signatureHeader} is missing`);
  const timestamp = webhook.timestampHeader === undefined ? undefined : request.headers[webhook.timestampHeader];
  const late = webhook.timestampHeader === undefined ? undefined : outsideWindow(timestamp, webhook);
  if (late) return late;
  const content = webhook.signedContent?.(request, timestamp) ?? request.body;
  return matches(webhook, secrets, signature, content)
    ? { ok: true }
    : refused('webhook.bad-signature', 'the signature does not match');
}

function matches(
  webhook: HmacWebhook,
  secrets: readonly string[],
  signature: string,
  content: string | Buffer,
): boolean {
  const { algorithm = 'sha256', encoding = 'hex', prefix = '' } = webhook;
  const given = encoding === 'hex' ? signature.trim().toLowerCase() : signature.trim();
  const expected = encoding === 'hex' ? prefix.toLowerCase() : prefix;
  let isMatch = false;
  // Every secret is tried, so that the time does not tell which one is in use.
  for (const secret of secrets) {
    if (equalInConstantTime(given, expected + hmac(algorithm, secret, content, encoding))) isMatch = true;
  }
  return isMatch;
}

function outsideWindow(timestamp: string | undefined, webhook: HmacWebhook): Verified | undefined {
  if (!timestamp) return refused('webhook.no-timestamp', `the header ${webhook.timestampHeader} is missing`);
  const at = instantMs(timestamp.trim(), webhook.timestampUnit);
  if (Number.isNaN(at)) return refused('webhook.bad-timestamp', 'the timestamp cannot be read');
  const ageMs = webhook.now.getTime() - at;
  const windowMs = webhook.windowMs ?? WINDOW_MS;
  if (ageMs > windowMs) return refused('webhook.too-old', `it was sent ${Math.round(ageMs / 1000)} s ago`);
  if (ageMs < -windowMs)
    return refused('webhook.from-the-future', `it was sent ${Math.round(-ageMs / 1000)} s in the future`);
  return undefined;
}

function instantMs(timestamp: string, unit: HmacWebhook['timestampUnit']): number {
  if (unit === 'rfc3339' || (unit === undefined && !/^\d+(?:\.\d+)?$/.test(timestamp))) return Date.parse(timestamp);
  const number = /^\d+(?:\.\d+)?$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (unit === 'milliseconds' || (unit === undefined && number >= 1e11)) return number;
  return number * 1000;
}

function refused(code: string, reason: string): Verified {
  return { ok: false, code, reason };
}
