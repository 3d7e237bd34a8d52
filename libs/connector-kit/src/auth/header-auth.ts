import type { Auth, Settings } from '../contract.js';
import { appendQuery } from '../http/call-path.js';

/** A fixed token: `Authorization: Bearer …`. */
export function bearerAuth<S extends Settings>(token: (settings: S) => string): Auth<S> {
  return headerAuth('authorization', (settings) => `Bearer ${token(settings)}`);
}

/** User name and password: `Authorization: Basic …` (UTF-8, RFC 7617). */
export function basicAuth<S extends Settings>(
  credentials: (settings: S) => { readonly user: string; readonly password: string },
): Auth<S> {
  return headerAuth('authorization', (settings) => {
    const { user, password } = credentials(settings);
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  });
}

/** A value in a header of the vendor's own. */
export function headerAuth<S extends Settings>(
  header: string | ((settings: S) => string),
  value: (settings: S) => string,
): Auth<S> {
  return {
    authorise: (context, call) => {
      const name = typeof header === 'string' ? header : header(context.settings);
      call.headers[name.toLowerCase()] = value(context.settings);
      return Promise.resolve();
    },
  };
}

/** A value in a query parameter; replaced by *** wherever a call is shown. */
export function queryAuth<S extends Settings>(
  parameter: (settings: S) => string,
  value: (settings: S) => string,
): Auth<S> {
  return {
    authorise: (context, call) => {
      call.path = appendQuery(call.path, { [parameter(context.settings)]: value(context.settings) });
      return Promise.resolve();
    },
  };
}
