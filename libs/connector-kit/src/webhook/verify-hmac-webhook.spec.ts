import { hmac } from './hmac.js';
import { verifyHmacWebhook } from './verify-hmac-webhook.js';
import type { HmacWebhook } from './verify-hmac-webhook.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const body = Buffer.from('{"id":"e1","text":"空 格"}');

const verdict = (headers: { [name: string]: string }, more: Partial<HmacWebhook> = {}): string => {
  const verified = verifyHmacWebhook({
    request: { method: 'POST', url: 'https://hub.example/hooks/x', headers, body },
    secrets: ['new-secret', 'old-secret'],
    signatureHeader: 'x-signature',
    prefix: 'sha256=',
    now,
    ...more,
  });
  return verified.ok ? 'ok' : verified.code;
};
const signed = (secret: string, data: string | Buffer = body): string =>
  `sha256=${hmac('sha256', secret, data, 'hex')}`;

describe('S06 verifyHmacWebhook', () => {
  it.each([
    ['the current secret', { 'x-signature': signed('new-secret') }, 'ok'],
    ['the old secret while it is rotated out', { 'x-signature': signed('old-secret') }, 'ok'],
    ['upper case hex', { 'x-signature': signed('new-secret').toUpperCase() }, 'ok'],
    ['a secret of somebody else', { 'x-signature': signed('guess') }, 'webhook.bad-signature'],
    ['another body', { 'x-signature': signed('new-secret', 'other') }, 'webhook.bad-signature'],
    ['no prefix', { 'x-signature': signed('new-secret').slice(7) }, 'webhook.bad-signature'],
    ['half a signature', { 'x-signature': signed('new-secret').slice(0, 40) }, 'webhook.bad-signature'],
    ['no signature', {}, 'webhook.no-signature'],
  ])('with %s', (_name, headers, code) => {
    expect(verdict(headers)).toBe(code);
  });

  it('refuses everything while no secret is configured', () => {
    expect(verdict({ 'x-signature': signed('') }, { secrets: ['', undefined] })).toBe('webhook.no-secret');
  });

  it.each([
    ['now in seconds', '1772366400', 'ok'],
    ['now in milliseconds', '1772366400000', 'ok'],
    ['now as RFC 3339', '2026-03-01T12:00:00Z', 'ok'],
    ['300 s old', '1772366100', 'ok'],
    ['301 s old', '1772366099', 'webhook.too-old'],
    ['301 s in the future', '1772366701', 'webhook.from-the-future'],
    ['no time', 'yesterday', 'webhook.bad-timestamp'],
    ['nothing', '', 'webhook.no-timestamp'],
  ])('with a signed timestamp of %s', (_name, timestamp, code) => {
    const content = Buffer.concat([Buffer.from(`${timestamp}.`), body]);
    const headers = { 'x-signature': signed('new-secret', content), 'x-time': timestamp };
    expect(
      verdict(headers, {
        timestampHeader: 'x-time',
        signedContent: ({ body: raw }, time) => Buffer.concat([Buffer.from(`${time ?? ''}.`), raw]),
      }),
    ).toBe(code);
  });

  // Computed with Node crypto and accepted by the vendor's SDK (npm square 46.0.0, WebhooksHelper.verifySignature).
  it('accepts what Square signs: the notification URL followed by the body, in Base64', () => {
    const text =
      '{"merchant_id":"M1","type":"inventory.count.updated","event_id":"e-1","data":{"type":"inventory_counts","id":"x"}}';
    const verified = verifyHmacWebhook({
      request: {
        method: 'POST',
        url: 'https://hub.example/hooks/square',
        headers: { 'x-square-hmacsha256-signature': 'rIEu50ajyoAc6bdA8DQC1a6hkwdmUqGz/GyqsZw5NwU=' },
        body: Buffer.from(text),
      },
      secrets: ['sq-sig-key-0001'],
      signatureHeader: 'x-square-hmacsha256-signature',
      encoding: 'base64',
      signedContent: (request) => request.url + request.body.toString('utf8'),
      now,
    });
    expect(verified).toEqual({ ok: true });
  });
});
