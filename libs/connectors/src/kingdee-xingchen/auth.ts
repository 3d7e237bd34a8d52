import { randomInt } from 'node:crypto';
import { FailureError } from '@isthmus/connector-kit';
import type { Auth, ConnectorContext, Json, JsonObject, Settings, StoredToken } from '@isthmus/connector-kit';
import { JsonError, parseJson } from '@isthmus/json';
import { notAsDocumented, objectsIn } from './answers.js';
import { appSignature, pathWithQuery, requestSignature } from './signing.js';
import { GATEWAY, textSetting } from './settings.js';

const TOKEN = 'app-token';
// An app-token lives 24 hours; integrators keep it 20.
const TOKEN_LIFE_MS = 20 * 3_600_000;
/** App key pair invalid (it rotates about daily), and app-token expired. */
const EXPIRED_CODES = new Set(['1030002006', '1000202001']);

/** What business calls need: the token, and the domain that the gateway routes to. */
interface AppToken {
  readonly token: string;
  readonly domain: string;
}

/** Signs every call; business calls carry the app-token and the router address as well. */
export const auth: Auth = {
  async authorise(context, call) {
    const { token, domain } = await appToken(context);
    Object.assign(call.headers, signedHeaders(context, call.method, call.path), {
      'app-token': token,
      'x-gw-router-addr': domain,
    });
  },
  expired: ({ body }) =>
    body !== null && typeof body === 'object' && !Array.isArray(body) && EXPIRED_CODES.has(textOf(body['errcode'])),
  async renew(context) {
    const stale = await context.tokens.get(TOKEN);
    await context.tokens.refresh(TOKEN, stale?.value, () => obtain(context));
  },
};

async function appToken(context: ConnectorContext): Promise<AppToken> {
  const stored =
    (await context.tokens.get(TOKEN)) ?? (await context.tokens.refresh(TOKEN, undefined, () => obtain(context)));
  return readToken(stored.value);
}

function readToken(text: string): AppToken {
  try {
    const value = parseJson(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return { token: textOf(value['token']), domain: textOf(value['domain']) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  return { token: '', domain: '' };
}

/** Both steps every time: the app secret rotates, so a stored one cannot be trusted. The token end point bears 2 calls a minute. */
async function obtain(context: ConnectorContext): Promise<StoredToken> {
  const app = await appKeyPair(context);
  const query = { app_key: app.key, app_signature: appSignature(app.key, app.secret) };
  const answer = await signedCall(
    context,
    'GET',
    pathWithQuery('/jdyconnector/app_management/kingdee_auth_token', query),
  );
  const data = answer['data'];
  const token =
    data !== null && typeof data === 'object' && !Array.isArray(data)
      ? textOf(data['app-token']) || textOf(data['access_token'])
      : '';
  if (token === '') throw notAsDocumented('the app-token');
  const value = JSON.stringify({ token, domain: app.domain });
  return { value, expiresAt: new Date(context.clock.now().getTime() + TOKEN_LIFE_MS).toISOString() };
}

async function appKeyPair(
  context: ConnectorContext,
): Promise<{ readonly key: string; readonly secret: string; readonly domain: string }> {
  const outerInstanceId = textSetting(context.settings, 'outerInstanceId');
  const answer = await signedCall(
    context,
    'POST',
    pathWithQuery('/jdyconnector/app_management/push_app_authorize', { outerInstanceId }),
    {},
  );
  const active = objectsIn(answer['data'] ?? null).find((row) => textOf(row['status']) === '1');
  if (active === undefined) throw new FailureError(notAuthorised);
  return { key: textOf(active['appKey']), secret: textOf(active['appSecret']), domain: textOf(active['domain']) };
}

async function signedCall(
  context: ConnectorContext,
  method: 'GET' | 'POST',
  path: string,
  json?: Json,
): Promise<JsonObject> {
  const headers = signedHeaders(context, method, path);
  const answer = await context.http.call({
    method,
    path,
    headers,
    auth: false,
    idempotent: true,
    ...(json === undefined ? {} : { json }),
  });
  const { body } = answer;
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw notAsDocumented(path.split('?')[0] ?? path);
  return body;
}

/** The headers of a signed call; the signature covers the path below the gateway's own prefix. */
function signedHeaders(context: ConnectorContext, method: string, path: string): { [name: string]: string } {
  const { settings } = context;
  const nonce = String(randomInt(1, 2 ** 47));
  const timestamp = String(context.clock.now().getTime());
  return {
    'content-type': 'application/json',
    'x-api-clientid': textSetting(settings, 'clientId'),
    'x-api-auth-version': '2.0',
    'x-api-timestamp': timestamp,
    'x-api-nonce': nonce,
    'x-api-signheaders': 'X-Api-TimeStamp,X-Api-Nonce',
    'x-api-signature': requestSignature(textSetting(settings, 'clientSecret'), {
      method,
      path: belowGateway(settings, path),
      nonce,
      timestamp,
    }),
  };
}

function belowGateway(settings: Settings, path: string): string {
  const prefix = new URL(textSetting(settings, 'gateway', GATEWAY)).pathname.replace(/\/+$/, '');
  return prefix !== '' && path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const notAuthorised = {
  kind: 'auth',
  code: 'kingdee-xingchen.not-authorised',
  message: {
    en: 'The account set has not authorised this application, or no longer does. Authorise it in Kingdee, then resume the connection.',
    zh: '该账套未授权（或已取消授权）此应用。请在金蝶云星辰中授权后恢复连接。',
  },
} as const;
