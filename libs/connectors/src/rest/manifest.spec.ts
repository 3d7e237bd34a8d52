import { validateSettings } from '@isthmus/connector-kit';
import type { JsonObject } from '@isthmus/connector-kit';
import { rest } from './connector.js';
import { shopManifest } from './fixtures/shop-manifest.js';
import { withValueAt } from './at-path.js';

const manifest = shopManifest('https://shop.example');
const faultsOf = (settings: JsonObject): string[] =>
  validateSettings(rest, settings).map(({ path, message }) => `${path}: ${message.en}`);

describe('a REST manifest', () => {
  it('that is sound is accepted', () => {
    expect(faultsOf(manifest)).toEqual([]);
    expect(
      faultsOf({
        baseUrl: 'https://a.example',
        streams: { a: { title: { en: 'A', zh: '甲' }, schema: { type: 'object' }, key: 'id', read: { path: '/a' } } },
      }),
    ).toEqual([]);
  });

  it.each([
    ['streams.orders.raed', { path: '/x' }, '/streams/orders/raed: There is no setting raed. Did you mean read?'],
    ['streams.orders.fetch.path', '/orders', '/streams/orders/fetch/path: fetch.path must begin with / and hold {id}.'],
    [
      'streams.orders.read.path',
      'orders',
      '/streams/orders/read/path: The path must begin with / and hold no placeholder.',
    ],
    [
      'streams.orders.write.update.path',
      '/orders/{number}',
      '/streams/orders/write/update/path: The path must begin with / and hold {id} or {recordId}.',
    ],
    [
      'streams.orders.write.idempotency',
      {},
      '/streams/orders/write/idempotency: idempotency needs exactly one of header, field, upsert or lookup.',
    ],
    [
      'streams.orders.write.idempotency',
      { header: 'Key' },
      '/streams/orders/write/idempotency: A bulk call has one header for many rows: use idempotency.field, upsert or lookup.',
    ],
    [
      'streams.orders.read.paging',
      { kind: 'cursor', param: 'after' },
      '/streams/orders/read/paging/nextAt: nextAt is missing.',
    ],
    [
      'streams.orders.read.paging.kind',
      'token',
      '/streams/orders/read/paging/kind: kind must be one of: none, cursor, page, offset, link, keyset.',
    ],
    ['streams.orders.title', { en: 'Orders' }, '/streams/orders/title/zh: zh is missing.'],
    ['answers', { okAt: 'code' }, '/answers: answers needs okValues beside okAt.'],
    ['auth', { kind: 'bearer' }, '/token: token is missing.'],
    ['auth', { kind: 'oauth2', tokenUrl: '/t' }, '/auth/clientId: clientId is missing.'],
    [
      'baseUrl',
      'ftp://a.example',
      '/baseUrl: baseUrl must be an http(s) address without credentials, query and fragment.',
    ],
    [
      'baseUrl',
      'https://user@a.example',
      '/baseUrl: baseUrl must be an http(s) address without credentials, query and fragment.',
    ],
  ])('with %s = %j is refused in words', (path, value, fault) => {
    expect(faultsOf(withValueAt(manifest, path, value))).toEqual([fault]);
  });

  it('with a native schema that is no JSON Schema is refused', () => {
    expect(faultsOf(withValueAt(manifest, 'streams.orders.schema', { type: 'objekt' })).join()).toContain(
      '/streams/orders/schema/type',
    );
  });

  it('that signs its webhooks needs the webhook secret', () => {
    const { webhookSecret, ...others } = manifest;
    expect(webhookSecret).toBeDefined();
    expect(faultsOf(others)).toEqual(['/webhookSecret: webhookSecret is missing.']);
  });
});
