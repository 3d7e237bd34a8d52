import {
  basicAuth,
  bearerAuth,
  clientCredentialsAuth,
  FailureError,
  headerAuth,
  hmac,
  makeFailure,
  queryAuth,
} from '@isthmus/connector-kit';
import type { Auth, Settings } from '@isthmus/connector-kit';
import { restSettings } from './settings.js';
import type { RestAuth, Signature } from './settings.js';
import { signedContent } from './signed-content.js';

const authOf = (settings: Settings): RestAuth => restSettings(settings).auth ?? { kind: 'none' };

/** `hmac`: each call is signed with `signingSecret`. */
const hmacAuth: Auth = {
  authorise(context, call) {
    const { baseUrl, signingSecret = '', auth: given } = restSettings(context.settings);
    const signature: Signature = given?.signature ?? { header: 'x-signature' };
    const timestamp = timestampOf(context.clock.now(), signature);
    const signs = signature.signs ?? (signature.timestampHeader ? ['timestamp', 'body'] : ['body']);
    const body = Buffer.from(call.body ?? '');
    const url = new URL(baseUrl).origin + call.path;
    const content = signedContent(
      signs,
      signature.joinedBy ?? '',
      { method: call.method, url, path: call.path, body },
      timestamp,
    );
    const digest = hmac(signature.algorithm ?? 'sha256', signingSecret, content, signature.encoding ?? 'hex');
    call.headers[signature.header.toLowerCase()] = `${signature.prefix ?? ''}${digest}`;
    if (signature.timestampHeader) call.headers[signature.timestampHeader.toLowerCase()] = timestamp;
    return Promise.resolve();
  },
};

function timestampOf(now: Date, { timestampUnit = 'seconds' }: Signature): string {
  if (timestampUnit === 'rfc3339') return now.toISOString();
  return String(timestampUnit === 'milliseconds' ? now.getTime() : Math.floor(now.getTime() / 1000));
}

const kinds: { readonly [kind in RestAuth['kind']]: Auth } = {
  none: { authorise: () => Promise.resolve() },
  bearer: bearerAuth((settings) => restSettings(settings).token ?? ''),
  basic: basicAuth((settings) => ({
    user: authOf(settings).user ?? '',
    password: restSettings(settings).password ?? '',
  })),
  header: headerAuth(
    (settings) => authOf(settings).header ?? 'x-api-key',
    (settings) => `${authOf(settings).prefix ?? ''}${restSettings(settings).token ?? ''}`,
  ),
  query: queryAuth(
    (settings) => authOf(settings).parameter ?? 'api_key',
    (settings) => restSettings(settings).token ?? '',
  ),
  oauth2: clientCredentialsAuth((settings) => {
    const { tokenUrl = '/oauth/token', clientId = '', scope, credentialsIn } = authOf(settings);
    return { tokenUrl, clientId, clientSecret: restSettings(settings).clientSecret ?? '', scope, credentialsIn };
  }),
  hmac: hmacAuth,
};

/** Credentials as the settings say. Only `oauth2` can renew them; for the other kinds a 401 is final. */
export const auth: Auth = {
  async authorise(context, call) {
    for (const [name, value] of Object.entries(restSettings(context.settings).headers ?? {}))
      call.headers[name.toLowerCase()] = value;
    await kinds[authOf(context.settings).kind].authorise(context, call);
  },
  expired: ({ status }) => status === 401,
  async renew(context) {
    const kind = kinds[authOf(context.settings).kind];
    if (!kind.renew)
      throw new FailureError(
        makeFailure(
          'auth',
          'http.auth',
          'The system refuses the credentials of this connection.',
          '对方系统拒绝了该连接的凭据。',
        ),
      );
    await kind.renew(context);
  },
};
