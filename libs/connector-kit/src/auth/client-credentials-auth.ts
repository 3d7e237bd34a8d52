import type { Auth, ConnectorContext, Settings, StoredToken } from '../contract.js';
import { FailureError } from '../failure.js';
import type { HttpAnswer } from '../http-contract.js';
import type { Json } from '../json.js';
import { makeFailure } from '../make-failure.js';

/** OAuth 2.0 client credentials (RFC 6749 §4.4) of a connection. */
export interface ClientCredentials {
  /** Token end point: a path below the base URL (`/oauth/token`) or a whole URL on any host. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  /** Where the credentials go. @default body */
  readonly credentialsIn?: 'body' | 'header' | undefined;
}

/** Under this name the token is stored. */
const TOKEN = 'access-token';
/** A token is given up this long before its end, so that no call carries one that dies on the way. */
const MARGIN_SECONDS = 30;
const DEFAULT_LIFE_SECONDS = 3600;

/**
 * Bearer token by client credentials: obtained when needed, shared through the token store, renewed once for all callers when
 * the far side calls it expired (status 401, unless `expired` says otherwise).
 */
export function clientCredentialsAuth<S extends Settings>(
  credentials: (settings: S) => ClientCredentials,
  expired: NonNullable<Auth<S>['expired']> = ({ status }) => status === 401,
): Auth<S> {
  // The token that was last put on a call, per connection: the one that a renewal replaces.
  const used = new WeakMap<ConnectorContext<S>, string>();
  return {
    async authorise(context, call) {
      const token =
        (await context.tokens.get(TOKEN)) ?? (await obtain(context, credentials(context.settings), undefined));
      used.set(context, token.value);
      call.headers['authorization'] = `Bearer ${token.value}`;
    },
    expired,
    async renew(context) {
      await obtain(context, credentials(context.settings), used.get(context));
    },
  };
}

function obtain<S extends Settings>(
  context: ConnectorContext<S>,
  credentials: ClientCredentials,
  stale: string | undefined,
): Promise<StoredToken> {
  return context.tokens.refresh(TOKEN, stale, async () => {
    const answer = await callTokenEndPoint(context, credentials);
    return readToken(answer.body, context.clock.now());
  });
}

async function callTokenEndPoint<S extends Settings>(
  context: ConnectorContext<S>,
  credentials: ClientCredentials,
): Promise<HttpAnswer> {
  try {
    return await context.http.call({ ...tokenCall(credentials), method: 'POST', idempotent: true, auth: false });
  } catch (error) {
    // RFC 6749 §5.2: wrong credentials are answered with 400 as well as with 401.
    if (error instanceof FailureError && error.failure.kind === 'invalid') {
      throw new FailureError({ ...error.failure, kind: 'auth', code: 'auth.refused' }, { cause: error });
    }
    throw error;
  }
}

function tokenCall({ tokenUrl, clientId, clientSecret, scope, credentialsIn }: ClientCredentials): {
  readonly origin?: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
} {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) });
  const headers: { [name: string]: string } = { 'content-type': 'application/x-www-form-urlencoded' };
  if (credentialsIn === 'header') {
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', clientId);
    form.set('client_secret', clientSecret);
  }
  const whole = URL.canParse(tokenUrl) ? new URL(tokenUrl) : undefined;
  return {
    ...(whole ? { origin: whole.origin, path: whole.pathname + whole.search } : { path: tokenUrl }),
    headers,
    body: form.toString(),
  };
}

function readToken(body: Json, now: Date): StoredToken {
  const fields = body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {};
  const token = fields['access_token'];
  if (typeof token !== 'string' || token === '') {
    throw new FailureError(
      makeFailure(
        'auth',
        'auth.no-token',
        'The token end point answered without an access token.',
        '令牌接口的应答中没有 access_token。',
      ),
    );
  }
  const seconds = Number(fields['expires_in'] ?? DEFAULT_LIFE_SECONDS);
  const life = Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_LIFE_SECONDS;
  const usable = life > 2 * MARGIN_SECONDS ? life - MARGIN_SECONDS : life;
  return { value: token, expiresAt: new Date(now.getTime() + usable * 1000).toISOString() };
}
