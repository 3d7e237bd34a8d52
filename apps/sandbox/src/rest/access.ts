import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { RestError } from './errors.js';

/** How callers prove who they are. */
export interface RestAccess {
  auth: 'bearer' | 'hmac' | 'none';
  token: string;
  hmacSecret: string;
}

const SKEW_MS = 300_000;

/** `sha256=` and the hex HMAC-SHA256 of a text. */
export function sha256Signature(secret: string, text: string): string {
  return `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

/**
 * Lets a call in. With `hmac` the header X-Signature signs the raw body; with X-Timestamp (epoch ms) beside it,
 * it signs `<timestamp>.<body>` and the timestamp may be five minutes off.
 */
export function checkAccess(access: RestAccess, request: FastifyRequest, rawBody: string, now: number): void {
  if (access.auth === 'none') return;
  if (access.auth === 'bearer') {
    if (request.headers.authorization === `Bearer ${access.token}`) return;
    throw new RestError(401, 'unauthorized', 'a valid bearer token is needed');
  }
  const timestamp = request.headers['x-timestamp'];
  const text = timestamp === undefined ? rawBody : `${String(timestamp)}.${rawBody}`;
  if (timestamp !== undefined && !(Math.abs(now - Number(timestamp)) <= SKEW_MS))
    throw new RestError(401, 'unauthorized', 'X-Timestamp is more than five minutes off');
  const expected = Buffer.from(sha256Signature(access.hmacSecret, text));
  const given = Buffer.from(String(request.headers['x-signature'] ?? ''));
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new RestError(401, 'unauthorized', 'X-Signature does not match');
}
