import { createHash, createHmac } from 'node:crypto';

/**
 * Signature of a webhook, version 3: base64 of HMAC-SHA256 over method, full URL, raw body and timestamp
 * (as the official npm package @hubspot/api-client computes it).
 * @param timestamp epoch milliseconds
 */
export function signatureV3(secret: string, method: string, url: string, body: string, timestamp: number): string {
  return createHmac('sha256', secret).update(`${method}${url}${body}${timestamp}`).digest('base64');
}

/** Signature of a webhook, version 1: hex SHA-256 of secret and raw body. */
export function signatureV1(secret: string, body: string): string {
  return createHash('sha256')
    .update(secret + body)
    .digest('hex');
}
