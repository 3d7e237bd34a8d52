import { createHttpClient } from '../http/create-http-client.js';
import { FailureError } from '../failure.js';
import type { ConnectorContext } from '../contract.js';
import { clientOptions, json, startFarSide } from '../spec-support/far-side.js';
import type { FarSide } from '../spec-support/far-side.js';
import { clientCredentialsAuth } from './client-credentials-auth.js';
import { createMemoryTokenStore } from './memory-token-store.js';
import { createManualClock } from '../manual-clock.js';

describe('clientCredentialsAuth', () => {
  let login: FarSide;
  let api: FarSide;
  let issued = 0;
  let valid = '';

  beforeEach(async () => {
    issued = 0;
    login = await startFarSide((got, response) => {
      if (got.headers.authorization !== `Basic ${Buffer.from('hub:s%2Fcret').toString('base64')}`)
        return json(response, 401, { error: 'invalid_client' });
      valid = `token-${(issued += 1)}`;
      json(response, 200, { access_token: valid, expires_in: 100 });
    });
    api = await startFarSide((got, response) =>
      json(response, got.headers.authorization === `Bearer ${valid}` ? 200 : 401, {}),
    );
  });
  afterEach(async () => {
    await login.close();
    await api.close();
  });

  const open = (clientSecret: string, context: Partial<ConnectorContext> = {}): ReturnType<typeof createHttpClient> => {
    const options = clientOptions(api, { outboundAllow: [api.hostPort, login.hostPort] });
    return createHttpClient({
      ...options,
      context: { ...options.context, ...context },
      auth: clientCredentialsAuth(() => ({
        tokenUrl: `${login.baseUrl}/oauth/token`,
        clientId: 'hub',
        clientSecret,
        scope: 'all',
        credentialsIn: 'header',
      })),
    });
  };

  it('obtains one token from another host for many callers, and a new one when it is near its end', async () => {
    const clock = createManualClock({ startAt: new Date() });
    const client = open('s/cret', { clock, tokens: createMemoryTokenStore(clock) });
    await Promise.all(Array.from({ length: 6 }, () => client.call({ method: 'GET', path: '/' })));
    expect(issued).toBe(1);
    expect(login.got[0]).toMatchObject({
      method: 'POST',
      url: '/oauth/token',
      body: 'grant_type=client_credentials&scope=all',
    });
    clock.advance(71_000);
    await client.call({ method: 'GET', path: '/' });
    expect(issued).toBe(2);
    await client.close();
  });

  it('F24 renews a token that was revoked before its time, once for all callers', async () => {
    const client = open('s/cret');
    await client.call({ method: 'GET', path: '/' });
    valid = 'revoked';
    await Promise.all(Array.from({ length: 10 }, () => client.call({ method: 'GET', path: '/' })));
    expect(issued).toBe(2);
    await client.close();
  });

  it('F25 refused client credentials are a failure of kind auth', async () => {
    const client = open('wrong');
    const error: unknown = await client.call({ method: 'GET', path: '/' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FailureError);
    expect((error as FailureError).failure.kind).toBe('auth');
    expect(api.got).toHaveLength(0);
    await client.close();
  });
});
