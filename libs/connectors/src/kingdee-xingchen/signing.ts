import { createHmac } from 'node:crypto';

/** Base64 of the hex text of an HMAC-SHA256: Kingdee encodes the lower-case hex digits, not the digest's bytes. */
function hexHmac(key: string, text: string): string {
  return Buffer.from(createHmac('sha256', key).update(text, 'utf8').digest('hex')).toString('base64');
}

/** `app_signature` of the token call. */
export function appSignature(appKey: string, appSecret: string): string {
  return hexHmac(appSecret, appKey);
}

/** What a call is signed with; the body is not part of it. */
export interface Signable {
  readonly method: string;
  /** Path and query as sent, below the gateway. */
  readonly path: string;
  /** Positive integer as text. */
  readonly nonce: string;
  /** Epoch milliseconds as text. */
  readonly timestamp: string;
}

/**
 * The signed text: five lines, each ended by a line feed: method, the path with its slashes encoded, the query with sorted keys
 * and everything encoded twice, nonce, time stamp.
 */
export function signingText(call: Signable): string {
  const [path, query = ''] = splitOnce(call.path, '?');
  return [
    call.method,
    encodeURIComponent(path),
    signedQuery(query),
    `x-api-nonce:${call.nonce}`,
    `x-api-timestamp:${call.timestamp}`,
    '',
  ].join('\n');
}

/** `X-Api-Signature` of a call. */
export function requestSignature(clientSecret: string, call: Signable): string {
  return hexHmac(clientSecret, signingText(call));
}

function signedQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => splitOnce(pair, '=').map((part) => decodeURIComponent(part ?? '')));
  pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
  return pairs.map(([key = '', value = '']) => `${twice(key)}=${twice(value)}`).join('&');
}

function twice(text: string): string {
  return encodeURIComponent(encodeURIComponent(text));
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** A path with its query: keys sorted, values encoded once, in the order that is signed. */
export function pathWithQuery(
  path: string,
  parameters: { readonly [name: string]: string | number | undefined },
): string {
  const pairs = Object.entries(parameters).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const query = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}
