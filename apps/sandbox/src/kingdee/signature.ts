import { createHmac } from 'node:crypto';

/** base64 of the lower-case hex text of an HMAC-SHA256; Kingdee signs everything in this way. */
function hexInBase64(key: string, text: string): string {
  return Buffer.from(createHmac('sha256', key).update(text).digest('hex')).toString('base64');
}

/** `app_signature` of the token call. */
export function appSignature(appKey: string, appSecret: string): string {
  return hexInBase64(appSecret, appKey);
}

/** What a call signs: method, path, sorted query (encoded twice), nonce and timestamp, each line ended. The body is not part of it. */
export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly nonce: string;
  readonly timestamp: string;
}

/** The text under a signature. */
export function signingText(call: SignedCall): string {
  const query = [...call.query]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, value]) => `${encodeTwice(key)}=${encodeTwice(value)}`)
    .join('&');
  return [
    call.method,
    encodeURIComponent(call.path),
    query,
    `x-api-nonce:${call.nonce}`,
    `x-api-timestamp:${call.timestamp}`,
    '',
  ].join('\n');
}

/** `X-Api-Signature` of a call. */
export function requestSignature(clientSecret: string, call: SignedCall): string {
  return hexInBase64(clientSecret, signingText(call));
}

function encodeTwice(text: string): string {
  return encodeURIComponent(encodeURIComponent(text));
}
