import type { WebhookFormat } from '../webhooks/sender.js';
import type { CrmChange } from './crm.js';
import { signatureV1, signatureV3 } from './signature.js';

/** One webhook event of the CRM. */
export interface HubspotEvent {
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly portalId: number;
  readonly appId: number;
  readonly occurredAt: number;
  readonly subscriptionType: string;
  readonly objectId: number;
  readonly objectTypeId: string;
  readonly changeSource: string;
  readonly sourceId: string;
  readonly changeFlag?: string;
  readonly propertyName?: string;
  readonly propertyValue?: string;
}

/** Account and app that the sandbox plays. */
export const PORTAL_ID = 48_200_001;
export const APP_ID = 3_900_001;

const SUBSCRIPTIONS = { creation: 1_700_001, propertyChange: 1_700_002, deletion: 1_700_003 };
let lastEventId = 100_000_000 + Math.floor((Date.now() / 1_000) % 1_000_000) * 100;

/** The event that tells about a change. */
export function eventOf(change: CrmChange, occurredAt: number): HubspotEvent {
  lastEventId += 1;
  const { type, row, kind, property, source } = change;
  return {
    eventId: lastEventId,
    subscriptionId: SUBSCRIPTIONS[kind],
    portalId: PORTAL_ID,
    appId: APP_ID,
    occurredAt,
    subscriptionType: `${type.singular}.${kind}`,
    objectId: Number(row.id),
    objectTypeId: type.typeId,
    changeSource: source,
    sourceId: source === 'API' ? String(APP_ID) : 'userId:600001',
    ...(kind === 'creation' ? { changeFlag: 'CREATED' } : {}),
    ...(kind === 'deletion' ? { changeFlag: 'DELETED' } : {}),
    ...(property === undefined ? {} : { propertyName: property, propertyValue: row.properties[property] ?? '' }),
  };
}

/** Arrays of up to a hundred events, signed as version 3 (and 1) asks. */
export function hubspotFormat(now: () => number): WebhookFormat<HubspotEvent> {
  return {
    maxBatch: 100,
    concurrency: 10,
    pack(events, attemptNumber, settings) {
      const body = JSON.stringify(events.map((event) => ({ ...event, attemptNumber })));
      const timestamp = now();
      return {
        body,
        headers: {
          'x-hubspot-request-timestamp': String(timestamp),
          'x-hubspot-signature-v3': signatureV3(settings.secret, 'POST', settings.url ?? '', body, timestamp),
          'x-hubspot-signature': signatureV1(settings.secret, body),
          'x-hubspot-signature-version': 'v1',
        },
      };
    },
    renumber(event) {
      lastEventId += 1;
      return { ...event, eventId: lastEventId };
    },
  };
}
