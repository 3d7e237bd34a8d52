import type { HttpCall } from '../http-contract.js';
import { composePath, parseBaseUrl } from './call-path.js';
import type { BaseUrl } from './call-path.js';

/** A call with everything decided that stays the same over its tries. */
export interface PreparedCall {
  readonly method: HttpCall['method'];
  readonly origin: string;
  /** Path with prefix and query, as sent. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Buffer | undefined;
  readonly idempotent: boolean;
  readonly authorised: boolean;
  readonly cost: number;
  readonly template: string | undefined;
}

/** Decides origin, path, headers and body of a call. */
export function prepareCall(call: HttpCall, base: BaseUrl): PreparedCall {
  const isForeign = call.origin !== undefined && call.origin !== base.origin;
  const headers: { [name: string]: string } = {
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': 'isthmus',
  };
  if (call.json !== undefined) headers['content-type'] = 'application/json';
  const given = call.headers;
  if (given) for (const name of Object.keys(given)) headers[name.toLowerCase()] = given[name] ?? '';
  return {
    method: call.method,
    origin: isForeign ? parseBaseUrl(call.origin ?? '').origin : base.origin,
    path: composePath(call.origin === undefined ? base.prefix : '', call),
    headers,
    body: call.json === undefined ? call.body : JSON.stringify(call.json),
    idempotent: call.idempotent ?? call.method === 'GET',
    authorised: call.auth !== false && !isForeign,
    cost: call.cost ?? 1,
    template: call.template,
  };
}
