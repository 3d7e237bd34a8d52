import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileSchema, FailureError, validateSettings } from '@isthmus/connector-kit';
import type { RawRequest, Row } from '@isthmus/connector-kit';
import { parseJson } from '@isthmus/json';
import { hubspot } from './connector.js';
import { sortAnswer } from './failures.js';
import { streams } from './streams.js';
import { webhook } from './webhook.js';

const settings = { accessToken: 'token', clientSecret: 'hs-client-secret', stockProperties: { CK001: 'stock_ck001' } };

// A value that HubSpot's own Node helper (npm @hubspot/api-client 13.5) makes for this input.
const signed = {
  url: 'https://hub.example/hooks/hubspot',
  body: '[{"eventId":1,"subscriptionType":"contact.propertyChange","objectId":51,"propertyName":"email","propertyValue":"a@b.example","occurredAt":1700000000000,"attemptNumber":0}]',
  timestamp: '1700000000000',
  signature: 'uO/wVm5dHKJkmaUGmWZhTtb+vibZgw8g3b4V83oApG0=',
};

function request(change: Partial<typeof signed> & { method?: string } = {}): RawRequest {
  const { url, body, timestamp, signature } = { ...signed, ...change };
  return {
    method: change.method ?? 'POST',
    url,
    headers: {
      'x-hubspot-signature-v3': signature || undefined,
      'x-hubspot-request-timestamp': timestamp || undefined,
    },
    body: Buffer.from(body),
  };
}

const events = (body: unknown) => webhook.parse(request({ body: JSON.stringify(body) }), settings);
const now = new Date(1_700_000_000_000);

describe('the v3 signature', () => {
  it('accepts what HubSpot’s own helper signs', () => {
    expect(webhook.verify(request(), settings, now)).toEqual({ ok: true });
  });

  it('accepts the previous secret while it is being changed', () => {
    const rotating = { ...settings, clientSecret: 'new', previousClientSecret: 'hs-client-secret' };
    expect(webhook.verify(request(), rotating, now)).toEqual({ ok: true });
  });

  it('covers the public address of the settings when a proxy changed it', () => {
    const behindProxy = { ...settings, webhookUrl: signed.url };
    expect(webhook.verify(request({ url: 'http://10.0.0.5/internal' }), behindProxy, now)).toEqual({ ok: true });
  });

  it.each([
    ['another body', request({ body: signed.body.replace('51', '52') }), now],
    ['another method', request({ method: 'PUT' }), now],
    ['another address', request({ url: `${signed.url}?x=1` }), now],
    ['another time stamp', request({ timestamp: '1700000000001' }), now],
    ['no signature', request({ signature: '' }), now],
    ['no time stamp', request({ timestamp: '' }), now],
    ['a time stamp that is no number', request({ timestamp: 'soon' }), now],
    ['a call of six minutes ago', request(), new Date(now.getTime() + 360_000)],
    ['a call of the future', request(), new Date(now.getTime() - 360_000)],
  ])('refuses %s', (_what, call, at) => {
    expect(webhook.verify(call, settings, at).ok).toBe(false);
  });

  it('refuses everything while the connection holds no secret', () => {
    expect(webhook.verify(request(), { accessToken: 'token' }, now)).toMatchObject({
      ok: false,
      code: 'webhook.no-secret',
    });
  });
});

describe('webhook events', () => {
  it.each([
    ['contact.creation', '0-1', [['contacts', '51', 'upsert']]],
    ['company.propertyChange', '0-2', [['companies', '51', 'upsert']]],
    ['contact.deletion', '0-1', [['contacts', '51', 'delete']]],
    ['contact.privacyDeletion', '0-1', [['contacts', '51', 'delete']]],
    ['object.restore', '0-123', [['orders', '51', 'upsert']]],
    ['order.deletion', undefined, [['orders', '51', 'delete']]],
    ['deal.creation', '0-3', []],
  ])('%s of %s', (subscriptionType, objectTypeId, wanted) => {
    const found = events([
      { eventId: 9, subscriptionId: 3, subscriptionType, objectTypeId, objectId: 51, occurredAt: 1_700_000_000_000 },
    ]);
    expect(found.map((event) => [event.stream, event.nativeId, event.kind])).toEqual(wanted);
  });

  it('gives a repeated delivery the same event id, whatever its attempt number', () => {
    const event = {
      eventId: 9,
      subscriptionId: 3,
      subscriptionType: 'contact.creation',
      objectId: 51,
      occurredAt: 1_700_000_000_000,
    };
    const [first] = events([{ ...event, attemptNumber: 0 }]);
    const [again] = events([{ ...event, attemptNumber: 4 }]);
    const [other] = events([{ ...event, objectId: 52 }]);
    expect(again?.eventId).toBe(first?.eventId);
    expect(other?.eventId).not.toBe(first?.eventId);
    expect(first?.occurredAt).toBe('2023-11-14T22:13:20.000Z');
  });

  it('keeps every digit of a long object id', () => {
    const found = webhook.parse(
      request({ body: '[{"subscriptionType":"order.creation","objectId":350500000012345678901}]' }),
      settings,
    );
    expect(found[0]?.nativeId).toBe('350500000012345678901');
  });

  it('tells of the stock level when its product property changed', () => {
    const found = events([{ subscriptionType: 'product.propertyChange', objectId: 7, propertyName: 'stock_ck001' }]);
    expect(found.map((event) => [event.stream, event.nativeId])).toEqual([
      ['products', '7'],
      ['stockLevels', '7/stock_ck001'],
    ]);
  });

  it('tells of the kept and the lost objects of a merge', () => {
    const found = events([
      { subscriptionType: 'contact.merge', objectId: 1, primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 4 },
    ]);
    expect(found.map((event) => [event.nativeId, event.kind])).toEqual([
      ['4', 'upsert'],
      ['1', 'upsert'],
      ['2', 'delete'],
      ['3', 'delete'],
    ]);
  });

  it('tells of an order whose associations changed', () => {
    const found = events([
      {
        subscriptionType: 'object.associationChange',
        fromObjectTypeId: '0-1',
        fromObjectId: 1,
        toObjectTypeId: '0-123',
        toObjectId: 9,
      },
    ]);
    expect(found.map((event) => [event.stream, event.nativeId])).toEqual([['orders', '9']]);
  });

  it.each(['', 'not json', '[1]', '"text"'])('calls a body of %p a broken contract', (body) => {
    expect(() => webhook.parse(request({ body }), settings)).toThrow(FailureError);
  });
});

describe('failures', () => {
  const sort = (status: number, body: Row | string, headers: { [name: string]: string } = {}) =>
    sortAnswer({ status, headers, body });

  it.each([
    [400, { category: 'VALIDATION_ERROR', message: 'bad' }, 'invalid', 'hubspot.validation'],
    [
      400,
      {
        category: 'VALIDATION_ERROR',
        message: 'Property values were not valid',
        errors: [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['erp'] } }],
      },
      'invalid',
      'hubspot.unknown-property',
    ],
    [401, { category: 'INVALID_AUTHENTICATION' }, 'auth', 'hubspot.invalid-token'],
    [401, { category: 'EXPIRED_AUTHENTICATION' }, 'auth', 'hubspot.expired-token'],
    [403, { category: 'MISSING_SCOPES' }, 'auth', 'hubspot.missing-scopes'],
    [404, { category: 'OBJECT_NOT_FOUND' }, 'gone', 'hubspot.not-found'],
    [
      409,
      { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 501' },
      'invalid',
      'hubspot.already-exists',
    ],
    [423, { category: 'LOCKED' }, 'transient', 'hubspot.locked'],
  ])('%i %j is %s', (status, body, kind, code) => {
    expect(sort(status, body as Row)).toMatchObject({ kind, code });
  });

  it('names the existing object and the field where HubSpot does', () => {
    expect(sort(409, { message: 'Contact already exists. Existing ID: 501' })?.details).toMatchObject({
      existingId: '501',
    });
    expect(sort(400, { category: 'VALIDATION_ERROR', errors: [{ context: { propertyName: ['email'] } }] })?.field).toBe(
      'properties.email',
    );
  });

  it.each([
    [{ policyName: 'TEN_SECONDLY_ROLLING' }, {}, 10_000, 'hubspot.rate-limited'],
    [{ message: 'You have reached your secondly limit.' }, {}, 1000, 'hubspot.rate-limited'],
    [{ policyName: 'DAILY' }, {}, 3_600_000, 'hubspot.daily-quota'],
    [{ policyName: 'DAILY' }, { 'retry-after': '30' }, undefined, 'hubspot.daily-quota'],
  ])('429 %j with headers %j waits %p ms (none: as the header says)', (body, headers, retryAfterMs, code) => {
    expect(sort(429, body, headers)).toMatchObject({ kind: 'rate-limited', code });
    expect(sort(429, body, headers)?.retryAfterMs).toBe(retryAfterMs);
  });

  it.each([
    [200, {}],
    [500, {}],
    [502, 'bad gateway'],
    [404, { message: 'no such path' }],
  ])('leaves %i %j to the kit', (status, body) => {
    expect(sort(status, body)).toBeUndefined();
  });
});

describe('manifest', () => {
  it('accepts settings with the secrets alone and refuses unknown ones', () => {
    expect(validateSettings(hubspot, { accessToken: 'x' })).toEqual([]);
    expect(validateSettings(hubspot, { accessToken: 'x', acessToken: 'y' })).not.toEqual([]);
    expect(validateSettings(hubspot, {})).not.toEqual([]);
  });

  it.each(['contacts', 'companies', 'products', 'orders', 'stockLevels'])(
    'has a schema of %s that its recorded row fits',
    (stream) => {
      const row = parseJson(readFileSync(join(__dirname, 'fixtures', `${stream}.json`), 'utf8'));
      const validate = compileSchema(streams[stream]!.schema);
      validate(row);
      expect(validate.errors ?? []).toEqual([]);
      expect(streams[stream]!.key(row as Row)).not.toBe('');
    },
  );
});
