import { FailureError, verifyHmacWebhook } from '@isthmus/connector-kit';
import type { JsonObject, RawRequest, Settings, Verified, WebhookEvent, WebhookHandler } from '@isthmus/connector-kit';
import { DOOR_LIMITS, JsonError, parseJson } from '@isthmus/json';
import { companyKind, contactKind, orderKind, productKind } from './objects.js';
import { stockProperties, textSetting } from './settings.js';

const streamKinds = [contactKind, companyKind, productKind, orderKind];
const streamByName = new Map<string, string>([
  ['contact', 'contacts'],
  ['company', 'companies'],
  ['product', 'products'],
  ['order', 'orders'],
  ...streamKinds.map((kind): [string, string] => [kind.typeId, kind.type]),
]);

/** Webhooks of HubSpot: signature version 3, an array of up to 100 thin events. */
export const webhook: WebhookHandler = { verify, parse };

/**
 * Checks the v3 signature over method, public address, raw body and time stamp, and the time stamp on both sides: HubSpot's own
 * helper lets stamps of the future pass.
 */
function verify(request: RawRequest, settings: Settings, now: Date): Verified {
  const url = textSetting(settings, 'webhookUrl', request.url);
  const asSent = verifyFor(url, request, settings, now);
  const decoded = decodeAsHubspot(url);
  return asSent.ok || decoded === url ? asSent : verifyFor(decoded, request, settings, now);
}

function verifyFor(url: string, request: RawRequest, settings: Settings, now: Date): Verified {
  return verifyHmacWebhook({
    request,
    secrets: [textSetting(settings, 'clientSecret', ''), textSetting(settings, 'previousClientSecret', '')],
    signatureHeader: 'x-hubspot-signature-v3',
    encoding: 'base64',
    timestampHeader: 'x-hubspot-request-timestamp',
    timestampUnit: 'milliseconds',
    signedContent: ({ method, body }, stamp = '') =>
      Buffer.concat([Buffer.from(method + url), body, Buffer.from(stamp)]),
    now,
  });
}

/** HubSpot signs the address with these escapes decoded (request validation guide). */
function decodeAsHubspot(url: string): string {
  return url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (escape) => decodeURIComponent(escape));
}

/** Thin events: only ids count, the values inside may be older than what a fetch brings. Kinds that no stream reads are left out. */
function parse(request: RawRequest, settings: Settings): readonly WebhookEvent[] {
  const body = readBody(request.body);
  return body.flatMap((event) => eventsOf(event, settings));
}

function readBody(raw: Buffer): readonly JsonObject[] {
  try {
    const body = parseJson(raw.toString('utf8'), DOOR_LIMITS);
    const list = Array.isArray(body) ? body : [body];
    if (list.every((item): item is JsonObject => item !== null && typeof item === 'object' && !Array.isArray(item)))
      return list;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new FailureError({
    kind: 'contract',
    code: 'hubspot.bad-webhook',
    message: { en: 'The webhook body is not a list of events.', zh: 'Webhook 内容不是事件列表。' },
  });
}

function eventsOf(event: JsonObject, settings: Settings): readonly WebhookEvent[] {
  const [subject = '', action = ''] = textOf(event['subscriptionType']).split('.');
  if (action === 'associationChange') return associationEvents(event);
  const stream = streamByName.get(subject) ?? streamByName.get(textOf(event['objectTypeId']));
  const id = textOf(event['objectId']);
  if (stream === undefined || id === '') return [];
  if (action === 'merge') return mergeEvents(event, stream, id);
  const kind = action === 'deletion' || action === 'privacyDeletion' ? 'delete' : 'upsert';
  const main = toEvent(event, stream, id, kind);
  return stream === 'products' ? [main, ...stockEvents(event, id, kind, settings)] : [main];
}

/** A merge leaves one object and takes the others away. */
function mergeEvents(event: JsonObject, stream: string, id: string): readonly WebhookEvent[] {
  const kept = [...new Set([textOf(event['newObjectId']), textOf(event['primaryObjectId']), id])].filter(
    (candidate) => candidate !== '',
  );
  const merged = event['mergedObjectIds'];
  const lost = Array.isArray(merged)
    ? merged.map(textOf).filter((candidate) => candidate !== '' && !kept.includes(candidate))
    : [];
  // Which of the kept ids still exists is only known to a fetch.
  return [
    ...kept.map((keptId) => toEvent(event, stream, keptId, 'upsert')),
    ...lost.map((lostId) => toEvent(event, stream, lostId, 'delete')),
  ];
}

/** Only orders carry associations in their rows. */
function associationEvents(event: JsonObject): readonly WebhookEvent[] {
  const ends: readonly [string, string][] = [
    [textOf(event['fromObjectTypeId']), textOf(event['fromObjectId'])],
    [textOf(event['toObjectTypeId']), textOf(event['toObjectId'])],
  ];
  return ends
    .filter(([typeId, id]) => typeId === orderKind.typeId && id !== '')
    .map(([, id]) => toEvent(event, 'orders', id, 'upsert'));
}

function stockEvents(
  event: JsonObject,
  id: string,
  kind: 'upsert' | 'delete',
  settings: Settings,
): readonly WebhookEvent[] {
  const changed = textOf(event['propertyName']);
  return [...stockProperties(settings).values()]
    .filter((property) => kind === 'delete' || property === changed)
    .map((property) => toEvent(event, 'stockLevels', `${id}/${property}`, kind));
}

function toEvent(event: JsonObject, stream: string, nativeId: string, kind: 'upsert' | 'delete'): WebhookEvent {
  const occurredAt = Number(textOf(event['occurredAt']));
  return {
    stream,
    nativeId,
    kind,
    // HubSpot does not promise that `eventId` alone is unique; `attemptNumber` differs between repetitions and must stay out.
    eventId: [
      textOf(event['eventId']),
      textOf(event['subscriptionId']),
      stream,
      nativeId,
      textOf(event['occurredAt']),
    ].join('.'),
    ...(Number.isFinite(occurredAt) && occurredAt > 0 ? { occurredAt: new Date(occurredAt).toISOString() } : {}),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
