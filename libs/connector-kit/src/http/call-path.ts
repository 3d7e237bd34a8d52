import type { HttpCall } from '../http-contract.js';

/** Base URL taken apart: `origin` for the socket, `prefix` before every path (no slash at its end). */
export interface BaseUrl {
  readonly origin: string;
  readonly prefix: string;
}

/**
 * Takes a base URL apart. Only http and https, no user info, no query, no fragment.
 *
 * @throws TypeError for anything else
 */
export function parseBaseUrl(text: string): BaseUrl {
  if (!URL.canParse(text)) throw new TypeError('the base URL is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TypeError('the base URL must begin with http:// or https://');
  if (url.username || url.password) throw new TypeError('the base URL must not hold credentials');
  if (url.search || url.hash) throw new TypeError('the base URL must not hold a query or a fragment');
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') };
}

/**
 * Path and query of a call exactly as they go on the wire: the given path untouched, then the query parameters in the given
 * order, each name and value encoded once. Signing vendors sign this very text.
 */
export function composePath(prefix: string, call: Pick<HttpCall, 'path' | 'query'>): string {
  if (!call.path.startsWith('/')) throw new TypeError('the path of a call must begin with /');
  return prefix + appendQuery(call.path, call.query ?? {});
}

/** Appends query parameters to a path that may have a query already. Undefined values are left out. */
export function appendQuery(path: string, query: NonNullable<HttpCall['query']>): string {
  let text = path;
  let separator = path.includes('?') ? '&' : '?';
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined) continue;
    text += `${separator}${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
    separator = '&';
  }
  return text;
}

/** The path without its query: what logs and metrics may show. */
export function withoutQuery(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? path : path.slice(0, at);
}

/**
 * Path and query, below the base URL, of a link that a far side gave (next page). Relative links are resolved against the base.
 *
 * @returns undefined when the link leads to another origin or out of the base URL's prefix
 */
export function pathOfLink(baseUrl: string, link: string): string | undefined {
  const base = parseBaseUrl(baseUrl);
  const root = `${base.origin}${base.prefix}/`;
  if (!URL.canParse(link, root)) return undefined;
  const url = new URL(link, root);
  if (url.origin !== base.origin || !url.pathname.startsWith(`${base.prefix}/`)) return undefined;
  return url.pathname.slice(base.prefix.length) + url.search;
}
