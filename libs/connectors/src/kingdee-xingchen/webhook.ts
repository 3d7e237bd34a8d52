import { equalInConstantTime, FailureError } from '@isthmus/connector-kit';
import type { JsonObject, RawRequest, Settings, Verified, WebhookEvent, WebhookHandler } from '@isthmus/connector-kit';
import { DOOR_LIMITS, JsonError, parseJson } from '@isthmus/json';
import { objectsIn, textIn } from './answers.js';
import { listSetting, textSetting } from './settings.js';

/** Kinds of business objects in messages, and the streams that read them. */
const streamOf: { readonly [bizType: string]: string } = {
  bd_customer: 'customers',
  bd_material: 'materials',
  bd_store: 'warehouses',
  sal_bill_order: 'salesOrders',
};

/**
 * Messages of Kingdee: thin, with ids only. No signature is documented, so the address itself carries a secret, and the message
 * must come from an account set that the settings allow.
 */
export const webhook: WebhookHandler = {
  verify,
  parse,
  answer: { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' },
};

function verify(request: RawRequest, settings: Settings): Verified {
  const key = textSetting(settings, 'callbackKey');
  if (key === '') return { ok: false, code: 'webhook.no-secret', reason: 'the connection holds no callback key' };
  if (!carriesKey(request.url, key))
    return { ok: false, code: 'webhook.bad-key', reason: 'the address does not carry the callback key' };
  const allowed = listSetting(settings, 'accountIds');
  if (allowed.length === 0) return { ok: true };
  const message = tryRead(request.body);
  if (message === undefined || !allowed.includes(textIn(message, 'accountId'))) {
    return {
      ok: false,
      code: 'webhook.wrong-account',
      reason: 'the message comes from an account set that the settings do not list',
    };
  }
  return { ok: true };
}

function carriesKey(url: string, key: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, searchParams } = new URL(url);
  const last =
    pathname
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? '';
  return [searchParams.get('key') ?? '', last].some((candidate) => equalInConstantTime(candidate, key));
}

function parse(request: RawRequest): readonly WebhookEvent[] {
  const message = tryRead(request.body);
  if (message === undefined) {
    throw new FailureError({
      kind: 'contract',
      code: 'kingdee-xingchen.bad-webhook',
      message: { en: 'The message body is not a JSON object.', zh: '消息内容不是 JSON 对象。' },
    });
  }
  const data = message['data'] ?? null;
  const items = Array.isArray(data) ? objectsIn(data) : objectsIn([data]);
  return items.flatMap((item) => eventsOf(message, item));
}

function eventsOf(message: JsonObject, item: JsonObject): readonly WebhookEvent[] {
  const bizType = textIn(message, 'bizType');
  const stock =
    bizType === 'inv_inventory_entity' && textIn(item, 'material_id') !== '' && textIn(item, 'stock_id') !== '';
  const stream = stock ? 'stockLevels' : streamOf[bizType];
  const nativeId = stock ? `${textIn(item, 'material_id')}/${textIn(item, 'stock_id')}` : textIn(item, 'id');
  if (stream === undefined || nativeId === '') return [];
  const timestamp = Number(textIn(message, 'timestamp'));
  return [
    {
      stream,
      nativeId,
      // What exists is only known to a fetch: a deletion is confirmed there.
      kind: 'upsert',
      eventId: eventId(message, bizType, nativeId),
      ...(Number.isFinite(timestamp) && timestamp > 0 ? { occurredAt: new Date(timestamp).toISOString() } : {}),
    },
  ];
}

/** The message id where there is one; a message may carry several objects. */
function eventId(message: JsonObject, bizType: string, nativeId: string): string {
  const msgId = textIn(message, 'msgId');
  if (msgId !== '') return `${msgId}.${nativeId}`;
  return [
    textIn(message, 'accountId'),
    bizType,
    textIn(message, 'operation'),
    nativeId,
    textIn(message, 'timestamp'),
  ].join('.');
}

function tryRead(body: Buffer): JsonObject | undefined {
  try {
    const value = parseJson(body.toString('utf8'), DOOR_LIMITS);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return undefined;
  }
}
