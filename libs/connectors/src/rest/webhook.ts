import { createHash } from 'node:crypto';
import { equalInConstantTime, FailureError, makeFailure, verifyHmacWebhook } from '@isthmus/connector-kit';
import type { Json, RawRequest, Settings, Verified, WebhookEvent, WebhookHandler } from '@isthmus/connector-kit';
import { DOOR_LIMITS, parseJson } from '@isthmus/json';
import { objectAt, readAt, textAt } from './at-path.js';
import { restSettings } from './settings.js';
import type { RestSettings, RestWebhook, Signature } from './settings.js';
import { signedContent } from './signed-content.js';
import { toInstant } from './times.js';

/** The event id in its header. Without one, time of signing and body together tell a replayed request from a new one that says the same. */
function idInHeaders(request: RawRequest, { eventIdHeader, hmac: signature }: RestWebhook): string | undefined {
  const given = eventIdHeader === undefined ? undefined : request.headers[eventIdHeader.toLowerCase()];
  if (given) return given;
  const stamp = signature?.timestampHeader && request.headers[signature.timestampHeader.toLowerCase()];
  return stamp ? `${stamp}.${createHash('sha256').update(request.body).digest('base64url')}` : undefined;
}

/** Webhooks as the manifest describes them. Without a `webhook` part everything is refused. */
export const webhook: WebhookHandler = {
  verify(request, settings, now) {
    const manifest = restSettings(settings);
    if (!manifest.webhook)
      return { ok: false, code: 'webhook.not-configured', reason: 'this connection takes no webhooks' };
    const { hmac, secretHeader } = manifest.webhook;
    if (hmac) return verifySignature(request, manifest, hmac, now);
    return secretHeader === undefined ? { ok: true } : verifySecret(request, manifest, secretHeader.toLowerCase());
  },
  parse(request, settings) {
    const { webhook: manifest } = restSettings(settings);
    if (!manifest) return [];
    const body = parseBody(request.body);
    const found = readAt(body, manifest.rowsAt);
    const events = Array.isArray(found) ? found : [found ?? null];
    const headerId = idInHeaders(request, manifest);
    return events.map((event, index) => {
      const one = eventOf(settings, manifest, event);
      const eventId =
        textAt(event, manifest.eventIdAt) ?? (headerId && events.length > 1 ? `${headerId}:${index}` : headerId);
      return eventId ? { ...one, eventId } : one;
    });
  },
};

function verifySignature(request: RawRequest, manifest: RestSettings, signature: Signature, now: Date): Verified {
  const { header, timestampHeader, algorithm, encoding, prefix, timestampUnit, joinedBy = '' } = signature;
  const signs = signature.signs ?? (timestampHeader === undefined ? ['body'] : ['timestamp', 'body']);
  return verifyHmacWebhook({
    request,
    secrets: [manifest.webhookSecret, manifest.previousWebhookSecret],
    signatureHeader: header.toLowerCase(),
    ...(algorithm ? { algorithm } : {}),
    ...(encoding ? { encoding } : {}),
    ...(prefix === undefined ? {} : { prefix }),
    ...(timestampHeader === undefined ? {} : { timestampHeader: timestampHeader.toLowerCase() }),
    ...(timestampUnit ? { timestampUnit } : {}),
    signedContent: (raw, timestamp) =>
      signedContent(signs, joinedBy, { method: raw.method, url: raw.url, body: raw.body }, timestamp ?? ''),
    now,
  });
}

function verifySecret(request: RawRequest, manifest: RestSettings, header: string): Verified {
  const given = request.headers[header] ?? '';
  const secrets = [manifest.webhookSecret, manifest.previousWebhookSecret].filter(
    (secret): secret is string => !!secret,
  );
  const matches = secrets.map((secret) => equalInConstantTime(given, secret));
  return matches.includes(true)
    ? { ok: true }
    : { ok: false, code: 'webhook.bad-secret', reason: `the header ${header} does not hold the secret` };
}

function parseBody(body: Buffer): Json {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body), DOOR_LIMITS);
  } catch (cause) {
    throw new FailureError(
      makeFailure(
        'contract',
        'webhook.not-json',
        'The body of the webhook is not valid JSON.',
        '回调内容不是有效的 JSON。',
      ),
      { cause },
    );
  }
}

function eventOf(settings: Settings, manifest: RestWebhook, event: Json): WebhookEvent {
  const { utcOffset } = restSettings(settings);
  const { name, key } = streamOf(settings, manifest, event);
  const row = objectAt(event, manifest.rowAt);
  const nativeId = textAt(event, manifest.idAt) ?? textAt(row, key) ?? '';
  if (nativeId === '') throw unreadable('The webhook names no native id.', '回调中没有对方系统的编号。');
  const kind = isDeletion(manifest, event) ? 'delete' : 'upsert';
  const occurredAt =
    manifest.occurredAt === undefined
      ? undefined
      : toInstant(readAt(event, manifest.occurredAt), manifest.occurredFormat, utcOffset);
  return {
    stream: name,
    nativeId,
    kind,
    ...(kind === 'upsert' && row && !manifest.thin ? { row } : {}),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
}

/** The stream that an event is about, with the path of its key. */
function streamOf(settings: Settings, manifest: RestWebhook, event: Json): { name: string; key: string } {
  const { streams } = restSettings(settings);
  const theirs = textAt(event, manifest.streamAt);
  const name = theirs === undefined ? manifest.stream : (manifest.streams?.[theirs] ?? theirs);
  const declared = name === undefined || !Object.hasOwn(streams, name) ? undefined : streams[name];
  if (name === undefined || !declared) {
    throw unreadable('The webhook is about a stream that the manifest does not declare.', '回调涉及未声明的数据流。');
  }
  return { name, key: declared.key };
}

function isDeletion({ deleteWhen }: RestWebhook, event: Json): boolean {
  if (!deleteWhen) return false;
  const found = readAt(event, deleteWhen.at);
  return deleteWhen.equals.some((value) => value === found);
}

function unreadable(en: string, zh: string): FailureError {
  return new FailureError(makeFailure('contract', 'webhook.unreadable', en, zh));
}
